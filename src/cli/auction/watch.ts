/** `socketlab auction watch`: the scores, as `auction serve --publish` publishes them. */
import { SCORES_PORT } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { type Command, portOption } from '../line/options.ts';
import { AUCTIONEER } from './common-options.ts';

interface WatchArguments {
  host: string | undefined;
  port: number | undefined;
  json: boolean;
}

export const watchCommand: Command<WatchArguments> = {
  builder: (yargs) =>
    yargs
      .option('host', { ...AUCTIONEER })
      .option('port', {
        type: 'string',
        coerce: portOption(1),
        defaultDescription: String(SCORES_PORT),
        describe: 'the port where the scores are published, 1 to 65535',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'print JSON, for programs to read: one line for each message',
      })
      .example('$0 auction watch', 'of `auction serve --publish` on this machine'),
  handler: async ({ host, port = SCORES_PORT, json }) => {
    const { showScores } = await import('../../auction/index.ts');
    const { ownTerminal } = await import('../../common/terminal/index.ts');
    const signal = onInterrupt();
    const done = await showScores({ host, port, json, signal }, ownTerminal());
    if (!done && !signal.aborted) process.exitCode ||= 1;
  },
};
