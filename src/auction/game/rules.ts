/**
 * The rules of the auction, as a table. Pure: commands in, events out, no clock, no chance.
 *
 *              join              bid       pass      forfeit                   free
 *   joining    joined, (started) refused   refused   refused                   freed
 *   bidding    refused           bid …     passed …  passed … for the missing  nothing
 *   over       refused           refused   refused   refused                   nothing
 *
 *   … and with the last answer of a round:  sold or unsold, then opened (the next) or over
 *
 * `decide` looks at the state and says what happens, or why not; `apply` makes it happen. All
 * that has happened is a list of events, and playing the list again gives the same state:
 * that is the journal, the rejoining bidder's view, and the test.
 *
 * The rules:
 *  1. Every round sells the next item, by one sealed bid from each bidder.
 *  2. A bid is a whole number from 0 to what the bidder has left. Anything else is refused
 *     and changes nothing.
 *  3. The highest bid wins. Of equal bids, the one that came first.
 *  4. The winner pays their bid or, in a second-price auction, the next highest (0 if none).
 *  5. Without a bid the item goes unsold, or to the first bidder for 0, as the options say.
 *  6. The first to own `countToWin` of a kind ends the game; or the last item does, and the
 *     most valuable collection wins: between equals more money, then the earlier seat.
 *
 * Read next: options.ts for what can be different.
 */
import { drawItems } from './draw.ts';
import type {
  AuctionCommand,
  AuctionEvent,
  Decision,
  Refusal,
  RefusalCode,
} from './events.ts';
import { type Bidder, gameRules, Ledger, type Phase } from './ledger.ts';
import { type AuctionOptions, isWord, LONGEST_WORD } from './options.ts';
import { endAfter, sell } from './sale.ts';

export class Auction {
  readonly options: AuctionOptions;
  /** Every item that will be on sale, in its order. */
  readonly items: readonly string[];
  /** What everybody at the table may know. */
  readonly ledger: Ledger;
  /** Who has answered in this round, in the order of arrival; undefined is a pass. Sealed. */
  readonly answers = new Map<string, number | undefined>();

  constructor(options: AuctionOptions) {
    this.options = options;
    this.items = drawItems(options.kinds, options.items, options.seed);
    this.ledger = new Ledger(gameRules(options), this.items);
  }

  get phase(): Phase {
    return this.ledger.phase;
  }

  /** Counts from 0; the item on sale is `items[round]`. */
  get round(): number {
    return this.ledger.round;
  }

  /** Set when the game is over, unless nobody has won. */
  get winner(): string | undefined {
    return this.ledger.winner;
  }

  /** By name, in the order in which they joined. */
  get bidders(): ReadonlyMap<string, Bidder> {
    return this.ledger.bidders;
  }

  /** What a command makes happen, now. Nothing has happened yet: `apply` the events. */
  decide(command: AuctionCommand): Decision {
    const rule = RULES[this.phase][command.type] as Rule;
    return rule(this, command);
  }

  /** Makes an event happen. Events come from `decide`, or from a journal of its events. */
  apply(event: AuctionEvent): void {
    if (event.type === 'bid') this.answers.set(event.name, event.amount);
    else if (event.type === 'passed') this.answers.set(event.name, undefined);
    else {
      this.ledger.apply(event);
      if (event.type === 'sold' || event.type === 'unsold') this.answers.clear();
    }
  }
}

type Rule<C = AuctionCommand> = (auction: Auction, command: C) => Decision;
type RulesOf = {
  [T in AuctionCommand['type']]: Rule<Extract<AuctionCommand, { type: T }>>;
};

/** The table of this file's header. */
const RULES: Readonly<Record<Phase, RulesOf>> = {
  joining: { join, bid: notYet, pass: notYet, forfeit: notYet, free },
  bidding: { join: tooLate, bid, pass, forfeit, free: kept },
  over: { join: over, bid: over, pass: over, forfeit: over, free: kept },
};

function notYet({ options, bidders }: Auction): Decision {
  const missing = options.bidders - bidders.size;
  return refuse('not-started', `the game begins when ${missing} more have joined`);
}

