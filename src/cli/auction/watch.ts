/** `socketlab auction watch`: the scores, as `auction serve --publish` publishes them. */
import type { CommandModule } from 'yargs';
import { SCORES_PORT, showScores } from '../../auction/index.ts';
import { ownTerminal } from '../../lessons/index.ts';
import { onInterrupt } from '../interrupt.ts';
import { portOption } from '../options.ts';

interface WatchArguments {
  host: string | undefined;
  port: number | undefined;
  json: boolean | undefined;
}

export const watchCommand: CommandModule<object, WatchArguments> = {
  command: 'watch',
  describe: 'the scores of a game, as a ZeroMQ subscriber hears them',
  builder: (yargs) =>
    yargs
      .option('host', { type: 'string', describe: 'where the auctioneer is' })
      .option('port', {
        type: 'string',
        coerce: portOption(1),
        describe: `where the scores are published; ${SCORES_PORT} unless given`,
      })
      .option('json', { type: 'boolean', describe: 'each message as a line of JSON' })
      .example('$0 auction watch', 'of `auction serve --publish` on this machine'),
  handler: async ({ host, port = SCORES_PORT, json }) => {
    const signal = onInterrupt();
    const done = await showScores({ host, port, json, signal }, ownTerminal());
    if (!done) process.exitCode ||= 1;
  },
};
