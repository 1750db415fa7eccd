import { describe, expect, it, vi } from 'vitest';
import {
  Auction,
  type AuctionOptions,
  auctionOptions,
  LectureProtocol,
  randomFrom,
  Table,
} from '../../../../src/auction/index.ts';
import {
  LONGEST_MESSAGE,
  tooLongForOneRead,
} from '../../../../src/auction/server/lecture-protocol.ts';

interface Opened {
  auction: Auction;
  table: Table;
  protocol: LectureProtocol;
  /** The answer's text alone. */
  say(this: void, message: string, speaker?: object): string;
}

function open(given: Partial<AuctionOptions> = {}, code?: string): Opened {
  const auction = new Auction(
    auctionOptions({ unsold: 'to-first', bidders: 2, ...given }),
  );
  const table = new Table(auction);
  const protocol = new LectureProtocol(table, { code });
  const say = (message: string, speaker?: object): string =>
    protocol.answer(message, speaker).text;
  return { auction, table, protocol, say };
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
    const say = (message: string): string => protocol.answer(message).text;
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

describe('a list of items that is longer than one read of these bidders', () => {
  const listOf = (text: string): string[] => text.trim().split(' ').slice(1);

  it('ends where the game surely does, and holds every item that can be on sale', () => {
    const { auction, protocol, say } = open({ items: 700 });
    const text = say('ann');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LONGEST_MESSAGE);
    expect(tooLongForOneRead(auction)).toBeUndefined();
    say('bob');
    // The longest game that there is: both buy in turn what they have fewest of.
    const listed = listOf(text);
    expect(listed).toEqual(auction.items.slice(0, 17));
    while (auction.phase !== 'over') {
      const item = auction.items[auction.round]!;
      const [a, b] = ['ann', 'bob'].map(
        (name) => auction.bidders.get(name)!.owned[item] ?? 0,
      );
      for (const name of ['ann', 'bob']) {
        const wants = (name === 'ann') === a! <= b!;
        protocol.answer(`${name} ${wants ? 1 : 0}`);
      }
      for (const name of ['ann', 'bob']) protocol.answer(name);
    }
    expect(auction.round).toBeLessThanOrEqual(listed.length);
  });

  it('is sent whole where all of it may be sold, and is known to be too long', () => {
    for (const given of [
      { items: 700, win: 'highest-value' },
      { bidders: 30, countToWin: 6 },
    ] as const) {
      const { auction, say } = open(given);
      const text = say('ann');
      expect(listOf(text)).toEqual(auction.items);
      expect(tooLongForOneRead(auction)).toBe(Buffer.byteLength(text));
    }
  });

  it('is no list of a usual game', () => {
    const { auction, say } = open({ items: 200 });
    expect(tooLongForOneRead(auction)).toBeUndefined();
    expect(listOf(say('ann'))).toEqual(auction.items);
  });
});

