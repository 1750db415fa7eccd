/**
 * The options of a game. Pure.
 *
 * The defaults are the lecture's own game: three bidders with 100 each, four painters; the
 * winner of a round pays their own bid, and the first to own three works of one painter wins.
 */
import { misuse, type MisuseError } from '../../common/index.ts';

export interface AuctionOptions {
  /** Bidders at the table, 1 to 10,000. The first round begins when all have joined. */
  bidders: number;
  /** Each bidder's money at the start, in whole units. */
  budget: number;
  /** Kinds of item, equally likely. No spaces: the lecture's protocol uses them as separators. */
  kinds: readonly string[];
  /** Items of one kind that win a `first-to` game. */
  countToWin: number;
  /** The winner of a round pays their own bid, or the highest of the others'. */
  price: 'first' | 'second';
  /** Whether bidders are told the items that are still to come. */
  order: 'known' | 'secret';
  /** First to own `countToWin` of a kind, or the most valuable collection after the last item. */
  win: 'first-to' | 'highest-value';
  /** What an item of each kind is worth in a `highest-value` game; 1 unless given. */
  values: Readonly<Record<string, number>>;
  /** How many items are drawn. */
  items: number;
  /**
   * How long a round waits for its last bids; 0 for as long as it takes. Bidders who have not
   * answered by then pass.
   */
  secondsPerRound: number;
  /** Decides which items are drawn. The same seed draws the same items on every machine. */
  seed: string;
  /**
   * Who gets an item that nobody bid for: nobody, or for 0 the first bidder at the table,
   * because the lecture's clients expect a buyer.
   */
  unsold: 'to-nobody' | 'to-first';
}

const MOST_BIDDERS = 10_000;
const MOST_ITEMS = 1_000_000;
const LONGEST_ROUND = 86_400;
const MOST_KINDS = 1000;
/** Everybody who joins receives the list of all items: this many bytes at most. */
const LONGEST_LIST = 3 * 1024 * 1024;
/** The longest name of a bidder or a kind, in characters: every screen shows it. */
export const LONGEST_WORD = 32;

/**
 * Whether `text` can name a bidder or a kind: one word, since the lecture's protocol separates
 * by spaces, and only visible characters, since every bidder's terminal shows it. That
 * excludes control characters, those that change the direction of writing, joiners and fillers
 * (categories C* and Default_Ignorable_Code_Point of Unicode, and the blank of Braille). It is
 * composed (NFC), so that names that look alike are equal: ö has one spelling.
 */
export function isWord(text: string): boolean {
  return (
    text.length <= LONGEST_WORD &&
    /^[^\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]+$/u.test(text) &&
    text.normalize() === text
  );
}

/**
 * The options with everything filled in.
 *
 * `items` is the lecture's 200, or more where that could end with no winner.
 *
 * @throws {MisuseError} ERR_BAD_ARGUMENT with what is wrong
 */
export function auctionOptions(given: Partial<AuctionOptions> = {}): AuctionOptions {
  const bidders = given.bidders ?? 3;
  const kinds = given.kinds ?? ['Picasso', 'Van_Gogh', 'Rembrandt', 'Da_Vinci'];
  checkKinds(kinds);
  const countToWin = given.countToWin ?? 3;
  const options: AuctionOptions = {
    bidders,
    budget: given.budget ?? 100,
    kinds,
    countToWin,
    price: given.price ?? 'first',
    order: given.order ?? 'known',
    win: given.win ?? 'first-to',
    values: given.values ?? {},
    items: given.items ?? Math.max(200, roundsToWin({ bidders, kinds, countToWin })),
    secondsPerRound: given.secondsPerRound ?? 60,
    seed: given.seed ?? 'lecture',
    unsold: given.unsold ?? 'to-nobody',
  };
  checkWhole('bidders', options.bidders, 1, MOST_BIDDERS);
  checkWhole('budget', options.budget, 0, Number.MAX_SAFE_INTEGER);
  checkWhole('countToWin', options.countToWin, 1, MOST_ITEMS);
  checkWhole('items', options.items, 1, MOST_ITEMS);
  checkChoice('price', options.price, 'first', 'second');
  checkChoice('order', options.order, 'known', 'secret');
  checkChoice('win', options.win, 'first-to', 'highest-value');
  checkChoice('unsold', options.unsold, 'to-nobody', 'to-first');
  if (typeof options.seed !== 'string') throw bad('a seed is text');
  const { secondsPerRound } = options;
  if (!(secondsPerRound >= 0 && secondsPerRound <= LONGEST_ROUND)) {
    throw bad(`secondsPerRound: from 0 to ${LONGEST_ROUND}, not ${secondsPerRound}`);
  }
  for (const [kind, value] of Object.entries(options.values)) {
    if (!options.kinds.includes(kind))
      throw bad(`there is a value for ${kind}, but no kind of that name`);
    checkWhole(`the value of ${kind}`, value, 0, Number.MAX_SAFE_INTEGER);
  }
  const longest = Math.max(...kinds.map((kind) => Buffer.byteLength(kind) + 3));
  if (options.items * longest > LONGEST_LIST) {
    throw bad(`${options.items} items make a list of more than 3 MiB: draw fewer`);
  }
  return options;
}

/**
 * Items that surely make a winner in a `first-to` game, if each finds a buyer: every bidder owns
 * one less than needed of every kind, and one more.
 */
export function roundsToWin({
  bidders,
  countToWin,
  kinds,
}: Pick<AuctionOptions, 'bidders' | 'countToWin' | 'kinds'>): number {
  return bidders * kinds.length * (countToWin - 1) + 1;
}

function checkKinds(kinds: readonly string[]): void {
  if (!Array.isArray(kinds) || kinds.length === 0 || kinds.length > MOST_KINDS) {
    throw bad(`a game has from 1 to ${MOST_KINDS} kinds`);
  }
  for (const kind of kinds as readonly unknown[]) {
    if (typeof kind !== 'string' || !isWord(kind)) {
      throw bad(
        `a kind is a name without spaces, of at most ${LONGEST_WORD} visible characters`,
      );
    }
    // Collections are counted in plain objects, which have these properties from the start.
    if (kind in {})
      throw bad(
        `a kind cannot be called ${kind}: JavaScript's objects have a property of that name`,
      );
  }
  if (new Set(kinds).size !== kinds.length) throw bad('a kind is named twice');
}

function checkChoice(what: string, value: string, ...choices: string[]): void {
  if (!choices.includes(value)) throw bad(`${what} is ${choices.join(' or ')}`);
}

function checkWhole(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw bad(`${what}: a whole number from ${least} to ${most}, not ${value}`);
}

function bad(why: string): MisuseError {
  return misuse(`auction options: ${why}`);
}
