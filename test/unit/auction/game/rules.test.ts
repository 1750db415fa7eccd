import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Auction,
  type AuctionCommand,
  type AuctionEvent,
  type AuctionOptions,
  auctionOptions,
} from '../../../../src/auction/index.ts';
import { runs } from '../../../support/properties.ts';

/** Decides and applies; returns what happened, or the refusal's code. */
function play(auction: Auction, command: AuctionCommand): AuctionEvent[] | string {
  const { events, refusal } = auction.decide(command);
  if (refusal) return refusal.code;
  for (const event of events) auction.apply(event);
  return events;
}

function table(names: string[], given: Partial<AuctionOptions> = {}): Auction {
  const auction = new Auction(auctionOptions({ bidders: names.length, ...given }));
  for (const name of names) play(auction, { type: 'join', name });
  return auction;
}

/** One round in which each bidder answers in the order given; undefined passes. */
function round(auction: Auction, answers: Record<string, number | undefined>): unknown {
  const now = auction.round;
  let last: AuctionEvent[] | string = [];
  for (const [name, amount] of Object.entries(answers)) {
    last = play(
      auction,
      amount === undefined
        ? { type: 'pass', round: now, name }
        : { type: 'bid', round: now, name, amount },
    );
  }
  return last;
}

describe('joining', () => {
  it('begins when everybody has joined, and not before', () => {
    const auction = new Auction(auctionOptions({ bidders: 2 }));
    expect(play(auction, { type: 'join', name: 'ann' })).toEqual([
      { type: 'joined', name: 'ann' },
    ]);
    expect(play(auction, { type: 'bid', round: 0, name: 'ann', amount: 1 })).toBe(
      'not-started',
    );
    expect(play(auction, { type: 'join', name: 'bob' })).toEqual([
      { type: 'joined', name: 'bob' },
      { type: 'started' },
      { type: 'opened', round: 0, item: auction.items[0] },
    ]);
    expect(auction.phase).toBe('bidding');
  });

  it.each([
    '',
    ' ',
    'two words',
    'tab\t',
    'bell\u0007',
    'x'.repeat(33),
    'x'.repeat(1e6),
    '\u202Eevil',
  ])('refuses the name %j', (name) => {
    const auction = new Auction(auctionOptions({ bidders: 2 }));
    expect(play(auction, { type: 'join', name })).toBe('bad-name');
  });

  it('refuses a second bidder of the same name, and one too many', () => {
    const auction = new Auction(auctionOptions({ bidders: 2 }));
    play(auction, { type: 'join', name: 'ann' });
    expect(play(auction, { type: 'join', name: 'ann' })).toBe('name-taken');
    play(auction, { type: 'join', name: 'bob' });
    expect(play(auction, { type: 'join', name: 'ann' })).toBe('name-taken');
    expect(play(auction, { type: 'join', name: 'cid' })).toBe('table-full');
  });
});

