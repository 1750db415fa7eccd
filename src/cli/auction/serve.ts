/** `socketlab auction serve`: the auctioneer. */
import { randomBytes } from 'node:crypto';
import {
  AUCTION_PORT,
  BOARD_PORT,
  isLoopback,
  misuse,
  SCORES_PORT,
} from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import {
  command,
  flag,
  json,
  port,
  portOption,
  read,
  text,
  under,
} from '../line/options.ts';
import { commandLine } from '../line/program-name.ts';
import { WATCHERS } from './common-options.ts';
import { chosenGame, gameOptions } from './game-options.ts';

export const serveCommand = command({
  builder: (yargs) =>
    gameOptions(yargs, 'to-first')
      .options(
        under('Who can join:', {
          host: text('where to listen; 0.0.0.0 lets the whole class in', '127.0.0.1'),
          port: port(
            0,
            'for TCP, UDP and ZeroMQ, 0 to 65535; 0 for a free one',
            AUCTION_PORT,
          ),
          code: {
            ...text(
              'what bidders must give to join: letters and digits; --no-code for none',
              'a random one with --host, otherwise none',
            ),
            requiresArg: false,
          },
        }),
      )
      .options(
        under('What is shown and kept:', {
          journal: {
            ...text('write every event to this file before it is answered', 'none'),
            normalize: true,
          },
          resume: flag('resume the game in the journal'),
          board: read(
            // Alone for the usual port, or a free one where that is taken.
            (given): number | true | undefined =>
              given === '' ? true : portOption(0)(given),
            'open the page for the projector, on this port',
            `no board; ${BOARD_PORT} if no port is given`,
          ),
          watchers: WATCHERS,
          publish: read(
            (given) => (given === '' ? SCORES_PORT : portOption(0)(given)),
            'publish the scores over ZeroMQ, on this port',
            `not published; ${SCORES_PORT} if no port is given`,
          ),
          json: json(': one line for each event'),
        }),
      )
      .example('$0 auction serve', "the lecture's game, for three bidders")
      .example('$0 auction serve --bidders 12 --host 0.0.0.0 --board', 'for a class')
      .example('$0 auction serve --journal game.jsonl --resume', 'after a crash'),
  handler: async (given) => {
    const {
      board,
      host,
      journal,
      json: asJson,
      port: at,
      publish,
      resume,
      watchers,
    } = given;
    const { joinCode, serveAuction } = await import('../../auction/index.ts');
    const { ownTerminal } = await import('../../common/terminal/index.ts');
    const game = chosenGame(given);
    if (resume && journal === undefined) throw misuse('--resume needs --journal FILE');
    const code = chosenCode(given.code);
    // Others can reach it: then a code keeps the curious out, unless `--no-code` says not.
    const exposed = host !== undefined && !isLoopback(host);
    const madeUp = given.code === undefined && exposed && !resume;
    const done = await serveAuction(
      {
        game: resume ? game : { seed: randomBytes(4).toString('hex'), ...game },
        host,
        port: at,
        code: madeUp ? joinCode() : code,
        journal,
        resume,
        board,
        watchers,
        publish,
        json: asJson,
        bidCommand: commandLine('auction bid'),
        signal: onInterrupt({ server: true }),
      },
      ownTerminal(),
    );
    if (!done) process.exitCode ||= 1;
  },
});

/** @param code what was given; false for `--no-code` */
function chosenCode(code: string | boolean | undefined): string | undefined {
  if (typeof code !== 'string') return undefined;
  if (/^[A-Za-z0-9]{1,32}$/.test(code)) return code;
  throw misuse('--code: 1 to 32 letters and digits');
}
