/** `socketlab auction serve`: the auctioneer. */
import { AUCTION_PORT, BOARD_PORT, SCORES_PORT } from '../../common/index.ts';
import type { ServeArguments } from '../handlers/auction-serve.ts';
import { type Command, portOption } from '../line/options.ts';
import { gameOptions } from './game-options.ts';

const WHERE = 'Who can join:';
const SHOWN = 'What is shown and kept:';

export const serveCommand: Command<ServeArguments> = {
  builder: (yargs) =>
    gameOptions(yargs, 'to-first')
      .option('host', {
        group: WHERE,
        type: 'string',
        requiresArg: true,
        defaultDescription: '127.0.0.1',
        describe: 'where to listen; 0.0.0.0 lets the whole class in',
      })
      .option('port', {
        group: WHERE,
        type: 'string',
        coerce: portOption(0),
        defaultDescription: String(AUCTION_PORT),
        describe: 'for TCP, UDP and ZeroMQ, 0 to 65535; 0 for a free one',
      })
      .option('code', {
        group: WHERE,
        type: 'string',
        defaultDescription: 'a random one with --host, otherwise none',
        describe:
          'what bidders must give to join: letters and digits; --no-code for none',
      })
      .option('journal', {
        group: SHOWN,
        type: 'string',
        normalize: true,
        requiresArg: true,
        defaultDescription: 'none',
        describe: 'write every event to this file before it is answered',
      })
      .option('resume', {
        group: SHOWN,
        type: 'boolean',
        default: false,
        describe: 'resume the game in the journal',
      })
      .option('board', {
        group: SHOWN,
        type: 'string',
        coerce: boardOption,
        defaultDescription: `no board; ${BOARD_PORT} if no port is given`,
        describe: 'open the page for the projector, at this port',
      })
      .option('publish', {
        group: SHOWN,
        type: 'string',
        coerce: publishOption,
        defaultDescription: `not published; ${SCORES_PORT} if no port is given`,
        describe: 'publish the scores by ZeroMQ, at this port',
      })
      .option('json', {
        group: SHOWN,
        type: 'boolean',
        default: false,
        describe: 'print JSON, for programs to read: one line for each event',
      })
      .example('$0 auction serve', "the lecture's game, for three bidders")
      .example('$0 auction serve --bidders 12 --host 0.0.0.0 --board', 'for a class')
      .example('$0 auction serve --journal game.jsonl --resume', 'after a crash'),
  handler: async (given) => (await import('../handlers/auction-serve.ts')).run(given),
};

/** `--publish` alone for the usual port. */
function publishOption(given: string | undefined): number | undefined {
  return given === '' ? SCORES_PORT : portOption(0)(given);
}

/** `--board` alone for the usual port, or a free one where that is taken. */
function boardOption(given: string | undefined): number | true | undefined {
  return given === '' ? true : portOption(0)(given);
}