describe('a round', () => {
  it('sells to the highest bid, at that price', () => {
    const auction = table(['ann', 'bob', 'cid']);
    round(auction, { ann: 3, bob: 7, cid: 5 });
    expect(auction.bidders.get('bob')).toEqual({
      name: 'bob',
      money: 93,
      owned: { [auction.items[0]!]: 1 },
    });
    expect(auction.bidders.get('ann')!.money).toBe(100);
    expect(auction.round).toBe(1);
  });

  it('sells to the earliest of equal bids', () => {
    const auction = table(['ann', 'bob', 'cid']);
    expect(round(auction, { cid: 5, ann: 5, bob: 5 })).toContainEqual(
      expect.objectContaining({ type: 'sold', name: 'cid', price: 5 }),
    );
  });

  it('takes the second price when so agreed, and 0 when there was no second bid', () => {
    const auction = table(['ann', 'bob', 'cid'], { price: 'second' });
    expect(round(auction, { ann: 3, bob: 7, cid: 5 })).toContainEqual(
      expect.objectContaining({ name: 'bob', price: 5 }),
    );
    expect(round(auction, { ann: undefined, bob: 7, cid: undefined })).toContainEqual(
      expect.objectContaining({ name: 'bob', price: 0 }),
    );
  });

  it.each([
    ['ann', 'bob', 'cid'],
    ['cid', 'bob', 'ann'],
    ['bob', 'cid', 'ann'],
  ])('takes the second price in whatever order the bids come: %s, %s, %s', (...order) => {
    const auction = table(['ann', 'bob', 'cid'], { price: 'second' });
    const bids: Record<string, number> = { ann: 3, bob: 5, cid: 7 };
    const answers = Object.fromEntries(order.map((name) => [name, bids[name]]));
    expect(round(auction, answers)).toContainEqual(
      expect.objectContaining({ name: 'cid', price: 5 }),
    );
  });

  it('knows one zero only: JSON has two', () => {
    const auction = table(['ann', 'bob']);
    expect(play(auction, { type: 'bid', round: 0, name: 'ann', amount: -0 })).toEqual([
      { type: 'bid', round: 0, name: 'ann', amount: 0 },
    ]);
  });

  it('lets an item that nobody bids for go unsold, or to the first bidder for nothing', () => {
    const home = table(['ann', 'bob']);
    expect(round(home, { ann: undefined, bob: undefined })).toContainEqual(
      expect.objectContaining({ type: 'unsold' }),
    );
    const lecture = table(['ann', 'bob'], { unsold: 'to-first' });
    expect(round(lecture, { bob: undefined, ann: undefined })).toContainEqual(
      expect.objectContaining({ type: 'sold', name: 'ann', price: 0 }),
    );
  });

  it.each([-1, 1.5, NaN, Infinity, 1e300, '5', null, undefined, {}, true])(
    'refuses a bid of %j and lets the bidder bid again',
    (amount) => {
      const auction = table(['ann', 'bob']);
      expect(play(auction, { type: 'bid', round: 0, name: 'ann', amount })).toBe(
        'bad-amount',
      );
      expect(
        play(auction, { type: 'bid', round: 0, name: 'ann', amount: 5 }),
      ).toHaveLength(1);
    },
  );

  it('refuses what cannot count', () => {
    const auction = table(['ann', 'bob']);
    const bid = (round: number, name: string, amount: number): unknown =>
      play(auction, { type: 'bid', round, name, amount });
    expect(bid(0, 'eve', 1)).toBe('unknown-bidder');
    expect(bid(1, 'ann', 1)).toBe('wrong-round');
    expect(bid(-1, 'ann', 1)).toBe('wrong-round');
    expect(bid(0, 'ann', 101)).toBe('too-poor');
    bid(0, 'ann', 100);
    expect(bid(0, 'ann', 1)).toBe('already-answered');
    expect(play(auction, { type: 'forfeit', round: 3 })).toBe('wrong-round');
  });

  it('goes on without those who miss the deadline', () => {
    const auction = table(['ann', 'bob', 'cid']);
    play(auction, { type: 'bid', round: 0, name: 'bob', amount: 2 });
    expect(play(auction, { type: 'forfeit', round: 0 })).toEqual([
      { type: 'passed', round: 0, name: 'ann', why: 'deadline' },
      { type: 'passed', round: 0, name: 'cid', why: 'deadline' },
      { type: 'sold', round: 0, item: auction.items[0], name: 'bob', price: 2 },
      { type: 'opened', round: 1, item: auction.items[1] },
    ]);
  });
});

describe('the end', () => {
  it('comes when somebody owns the third of a kind', () => {
    const auction = table(['ann', 'bob'], { kinds: ['Picasso'] });
    round(auction, { ann: 1, bob: 0 });
    round(auction, { ann: 0, bob: 1 });
    round(auction, { ann: 1, bob: 0 });
    expect(round(auction, { ann: 1, bob: 0 })).toContainEqual({
      type: 'over',
      winner: 'ann',
    });
    expect(play(auction, { type: 'bid', round: 4, name: 'ann', amount: 0 })).toBe(
      'game-over',
    );
  });

  it('comes with the last item, and the worthiest collection wins', () => {
    const auction = table(['ann', 'bob'], {
      win: 'highest-value',
      kinds: ['Monet'],
      values: { Monet: 10 },
      items: 3,
    });
    round(auction, { ann: 1, bob: 0 });
    round(auction, { ann: 0, bob: 1 });
    round(auction, { ann: 0, bob: 1 });
    expect(auction.winner).toBe('bob');
  });

  it('goes to the one with more money when collections are worth the same', () => {
    const auction = table(['ann', 'bob'], {
      win: 'highest-value',
      kinds: ['Monet'],
      items: 2,
    });
    round(auction, { ann: 9, bob: 0 });
    round(auction, { ann: 0, bob: 1 });
    expect(auction.winner).toBe('bob');
  });

  it('counts what the last item has cost, too', () => {
    const auction = table(['ann', 'bob'], {
      win: 'highest-value',
      kinds: ['Monet'],
      items: 2,
    });
    round(auction, { ann: 1, bob: 0 });
    round(auction, { ann: 0, bob: 9 });
    expect(auction.winner).toBe('ann');
  });

  it('has no winner when too few items were drawn', () => {
    const auction = table(['ann', 'bob'], { items: 1 });
    round(auction, { ann: 1, bob: 2 });
    expect(auction.phase).toBe('over');
    expect(auction.winner).toBeUndefined();
  });
});

