/** The rules of a game as options of `auction serve` and `auction tournament`. */
import type { Argv } from 'yargs';
import type { AuctionOptions } from '../../auction/index.ts';
import { misuse } from '../../common/index.ts';
import { number, text, under } from '../line/options.ts';

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

const oneOf = <const Choice extends string>(
  describe: string,
  choices: readonly Choice[],
  usual: Choice,
) => ({ choices, defaultDescription: usual, describe }) as const;

/** @param unsold the default for an item that nobody bid for */
export function gameOptions<T>(
  yargs: Argv<T>,
  unsold: 'to-nobody' | 'to-first',
): Argv<T & GameArguments> {
  const all: Argv<unknown> = yargs.options(
    under('The rules of the game:', {
      bidders: number(
        'how many play, 1 to 10000; the game begins when all have joined',
        '3',
      ),
      budget: number("each bidder's money, in whole units", '100'),
      kinds: text(
        'kinds of item, separated by commas',
        'Picasso,Van_Gogh,Rembrandt,Da_Vinci',
      ),
      'count-to-win': number('how many items of one kind win', '3'),
      price: oneOf(
        'what the winner pays: their own bid, or the highest other bid',
        ['first', 'second'],
        'first',
      ),
      order: oneOf(
        'whether bidders know the items to come',
        ['known', 'secret'],
        'known',
      ),
      win: oneOf(
        'who wins: the first to own --count-to-win, or the most valuable collection at the end',
        ['first-to', 'highest-value'],
        'first-to',
      ),
      values: text(
        'value of an item of each kind: Picasso=3,Van_Gogh=5',
        '1 for each kind',
      ),
      items: number(
        'how many items are drawn',
        '200, or as many as it takes to have a winner',
      ),
      deadline: number('seconds that a round waits for bids; 0 for no limit', '60'),
      seed: text('any text; the same seed draws the same items', 'random'),
      unsold: oneOf(
        "who gets an item that nobody bid for; the lecture's bidders need to-first",
        ['to-nobody', 'to-first'],
        unsold,
      ),
    }),
  );
  return all as Argv<T & GameArguments>;
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

function readValues(given: string): Record<string, number> {
  const pairs = given.split(',').map((pair) => /^(.+)=(\d+)$/.exec(pair));
  if (pairs.includes(null)) {
    throw misuse(`--values takes KIND=NUMBER, separated by commas, not ${given}`);
  }
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, Number(pair![2])]));
}
