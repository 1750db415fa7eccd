/** `socketlab auction watch`: the scores, as `auction serve --publish` publishes them. */
import { SCORES_PORT } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { command, json, port } from '../line/options.ts';
import { AUCTIONEER } from './common-options.ts';

export const watchCommand = command({
  builder: (yargs) =>
    yargs
      .options({
        host: AUCTIONEER,
        port: port(1, 'the port where the scores are published, 1 to 65535', SCORES_PORT),
        json: json(': one line for each message'),
      })
      .example(
        '$0 auction watch',
        'the scores of `auction serve --publish` on this machine',
      ),
  handler: async ({ host, port: at = SCORES_PORT, json: asJson }) => {
    const { showScores } = await import('../../auction/index.ts');
    const { ownTerminal } = await import('../../common/terminal/index.ts');
    const signal = onInterrupt();
    const done = await showScores(
      { host, port: at, json: asJson, signal },
      ownTerminal(),
    );
    if (!done && !signal.aborted) process.exitCode ||= 1;
  },
});
