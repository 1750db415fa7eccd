import { describe, expect, it } from 'vitest';
import {
  Auction,
  type AuctionOptions,
  auctionOptions,
  LectureProtocol,
  randomFrom,
  Table,
} from '../../../src/auction/index.ts';

function open(given: Partial<AuctionOptions> = {}): {
  auction: Auction;
  protocol: LectureProtocol;
} {
  const auction = new Auction(
    auctionOptions({ unsold: 'to-first', bidders: 2, ...given }),
  );
  return { auction, protocol: new LectureProtocol(new Table(auction)) };
}

/** A bidder that follows the lecture's steps: each call sends one message. */
class LectureBidder {
  readonly results: string[] = [];
  done = false;
  readonly #name: string;
  readonly #amount: () => number;
  #next: () => void;

  constructor(name: string, protocol: LectureProtocol, amount: () => number) {
    this.#name = name;
    this.#amount = amount;
    const say = (message: string): string => protocol.answer(message) ?? 'no answer';
    const bid = (): void => {
      const answer = say(`${this.#name} ${this.#amount()}`);
      if (answer === 'bid received') this.#next = result;
      else if (answer !== 'wait ') throw new Error(answer);
    };
    const result = (): void => {
      const words = say(this.#name).split(' ');
      if (words[0] === 'wait') return;
      this.results.push(words.join(' '));
      this.done = words[7] === 'won.';
      this.#next = bid;
    };
    const waitForAll = (): void => {
      if (say(`${this.#name} `).startsWith('ready ')) this.#next = bid;
    };
    this.#next = () => {
      if (!say(this.#name).endsWith(' ')) throw new Error('not seated');
      this.#next = waitForAll;
    };
  }

  step(): void {
    this.#next();
  }
}

describe("the lecture's protocol", () => {
  it('answers to the letter', () => {
    const { auction, protocol } = open({ items: 20 });
    const items = auction.items.join(' ');
    expect(protocol.answer('ann')).toBe(`2 ${items} `);
    expect(protocol.answer('ann ')).toBe('wait ');
    expect(protocol.answer('bob')).toBe(`2 ${items} `);
    expect(protocol.answer('bob ')).toBe('ready ann bob ');
    expect(protocol.answer('ann ')).toBe('ready ann bob ');
    expect(protocol.answer('ann 7')).toBe('bid received');
    expect(protocol.answer('ann 8')).toBe('wait ');
    expect(protocol.answer('ann')).toBe('wait ');
    expect(protocol.answer('bob 5')).toBe('bid received');
    expect(protocol.answer('ann')).toBe(`ann has bought ${auction.items[0]} for 7`);
    expect(protocol.answer('ann')).toBe('ready');
    expect(protocol.answer('bob')).toBe(`ann has bought ${auction.items[0]} for 7`);
  });

  it('takes an early bid as the bid of the next round', () => {
    const { auction, protocol } = open();
    for (const message of ['ann', 'bob', 'ann ', 'bob ', 'ann 7', 'bob 5', 'ann']) {
      protocol.answer(message);
    }
    expect(protocol.answer('ann 3')).toBe('bid received');
    expect(auction.round).toBe(1);
    expect(protocol.answer('bob')).toBe(`ann has bought ${auction.items[0]} for 7`);
    expect(protocol.answer('bob 4')).toBe('bid received');
    expect(protocol.answer('ann')).toBe(`bob has bought ${auction.items[1]} for 4`);
  });

  it.each(['-1', '1.5', '101', 'NaN', '1e1', '9'.repeat(400)])(
    'takes a bid of %s for none, and says nothing of it',
    (amount) => {
      const { auction, protocol } = open();
      for (const message of ['ann', 'bob', 'ann ', 'bob ', 'bob 0'])
        protocol.answer(message);
      expect(protocol.answer(`ann ${amount}`)).toBe('bid received');
      expect(protocol.answer('ann')).toBe(`bob has bought ${auction.items[0]} for 0`);
    },
  );

  it('gives an item that nobody bids for to the first bidder, for nothing', () => {
    const { auction, protocol } = open();
    for (const message of ['ann', 'bob', 'ann ', 'bob ', 'bob -1', 'ann -1']) {
      protocol.answer(message);
    }
    expect(protocol.answer('bob')).toBe(`ann has bought ${auction.items[0]} for 0`);
    expect(auction.bidders.get('ann')!.money).toBe(100);
  });

  it('sends away who has no seat, takes a seat, or says nothing that it knows', () => {
    const { protocol } = open();
    const [ann, eve] = [{}, {}];
    expect(protocol.answer('ann', ann)).toBeDefined();
    for (const message of ['', ' ', 'eve 5', 'x'.repeat(5025), 'GET / HTTP/1.1']) {
      expect(protocol.answer(message, eve)).toBeUndefined();
    }
    expect(protocol.answer('ann 5', eve)).toBeUndefined();
    protocol.answer('bob', {});
    expect(protocol.answer('cid', {})).toBeUndefined();
  });

  it('gives a seat back to its name when its connection was lost', () => {
    const { protocol } = open();
    const [before, after] = [{}, {}];
    protocol.answer('ann', before);
    protocol.leave(before);
    expect(protocol.answer('ann ', after)).toBe('wait ');
    expect(protocol.answer('ann ', before)).toBeUndefined();
  });

  it('seats only tables where every item finds a buyer', () => {
    const table = new Table(new Auction(auctionOptions()));
    expect(() => new LectureProtocol(table)).toThrow(/to-first/);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'brings every bidder the same results, in whatever order they speak (seed %i)',
    (seed) => {
      const random = randomFrom(String(seed));
      const { auction, protocol } = open({ bidders: 5, seed: String(seed) });
      const bidders = ['ann', 'bob', 'cid', 'dan', 'eva'].map(
        (name) => new LectureBidder(name, protocol, () => Math.floor(random() * 15)),
      );
      let steps = 0;
      while (bidders.some((bidder) => !bidder.done)) {
        const waiting = bidders.filter((bidder) => !bidder.done);
        waiting[Math.floor(random() * waiting.length)]!.step();
        steps += 1;
        if (steps > 100_000) throw new Error('the game does not end');
      }
      expect(auction.phase).toBe('over');
      expect(bidders[0]!.results).toHaveLength(auction.round);
      for (const bidder of bidders) expect(bidder.results).toEqual(bidders[0]!.results);
    },
  );
});
