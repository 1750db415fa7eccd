/**
 * The bot that a student begins with: small enough to read in a minute, good enough to win
 * now and then, and with everything that it may know written beside it. Pure.
 *
 * It imports nothing, so that it works wherever it is put.
 */

/** The whole file, in TypeScript or in JavaScript (as an ES module). */
export function newBotSource(language: 'ts' | 'js'): string {
  const types = language === 'ts' ? TYPES_TS : TYPES_JS;
  const signature =
    language === 'ts'
      ? 'export function determineBid(view: BidderView): number | null {'
      : 'export function determineBid(view) {';
  return `${HEADER}\n${types}\n${signature}\n${BODY}`;
}

const HEADER = `/**
 * A bidder for the auction.
 *
 * Once in every round \`determineBid\` is asked what to bid for the item on sale. It answers
 * with a whole number from 0 to view.me.money, or with null for no bid. The highest bid wins
 * and pays; of equal bids the one that arrived first. Three items of one kind win the game,
 * unless view.rules says otherwise.
 *
 * Good to know:
 *  - An error, an answer of another kind, or one that takes longer than a second costs you
 *    this bid, and nothing else.
 *  - Variables outside the function keep their values from round to round, and from game to
 *    game. A new game has begun when view.round is 0.
 *  - It may be async. console.log is for you: nobody else reads it.
 *
 * Things to try, from easy to hard:
 *  1. Bid one coin more than an even share. What changes?
 *  2. Look at view.items: will another item of this kind come before somebody wins?
 *  3. Look at view.bidders: would this item make somebody else the winner? What can they pay?
 *  4. view.sales has what everybody has paid. Whose bids can you predict?
 */`;

const TYPES_TS = `
/** What everybody knows, seen from your seat. */
interface BidderView {
  /** Counts from 0. */
  round: number;
  /** On sale now: items[round]. */
  item: string;
  /** All items, in order of sale; where the order is secret, only those up to now. */
  items: readonly string[];
  /** You. */
  me: Standing;
  /** Everybody, you too, in the order of the seats. */
  bidders: readonly Standing[];
  /** How each round before this one ended. */
  sales: readonly Sale[];
  rules: Rules;
}

interface Standing {
  name: string;
  money: number;
  /** How many of each kind; a kind not owned is missing. */
  owned: Readonly<Record<string, number>>;
}

interface Sale {
  item: string;
  /** The buyer; undefined when nobody bid. */
  name: string | undefined;
  price: number;
}

interface Rules {
  bidders: number;
  /** Everybody's money at the start. */
  budget: number;
  kinds: readonly string[];
  /** Items of one kind that win a 'first-to' game. */
  countToWin: number;
  /** The winner of a round pays their own bid, or the second-highest one. */
  price: 'first' | 'second';
  order: 'known' | 'secret';
  /** First to own countToWin of a kind, or the most valuable collection after the last item. */
  win: 'first-to' | 'highest-value';
  /** What an item of a kind is worth in a 'highest-value' game; 1 if it is missing. */
  values: Readonly<Record<string, number>>;
  /** The most items that are sold. */
  items: number;
}
`;

const TYPES_JS = `
/**
 * What everybody knows, seen from your seat.
 *
 * @typedef {object} Standing
 * @property {string} name
 * @property {number} money
 * @property {Readonly<Record<string, number>>} owned how many of each kind; a kind
 *   not owned is missing
 *
 * @typedef {object} Sale
 * @property {string} item
 * @property {string | undefined} name the buyer; undefined when nobody bid
 * @property {number} price
 *
 * @typedef {object} BidderView
 * @property {number} round counts from 0
 * @property {string} item on sale now: items[round]
 * @property {readonly string[]} items all, in order of sale; where that is secret, only those
 *   up to now
 * @property {Standing} me you
 * @property {readonly Standing[]} bidders everybody, you too, in the order of the seats
 * @property {readonly Sale[]} sales how each round before this one ended
 * @property {object} rules
 * @property {number} rules.bidders
 * @property {number} rules.budget everybody's money at the start
 * @property {readonly string[]} rules.kinds
 * @property {number} rules.countToWin items of one kind that win a 'first-to' game
 * @property {'first' | 'second'} rules.price what the winner pays
 * @property {'known' | 'secret'} rules.order
 * @property {'first-to' | 'highest-value'} rules.win first to own countToWin of a kind, or
 *   the most valuable collection after the last item
 * @property {Readonly<Record<string, number>>} rules.values what an item of a kind is worth
 *   in a 'highest-value' game; 1 if it is missing
 * @property {number} rules.items the most items that are sold
 */

/**
 * @param {BidderView} view
 * @returns {number | null} your bid, or null for none
 */`.trimEnd();

const BODY = `  const { item, me, round, rules } = view;

  // The most valuable collection wins: an even share of the money for each item to come.
  if (rules.win === 'highest-value') {
    const left = rules.items - round;
    return Math.min(me.money, Math.floor((me.money * rules.bidders) / left));
  }

  // How many of this kind are still missing? The last of them wins the game, and money
  // that is left then is worth nothing.
  const have = me.owned[item] ?? 0;
  const missing = rules.countToWin - have;
  if (missing === 1) return me.money;

  // For a kind that we have begun to collect, bid an even share of the money for each item
  // still missing. For any other, bid a little, in case nobody else wants it.
  const most = Math.max(0, ...Object.values(me.owned));
  return Math.floor(have === most ? me.money / missing : me.money / 20);
}
`;
