/** The rules of a game as options of `auction serve` and `auction tournament`. */
import type { Argv } from 'yargs';
import type { AuctionOptions } from '../../auction/index.ts';
import { MisuseError } from '../../common/index.ts';
import { numberOption } from '../line/options.ts';

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

const group = 'The rules of the game:';

/** @param unsold the default for an item that nobody bid for */
export function gameOptions<T>(
  yargs: Argv<T>,
  unsold: 'to-nobody' | 'to-first',
): Argv<T & GameArguments> {
  const text = { group, type: 'string', requiresArg: true } as const;
  const number = { group, type: 'string', coerce: numberOption } as const;
  return yargs
    .option('bidders', {
      ...number,
      defaultDescription: '3',
      describe: 'how many play, 1 to 10000; the game begins when all have joined',
    })
    .option('budget', {
      ...number,
      defaultDescription: '100',
      describe: 'money of each bidder, in whole units',
    })
    .option('kinds', {
      ...text,
      defaultDescription: 'Picasso,Van_Gogh,Rembrandt,Da_Vinci',
      describe: 'kinds of item, separated by commas',
    })
    .option('count-to-win', {
      ...number,
      defaultDescription: '3',
      describe: 'how many items of one kind win',
    })
    .option('price', {
      group,
      choices: ['first', 'second'] as const,
      defaultDescription: 'first',
      describe: "what the winner pays: their own bid, or the highest of the others'",
    })
    .option('order', {
      group,
      choices: ['known', 'secret'] as const,
      defaultDescription: 'known',
      describe: 'whether bidders know the items to come',
    })
    .option('win', {
      group,
      choices: ['first-to', 'highest-value'] as const,
      defaultDescription: 'first-to',
      describe:
        'who wins: the first to own --count-to-win, or the most valuable collection at the end',
    })
    .option('values', {
      ...text,
      defaultDescription: '1 for each kind',
      describe: 'value of an item of each kind: Picasso=3,Van_Gogh=5',
    })
    .option('items', {
      ...number,
      defaultDescription: '200, or as many as it takes to have a winner',
      describe: 'how many items are drawn',
    })
    .option('deadline', {
      ...number,
      defaultDescription: '60',
      describe: 'seconds that a round waits for bids; 0 for no limit',
    })
    .option('seed', {
      ...text,
      defaultDescription: 'random',
      describe: 'any text; the same seed draws the same items',
    })
    .option('unsold', {
      group,
      choices: ['to-nobody', 'to-first'] as const,
      defaultDescription: unsold,
      describe:
        "who gets an item that nobody bid for; the lecture's bidders need to-first",
    });
}

/** Only the options that were given. */
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