function tooLate({ bidders }: Auction, { name }: { name: string }): Decision {
  return bidders.has(name)
    ? refuse('name-taken', `${name} is already at the table`)
    : refuse('table-full', 'the game has begun, and every seat is taken');
}

function over({ winner }: Auction): Decision {
  return refuse('game-over', `the game is over, and ${winner ?? 'nobody'} has won`);
}

function join(auction: Auction, { name }: { name: string }): Decision {
  if (!isWord(name)) {
    const why = `a name is one word of at most ${LONGEST_WORD} visible characters`;
    return refuse('bad-name', why);
  }
  if (auction.bidders.has(name)) {
    return refuse('name-taken', `${name} has already joined: choose another name`);
  }
  const events: AuctionEvent[] = [{ type: 'joined', name }];
  if (auction.bidders.size + 1 === auction.options.bidders) {
    events.push({ type: 'started' }, opened(auction, 0));
  }
  return { events };
}

function free({ bidders }: Auction, { name }: { name: string }): Decision {
  return { events: bidders.has(name) ? [{ type: 'freed', name }] : [] };
}

/** In a game that has begun every seat is kept. */
function kept(): Decision {
  return { events: [] };
}

function bid(auction: Auction, command: AuctionCommand & { type: 'bid' }): Decision {
  const { round, name, amount } = command;
  const refusal = notTheirTurn(auction, round, name);
  if (refusal) return { refusal };
  const { money } = auction.bidders.get(name)!;
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 0) {
    return refuse('bad-amount', `a bid is a whole number from 0 to ${money}`);
  }
  if (amount > money) {
    return refuse(
      'too-poor',
      `a bid of ${amount} is more than the ${money} you have left`,
    );
  }
  // JSON has a −0, which is worth no less.
  return answered(auction, [{ type: 'bid', round, name, amount: amount || 0 }]);
}

function pass(
  auction: Auction,
  { round, name, word }: AuctionCommand & { type: 'pass' },
): Decision {
  const refusal = notTheirTurn(auction, round, name);
  if (refusal) return { refusal };
  const passed = { type: 'passed', round, name } as const;
  return answered(auction, [
    word === undefined
      ? { ...passed, why: 'own-wish' }
      : { ...passed, why: 'bad-bid', word: cut(word) },
  ]);
}

function cut(word: string): string {
  return word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD)}…` : word;
}

function forfeit(auction: Auction, { round }: { round: number }): Decision {
  if (round !== auction.round) return wrongRound(auction, round);
  const missing = [...auction.bidders.keys()].filter(
    (name) => !auction.answers.has(name),
  );
  return answered(
    auction,
    missing.map((name) => ({ type: 'passed', round, name, why: 'deadline' })),
  );
}

function notTheirTurn(
  auction: Auction,
  round: number,
  name: string,
): Refusal | undefined {
  if (!auction.bidders.has(name)) {
    return { code: 'unknown-bidder', reason: `nobody called ${name} sits at the table` };
  }
  if (round !== auction.round) return wrongRound(auction, round).refusal;
  if (auction.answers.has(name)) {
    return {
      code: 'already-answered',
      reason: `${name} has answered in round ${round} already; the first answer counts`,
    };
  }
  return undefined;
}

/** Adds the end of the round, when these answers are the last that were missing. */
function answered(auction: Auction, answers: AnswerEvent[]): Decision {
  if (auction.answers.size + answers.length < auction.bidders.size)
    return { events: answers };
  const bids = new Map(auction.answers);
  for (const event of answers) {
    bids.set(event.name, event.type === 'bid' ? event.amount : undefined);
  }
  const sale = sell(auction, bids);
  const next = endAfter(auction, sale) ?? opened(auction, auction.round + 1);
  return { events: [...answers, sale, next] };
}

function opened({ items }: Auction, round: number): AuctionEvent {
  return { type: 'opened', round, item: items[round]! };
}

type AnswerEvent = Extract<AuctionEvent, { type: 'bid' | 'passed' }>;

function wrongRound({ round }: Auction, given: number): Decision & { refusal: Refusal } {
  return refuse('wrong-round', `this is round ${round}, not ${given}`);
}

function refuse(code: RefusalCode, reason: string): Decision & { refusal: Refusal } {
  return { refusal: { code, reason } };
}