describe("the lecture's protocol", () => {
  it('writes what it tells a crowd once, the items and the names, and not for each of them', () => {
    const { auction, say } = open({ bidders: 3 }, 'K$&');
    const join = vi.spyOn(Array.prototype, 'join');
    const names = ['a', 'b', 'ab'];
    const lists = names.map((name) => say(`K$&-${name}`));
    expect(new Set(lists).size).toBe(1);
    expect(names.map((name) => say(`K$&-${name} `))).toEqual([
      'ready K$&-a b ab ',
      'ready a K$&-b ab ',
      'ready a b K$&-ab ',
    ]);
    const long = join.mock.contexts.filter((list) => (list as unknown[]).length >= 3);
    join.mockRestore();
    expect(long).toEqual([auction.items, names]);
  });

  it('answers to the letter', () => {
    const { auction, say } = open({ items: 20 });
    const items = auction.items.join(' ');
    expect(say('ann')).toBe(`2 ${items} `);
    expect(say('ann ')).toBe('wait ');
    expect(say('bob')).toBe(`2 ${items} `);
    expect(say('bob ')).toBe('ready ann bob ');
    expect(say('ann ')).toBe('ready ann bob ');
    expect(say('ann 7')).toBe('bid received');
    expect(say('ann 8')).toBe('wait ');
    expect(say('ann')).toBe('wait ');
    expect(say('bob 5')).toBe('bid received');
    expect(say('ann')).toBe(`ann has bought ${auction.items[0]} for 7`);
    expect(say('ann')).toBe('ready');
    expect(say('bob')).toBe(`ann has bought ${auction.items[0]} for 7`);
  });

  it('takes an early bid as the bid of the next round', () => {
    const { auction, say } = open();
    for (const message of ['ann', 'bob', 'ann ', 'bob ', 'ann 7', 'bob 5', 'ann']) {
      say(message);
    }
    expect(say('ann 3')).toBe('bid received');
    expect(auction.round).toBe(1);
    expect(say('bob')).toBe(`ann has bought ${auction.items[0]} for 7`);
    expect(say('bob 4')).toBe('bid received');
    expect(say('ann')).toBe(`bob has bought ${auction.items[1]} for 4`);
  });

  it.each(['-1', '1.5', '101', 'NaN', '1e1', '9'.repeat(400)])(
    'takes a bid of %s for none, and says nothing about it',
    (amount) => {
      const { auction, say } = open();
      for (const message of ['ann', 'bob', 'ann ', 'bob ', 'bob 0']) say(message);
      expect(say(`ann ${amount}`)).toBe('bid received');
      expect(say('ann')).toBe(`bob has bought ${auction.items[0]} for 0`);
    },
  );

  it('gives an item that nobody bids for to the first bidder, for nothing', () => {
    const { auction, say } = open();
    for (const message of ['ann', 'bob', 'ann ', 'bob ', 'bob -1', 'ann -1']) {
      say(message);
    }
    expect(say('bob')).toBe(`ann has bought ${auction.items[0]} for 0`);
    expect(auction.bidders.get('ann')!.money).toBe(100);
  });

  it('sends away, with words, who has no seat, takes a seat, or says what it cannot know', () => {
    const { protocol, say } = open();
    const [ann, eve] = [{}, {}];
    say('ann', ann);
    for (const [message, why] of [
      ['', 'a name is one word'],
      [' ', 'join first'],
      ['eve 5', 'join first'],
      ['x'.repeat(33), 'a name is one word'],
      ['x'.repeat(5025), 'at most 5024'],
      ['GET / HTTP/1.1', 'join first'],
      ['eve\u0007', 'a name is one word'],
      ['ann', 'another connection has that name'],
      ['ann 5', 'another connection has that name'],
    ] as const) {
      const { kind, text } = protocol.answer(message, eve);
      expect({ kind, text }).toEqual({
        kind: 'farewell',
        text: expect.stringContaining(why) as string,
      });
    }
    say('bob', {});
    expect(say('cid', {})).toMatch(/^refused: .*every seat is taken/);
  });

  it('gives one connection one seat', () => {
    const { auction, protocol, say } = open();
    const ann = {};
    say('ann', ann);
    const why = 'refused: you have already joined, as ann\n';
    expect(protocol.answer('anne', ann)).toMatchObject({ kind: 'farewell', text: why });
    say('bob');
    // And the seat of another bidder, who has no connection just now.
    expect(protocol.answer('bob 5', ann)).toMatchObject({ kind: 'farewell', text: why });
    expect([...auction.bidders.keys()]).toEqual(['ann', 'bob']);
    protocol.leave(ann);
    expect(protocol.nameOf(ann)).toBeUndefined();
    expect(say('anne', ann)).toMatch(/^refused: .*every seat is taken/);
  });

  it('marks as waiting what may be asked again, and nothing else', () => {
    const { protocol } = open();
    const kinds = (...messages: string[]): string[] =>
      messages.map((message) => protocol.answer(message).kind);
    expect(kinds('ann', 'ann ', 'ann 5')).toEqual(['answer', 'wait', 'answer']);
    expect(kinds('bob', 'ann ', 'ann 5', 'ann 6')).toEqual(Array(4).fill('answer'));
    expect(kinds('ann', 'bob ', 'bob 1', 'ann')).toEqual([
      'wait',
      'answer',
      'answer',
      'answer',
    ]);
  });

  it('gives a seat back to its name when its connection was lost, and begins anew', () => {
    const { auction, protocol, say } = open();
    const [before, after] = [{}, {}];
    const items = say('ann', before);
    say('bob');
    for (const message of ['ann ', 'bob ', 'ann 7', 'bob 5']) say(message);
    protocol.leave(before);
    expect(say('ann', after)).toBe(items);
    expect(say('ann ', after)).toBe('ready ann bob ');
    expect(say('ann', after)).toBe('ready'); // the past is not told again
    expect(say('ann 3', after)).toBe('bid received');
    expect(auction.answers.get('ann')).toBe(3);
    expect(say('ann', before)).toMatch(/^refused/);
  });

  it('sends away who comes back when all is over, or puts two spaces', () => {
    const { protocol } = open({ kinds: ['Picasso'], countToWin: 1 });
    const [before, after] = [{}, {}];
    for (const message of ['ann', 'bob', 'bob ', 'bob 5']) protocol.answer(message);
    protocol.answer('ann ', before);
    expect(protocol.answer('ann  7', before)).toMatchObject({ kind: 'farewell' });
    protocol.answer('ann 7', before);
    protocol.leave(before);
    expect(protocol.answer('ann', after)).toMatchObject({
      kind: 'farewell',
      text: 'refused: the game is over, and ann has won\n',
    });
  });

  it('goes on from the middle of a word for one that has only changed its connection', () => {
    const { protocol, say } = open();
    const [before, after] = [{}, {}];
    say('ann', before);
    protocol.leave(before);
    expect(say('ann ', after)).toBe('wait ');
  });

  it('counts a bid that missed its round in no other', () => {
    const { auction, table, say } = open();
    for (const message of ['ann', 'bob', 'ann ', 'bob ', 'bob 5']) say(message);
    table.submit({ type: 'forfeit', round: 0 });
    expect(say('ann 9')).toBe('bid received');
    expect(auction.answers.size).toBe(0);
    expect(say('ann')).toBe(`bob has bought ${auction.items[0]} for 5`);
    expect(say('ann 9')).toBe('bid received');
    expect(auction.answers.get('ann')).toBe(9);
  });

  it('ends a game for one whose last bid came too late', () => {
    const { auction, table, say } = open({ kinds: ['Picasso'], countToWin: 1 });
    for (const message of ['ann', 'bob', 'ann ', 'bob ', 'bob 5']) say(message);
    table.submit({ type: 'forfeit', round: 0 });
    expect(auction.phase).toBe('over');
    expect(say('ann 9')).toBe('bid received');
    expect(say('ann')).toBe('bob has bought Picasso for 5 and won.');
    expect(say('ann 9')).toBe('ready');
  });

  it('asks for a join code before the name, and calls each bidder as it calls itself', () => {
    const { auction, say } = open({}, 'K7RT');
    expect(say('ann')).toMatch(/^refused: .*join code/);
    expect(say('K7RT-ann')).toMatch(/^2 /);
    say('K7RT-bob');
    expect([...auction.bidders.keys()]).toEqual(['ann', 'bob']);
    expect(say('K7RT-ann ')).toBe('ready K7RT-ann bob ');
    say('K7RT-ann 7');
    say('K7RT-bob 5');
    const result = `has bought ${auction.items[0]} for 7`;
    expect(say('K7RT-ann')).toBe(`K7RT-ann ${result}`);
    expect(say('K7RT-bob')).toBe(`ann ${result}`);
  });

  it('seats only tables where every item finds a buyer', () => {
    const table = new Table(new Auction(auctionOptions()));
    expect(() => new LectureProtocol(table)).toThrow(/to-first/);
    expect(() => open({ order: 'secret' })).toThrow(/'known'/);
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
