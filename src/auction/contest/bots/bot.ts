/**
 * A bot: anything that decides for a bidder. Pure.
 *
 *   BidderView ──decide──► a bid, a pass, or what went wrong, in words
 *
 * From here on, three kinds of bots look the same: a strategy of ours in this process, a file that
 * exports determineBid, a program in any language, both in processes of their own. Whatever they
 * do, `decide` resolves. What they answer is judged here, before anybody else sees it, so that the
 * auctioneer's refusal never comes as a surprise.
 *
 * Read next: open-bot.ts.
 */
import { describeValue, oneLineOf, splitCommand } from '../../../common/index.ts';
import type { BidderView } from '../../game/ledger.ts';

/**
 * How a bot can fail, which costs it one bid.
 *
 *   threw      its code threw an error, or rejected
 *   hung       no answer within the time limit
 *   nonsense   an answer that is neither a number nor a pass
 *   invalid    a number that is not a bid: a fraction, below 0, more than it has
 *   gone       it has ended, or could not be started again
 */
export type FaultKind = 'threw' | 'hung' | 'nonsense' | 'invalid' | 'gone';

export const FAULT_KINDS: readonly FaultKind[] = [
  'threw',
  'hung',
  'nonsense',
  'invalid',
  'gone',
];

export type BotDecision =
  | { readonly type: 'bid'; readonly amount: number }
  | { readonly type: 'pass' }
  /** `words` continue a sentence that begins with the bot's name. */
  | { readonly type: 'fault'; readonly kind: FaultKind; readonly words: string };

export interface Bot {
  /** The name at the table: one word, as the rules require. */
  readonly name: string;
  /** A game begins. A strategy that leaves something to chance takes it from `seed`. */
  begin(seed: string): void;
  /** Never rejects. */
  decide(view: BidderView): Promise<BotDecision>;
  /** The same without waiting; only bots that play in this process have it. */
  decideNow?(view: BidderView): BotDecision;
  /** Ends it, and whatever it runs in. A decision under way ends as `gone`. */
  close(): Promise<void>;
}

const PASS: BotDecision = { type: 'pass' };

/** What an answer means, whatever it contains. */
export function decisionFrom(answer: unknown, { me }: BidderView): BotDecision {
  if (answer === null || answer === undefined) return PASS;
  if (typeof answer !== 'number') {
    return fault('nonsense', `answered ${describeValue(answer)}, which is not a number`);
  }
  if (!Number.isSafeInteger(answer) || answer < 0) {
    const right = `a bid is a whole number from 0 to ${me.money}`;
    return fault('invalid', `answered ${answer}, but ${right}`);
  }
  if (answer > me.money) {
    return fault(
      'invalid',
      `bid ${answer}, which is more than the ${me.money} that it has`,
    );
  }
  return { type: 'bid', amount: answer };
}

export function fault(kind: FaultKind, words: string): BotDecision & { type: 'fault' } {
  return { type: 'fault', kind, words: oneLineOf(words) };
}

/** The prefix that tells a command from other kinds of bots. */
export const PROGRAM = 'exec:';

/**
 * The words of `exec:python3 bot.py` after the colon.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when they are not a command
 */
export function programIn(spec: string): string[] {
  const command = spec.slice(PROGRAM.length);
  return splitCommand(command, 'bot: exec:', '"exec:python3 bot.py"');
}
