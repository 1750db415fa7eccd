/** `socketlab auction serve`: the auctioneer. */
import { randomBytes } from 'node:crypto';
import type { Argv, CommandModule } from 'yargs';
import {
  AUCTION_PORT,
  SCORES_PORT,
  type AuctionOptions,
  joinCode,
  serveAuction,
} from '../../auction/index.ts';
import { isLoopback, MisuseError } from '../../common/index.ts';
import { ownTerminal } from '../../lessons/index.ts';
import { onInterrupt } from '../interrupt.ts';
import { numberOption, portOption } from '../options.ts';
import { commandLine } from '../program-name.ts';

interface ServeArguments extends GameArguments {
  host: string | undefined;
  port: number | undefined;
  code: string | boolean | undefined;
  journal: string | undefined;
  resume: boolean | undefined;
  board: number | undefined;
  publish: number | undefined;
  json: boolean | undefined;
}

export const serveCommand: CommandModule<object, ServeArguments> = {
  command: 'serve',
  describe: 'the auctioneer: opens a game and plays it with whoever joins',
  builder: (yargs) =>
    gameOptions(yargs)
      .option('host', {
        type: 'string',
        describe: 'where to listen; 0.0.0.0 lets the whole class in',
      })
      .option('port', {
        type: 'string',
        coerce: portOption(0),
        describe: `for TCP and UDP; ${AUCTION_PORT} unless given, 0 for any`,
      })
      .option('code', {
        type: 'string',
        describe: 'what bidders must know; made up when others can reach the port',
      })
      .option('journal', {
        type: 'string',
        normalize: true,
        describe: 'write every event to this file before it is answered',
      })
      .option('resume', {
        type: 'boolean',
        describe: 'go on with the game in the journal',
      })
      .option('board', {
        type: 'string',
        coerce: boardOption,
        describe: 'open the board for the projector, on this port or a free one',
      })
      .option('publish', {
        type: 'string',
        coerce: publishOption,
        describe: `publish the scores by ZeroMQ, on this port or ${SCORES_PORT}`,
      })
      .option('json', {
        type: 'boolean',
        describe: 'events as JSON lines instead of a screen',
      })
      .example('$0 auction serve', "the lecture's game, for three bidders")
      .example('$0 auction serve --bidders 12 --host 0.0.0.0 --board', 'for a class')
      .example('$0 auction serve --journal game.jsonl --resume', 'after a crash'),
  handler: async (given) => {
    const { board, host, journal, json, port, publish, resume } = given;
    const game = chosenGame(given);
    if (resume === true && Object.keys(game).length > 0) {
      const names = Object.keys(game).join(', ');
      const why = `a resumed game has its own rules: leave out what concerns ${names}`;
      throw new MisuseError('ERR_BAD_ARGUMENT', why);
    }
    if (resume === true && journal === undefined) {
      throw new MisuseError('ERR_BAD_ARGUMENT', '--resume needs --journal FILE');
    }
    const done = await serveAuction(
      {
        game: { seed: randomBytes(4).toString('hex'), ...game },
        host,
        port,
        code: resume === true && given.code === undefined ? undefined : chosenCode(given),
        journal,
        resume,
        board,
        publish,
        json,
        bidCommand: commandLine('auction bid'),
        signal: onInterrupt(),
      },
      ownTerminal(),
    );
    if (!done) process.exitCode ||= 1;
  },
};

/** Others can reach it: then a code keeps the curious out, unless `--no-code` says not. */
function chosenCode({ code, host }: ServeArguments): string | undefined {
  if (code === false) return undefined;
  if (typeof code === 'string') {
    if (/^[A-Za-z0-9]{1,32}$/.test(code)) return code;
    throw new MisuseError('ERR_BAD_ARGUMENT', '--code: 1 to 32 letters and digits');
  }
  return host === undefined || isLoopback(host) ? undefined : joinCode();
}

/** `--publish` alone for the usual port. */
function publishOption(given: string | undefined): number | undefined {
  return given === '' ? SCORES_PORT : portOption(0)(given);
}

/** `--board` alone for any port. */
function boardOption(given: string | undefined): number | undefined {
  return given === '' ? 0 : portOption(0)(given);
}

export interface GameArguments {
  bidders: number | undefined;
  budget: number | undefined;
  kinds: string | undefined;
  'count-to-win': number | undefined;
  price: 'first' | 'second' | undefined;
  order: 'known' | 'secret' | undefined;
  win: 'first-to' | 'highest-value' | undefined;
  values: string | undefined;
  items: number | undefined;
  deadline: number | undefined;
  seed: string | undefined;
  unsold: 'to-nobody' | 'to-first' | undefined;
}

export function gameOptions<T>(yargs: Argv<T>): Argv<T & GameArguments> {
  const number = { type: 'string', coerce: numberOption } as const;
  return yargs
    .option('bidders', { ...number, describe: 'how many play; 3 unless given' })
    .option('budget', { ...number, describe: 'money of each; 100 unless given' })
    .option('kinds', { type: 'string', describe: 'of items, separated by commas' })
    .option('count-to-win', { ...number, describe: 'of one kind; 3 unless given' })
    .option('price', { choices: ['first', 'second'] as const, describe: 'what is paid' })
    .option('order', {
      choices: ['known', 'secret'] as const,
      describe: 'whether bidders know the items to come',
    })
    .option('win', {
      choices: ['first-to', 'highest-value'] as const,
      describe: 'who wins',
    })
    .option('values', {
      type: 'string',
      describe: 'worth of each kind: Picasso=3,Van_Gogh=5',
    })
    .option('items', { ...number, describe: 'how many are drawn; 200 or more' })
    .option('deadline', {
      ...number,
      describe: 'seconds that a round waits; 60 unless given, 0 for ever',
    })
    .option('seed', {
      type: 'string',
      describe: 'decides the items; random unless given',
    })
    .option('unsold', {
      choices: ['to-nobody', 'to-first'] as const,
      describe:
        "what nobody bid for; to-first unless given, as the lecture's bidders need",
    });
}

/** What was asked for; what was not is left out. */
export function chosenGame(given: GameArguments): Partial<AuctionOptions> {
  const {
    bidders,
    budget,
    deadline,
    items,
    kinds,
    order,
    price,
    seed,
    unsold,
    values,
    win,
  } = given;
  const all: Record<keyof AuctionOptions, unknown> = {
    bidders,
    budget,
    kinds: kinds?.split(','),
    countToWin: given['count-to-win'],
    price,
    order,
    win,
    values: values === undefined ? undefined : readValues(values),
    items,
    secondsPerRound: deadline,
    seed,
    unsold,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  );
}

function readValues(text: string): Record<string, number> {
  const pairs = text.split(',').map((pair) => /^(.+)=(\d+)$/.exec(pair));
  if (pairs.includes(null)) {
    const why = `--values are KIND=NUMBER, separated by commas, not ${text}`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, Number(pair![2])]));
}