describe('the options', () => {
  it('draw enough items for any number of bidders', () => {
    expect(auctionOptions({ bidders: 3 }).items).toBe(200);
    expect(auctionOptions({ bidders: 25 }).items).toBe(201);
    expect(auctionOptions({ bidders: 100 }).items).toBe(801);
  });

  it.each([
    { bidders: 0 },
    { bidders: 1.5 },
    { budget: -1 },
    { kinds: [] },
    { kinds: ['Van Gogh'] },
    { kinds: ['A', 'A'] },
    { values: { Nobody: 3 } },
    { items: 0 },
    { bidders: 10_001, items: 10 },
    { countToWin: 0 },
    { countToWin: 1_000_001, items: 10 },
    { items: 300_000 }, // a list of more than 3 MiB
    { secondsPerRound: -1 },
    { secondsPerRound: 86_401 },
    { secondsPerRound: NaN },
    { kinds: Array.from({ length: 1001 }, (_, index) => `k${index}`), items: 10 },
    { kinds: ['toString'] },
    { kinds: ['__proto__'] },
    { kinds: ['Mane\u0301'] }, // é is one character
    { kinds: ['x'.repeat(33)] },
    { values: { Picasso: -1 } },
    { values: { Picasso: 0.5 } },
    { seed: 7 as unknown as string },
    { price: 'third' as 'first' },
    { win: 'last' as 'first-to' },
    { order: 'any' as 'known' },
    { unsold: 'to-all' as 'to-first' },
  ])('refuse %j', (given) => {
    expect(() => auctionOptions(given)).toThrow(/auction options/);
  });

  it.each([
    { bidders: 10_000, items: 10 },
    { countToWin: 1_000_000, items: 10 },
    { items: 250_000 },
    { secondsPerRound: 0 },
    { secondsPerRound: 86_400 },
    { kinds: Array.from({ length: 1000 }, (_, index) => `k${index}`), items: 10 },
    { kinds: ['Man\u00e9', 'x'.repeat(32)] },
  ])('take %j', (given) => {
    expect(auctionOptions(given)).toMatchObject(given);
  });

  it('draw the same items for the same seed, others for another, each kind about as often', () => {
    const items = (seed: string): readonly string[] =>
      new Auction(auctionOptions({ seed, items: 40_000 })).items;
    expect(items('a')).toEqual(items('a'));
    expect(items('a')).not.toEqual(items('b'));
    const counts = new Map<string, number>();
    for (const item of items('a')) counts.set(item, (counts.get(item) ?? 0) + 1);
    // Chi-square with 3 degrees of freedom: above 16.3 only once in a thousand seeds.
    let chiSquare = 0;
    for (const count of counts.values()) chiSquare += (count - 10_000) ** 2 / 10_000;
    expect(chiSquare).toBeLessThan(16.3);
  });
});

describe('under every order of commands', () => {
  const names = ['ann', 'bob', 'cid'];
  const command: fc.Arbitrary<AuctionCommand> = fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('join' as const),
        name: fc.constantFrom(...names, 'x y'),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('bid' as const),
        round: fc.integer({ min: -1, max: 1 }),
        name: fc.constantFrom(...names, 'eve'),
        amount: fc.oneof(
          fc.integer({ min: -2, max: 110 }),
          fc.integer({ min: 0, max: 9 }),
          fc.double(),
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('pass' as const),
        round: fc.constant(0),
        name: fc.constantFrom(...names),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('forfeit' as const),
        round: fc.constant(0),
      }),
    },
  );
  const options = fc.record({
    price: fc.constantFrom('first' as const, 'second' as const),
    win: fc.constantFrom('first-to' as const, 'highest-value' as const),
    unsold: fc.constantFrom('to-nobody' as const, 'to-first' as const),
    items: fc.integer({ min: 1, max: 30 }),
    seed: fc.string(),
  });

  it('no money is made or lost, no item is sold twice, the winner has won, and a replay agrees', () => {
    fc.assert(
      fc.property(options, fc.array(command, { maxLength: 200 }), (given, commands) => {
        const auction = new Auction(auctionOptions({ bidders: 3, ...given }));
        const journal: AuctionEvent[] = [];
        for (const given of [
          ...names.map((name) => ({ type: 'join' as const, name })),
          ...commands,
        ]) {
          // The round is given relative to the one going on, so that most commands count.
          const now =
            'round' in given ? { ...given, round: given.round + auction.round } : given;
          const events = play(auction, now);
          if (typeof events !== 'string') journal.push(...events);
        }
        let paid = 0;
        const sold = journal.filter(
          (event) => event.type === 'sold' || event.type === 'unsold',
        );
        for (const event of sold) if (event.type === 'sold') paid += event.price;
        let left = 0;
        let owned = 0;
        for (const bidder of auction.bidders.values()) {
          expect(bidder.money).toBeGreaterThanOrEqual(0);
          left += bidder.money;
          for (const count of Object.values(bidder.owned)) owned += count;
        }
        expect(left + paid).toBe(300);
        expect(owned).toBe(sold.filter((event) => event.type === 'sold').length);
        expect(sold.map((event) => event.round)).toEqual(sold.map((_, index) => index));
        expect(sold.map((event) => event.item)).toEqual(
          auction.items.slice(0, sold.length),
        );
        if (auction.winner !== undefined && auction.options.win === 'first-to') {
          const counts = Object.values(auction.bidders.get(auction.winner)!.owned);
          expect(Math.max(...counts)).toBe(auction.options.countToWin);
        }
        const again = new Auction(auction.options);
        for (const event of journal) again.apply(event);
        expect(again).toEqual(auction);
      }),
      { numRuns: runs(2000) },
    );
  });
});
