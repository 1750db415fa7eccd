import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Auction,
  type AuctionOptions,
  auctionOptions,
  type BidderView,
  findStrategy,
  gameRules,
  inProcess,
  Ledger,
  openBots,
  playTournament,
  randomFrom,
  strategies,
} from '../../../../src/auction/index.ts';
import { runs } from '../../../support/properties.ts';

interface Situation extends Partial<AuctionOptions> {
  /** What each bidder has left, and owns; the first is the one who is asked. */
  bidders_: { money?: number; owned?: Record<string, number> }[];
  coming: string[];
}

/** A round in the middle of a game, as the first bidder sees it. */
function situation({ bidders_: bidders, coming, ...given }: Situation): BidderView {
  const options = auctionOptions({
    bidders: bidders.length,
    items: coming.length,
    kinds: ['Picasso', 'Monet'],
    ...given,
  });
  const ledger = new Ledger(gameRules(options), coming);
  for (const [index, { money, owned }] of bidders.entries()) {
    const name = `b${index}`;
    ledger.apply({ type: 'joined', name });
    Object.assign(ledger.bidders.get(name)!, {
      money: money ?? options.budget,
      owned: owned ?? {},
    });
  }
  ledger.apply({ type: 'started' });
  ledger.apply({ type: 'opened', round: 0, item: coming[0]! });
  return ledger.view('b0')!;
}

function bid(strategy: string, view: BidderView): unknown {
  return findStrategy(strategy).start(randomFrom('seed'))(view);
}

describe('the strategies', () => {
  it('have names of their own', () => {
    const names = strategies.map(({ name }) => name);
    expect(names).toEqual(['random', 'patient', 'target', 'blocker', 'expected-value']);
  });

  it('are listed for whoever asks for one that is not there', () => {
    expect(findStrategy('patient').name).toBe('patient');
    expect(() => findStrategy('patent')).toThrow(
      'no strategy is called "patent"; there are random, patient, target, blocker, expected-value',
    );
  });

  const options: fc.Arbitrary<Partial<AuctionOptions>> = fc.record({
    bidders: fc.integer({ min: 1, max: 6 }),
    budget: fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.constant(Number.MAX_SAFE_INTEGER),
    ),
    kinds: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { minLength: 1 }),
    countToWin: fc.integer({ min: 1, max: 4 }),
    price: fc.constantFrom('first' as const, 'second' as const),
    order: fc.constantFrom('known' as const, 'secret' as const),
    win: fc.constantFrom('first-to' as const, 'highest-value' as const),
    unsold: fc.constantFrom('to-nobody' as const, 'to-first' as const),
    items: fc.integer({ min: 1, max: 40 }),
    seed: fc.string(),
  });
  const worths = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 });

  it.each(strategies.map(({ name, start }) => [name, start] as const))(
    '%s never bids what is not allowed, whatever the rules and the others do',
    (_, start) => {
      fc.assert(
        fc.property(options, worths, (given, numbers) => {
          const values = Object.fromEntries(
            given.kinds!.map((kind, index) => [kind, numbers[index]!]),
          );
          const auction = new Auction(auctionOptions({ ...given, values }));
          const random = randomFrom(given.seed!);
          const asked = start(randomFrom(given.seed!));
          const play = (command: Parameters<Auction['decide']>[0]): void => {
            const { events, refusal } = auction.decide(command);
            expect(refusal).toBeUndefined();
            for (const event of events!) auction.apply(event);
          };
          for (let seat = 0; seat < given.bidders!; seat += 1) {
            play({ type: 'join', name: `b${seat}` });
          }
          while (auction.phase === 'bidding') {
            const { round } = auction;
            for (const [name, { money }] of auction.bidders) {
              // The strategy sits in the first seat; the others bid anything, often little.
              const amount =
                name === 'b0'
                  ? asked(auction.ledger.view(name)!)
                  : Math.floor(random() ** 3 * (money + 1));
              if (amount === null || amount === undefined) {
                play({ type: 'pass', round, name });
              } else {
                play({ type: 'bid', round, name, amount });
              }
            }
          }
        }),
        { numRuns: runs(400) },
      );
    },
  );

  it('leave the view as it is, and answer the same view with the same bid', () => {
    const view = situation({
      bidders_: [{ money: 40, owned: { Monet: 1 } }, { owned: { Picasso: 2 } }, {}],
      coming: ['Monet', 'Picasso', 'Monet', 'Monet', 'Picasso'],
    });
    const before = structuredClone(view);
    for (const { name } of strategies) expect(bid(name, view)).toBe(bid(name, view));
    expect(view).toEqual(before);
  });
});

describe('random', () => {
  it('bids all that it can pay now and then, and anything else about as often', () => {
    const view = situation({ bidders_: [{ money: 3 }, {}], coming: ['Monet'] });
    const asked = findStrategy('random').start(randomFrom('a'));
    const counts = [0, 0, 0, 0];
    for (let time = 0; time < 4000; time += 1) counts[asked(view)!]! += 1;
    for (const count of counts) expect(count).toBeGreaterThan(900);
  });
});

describe('patient', () => {
  it('bids little while another is rich, and otherwise one coin more than they have', () => {
    const owned = { Monet: 1 };
    const coming = ['Monet', 'Monet', 'Monet'];
    const rich = situation({ bidders_: [{ money: 100, owned }, { money: 90 }], coming });
    expect(bid('patient', rich)).toBe(10);
    const poor = situation({ bidders_: [{ money: 100, owned }, { money: 30 }], coming });
    expect(bid('patient', poor)).toBe(31);
  });

  it('puts down what it takes when one item is missing', () => {
    const owned = { Monet: 2 };
    const view = situation({
      bidders_: [{ money: 50, owned }, { money: 40 }],
      coming: ['Monet'],
    });
    expect(bid('patient', view)).toBe(41);
  });
});

describe('target', () => {
  const coming = ['Picasso', 'Monet', 'Monet', 'Picasso', 'Monet', 'Picasso'];

  it('spreads its money over the kind that can be complete first, and leaves the rest', () => {
    const bidders_ = [{}, {}];
    expect(bid('target', situation({ bidders_, coming }))).toBe(0);
    expect(bid('target', situation({ bidders_, coming: coming.slice(1) }))).toBe(33);
  });

  it('changes over when it owns more of another kind', () => {
    const bidders_ = [{ money: 60, owned: { Picasso: 1 } }, {}];
    expect(bid('target', situation({ bidders_, coming }))).toBe(30);
  });

  it('stays with what it has when it does not know what comes', () => {
    const order = 'secret' as const;
    const begun = { owned: { Monet: 1 } };
    const picasso = situation({ order, bidders_: [begun, {}], coming: ['Picasso'] });
    expect(bid('target', picasso)).toBe(0);
    const monet = situation({ order, bidders_: [begun, {}], coming: ['Monet'] });
    expect(bid('target', monet)).toBe(50);
  });
});

describe('blocker', () => {
  it('outbids whoever would win with this item, by one coin', () => {
    const threat = { money: 45, owned: { Monet: 2 } };
    const view = situation({ bidders_: [{}, threat, { money: 80 }], coming: ['Monet'] });
    expect(bid('blocker', view)).toBe(46);
  });

  it('gives all when that is not enough, and little when nobody is near', () => {
    const threat = { money: 45, owned: { Monet: 2 } };
    const coming = ['Monet'];
    expect(bid('blocker', situation({ bidders_: [{ money: 30 }, threat], coming }))).toBe(
      30,
    );
    expect(bid('blocker', situation({ bidders_: [{}, {}], coming }))).toBe(10);
  });

  it('bids more than the leader would pay where the worthiest collection wins', () => {
    const win = 'highest-value' as const;
    const coming = ['Monet', 'Monet', 'Monet', 'Monet'];
    const leads = { money: 60, owned: { Monet: 3 } };
    const view = situation({ win, bidders_: [{ money: 40 }, leads], coming });
    // His fair price is 60 · 2 / 4.
    expect(bid('blocker', view)).toBe(31);
  });
});

describe('expected-value', () => {
  const coming = ['Monet', 'Picasso', 'Monet', 'Monet', 'Picasso', 'Monet'];

  it('bids more for an item that is worth more: its own, and a rival’s', () => {
    const nobody = situation({ bidders_: [{}, {}, {}], coming });
    const begun = situation({ bidders_: [{ owned: { Monet: 1 } }, {}, {}], coming });
    const rival = situation({ bidders_: [{}, { owned: { Monet: 2 } }, {}], coming });
    expect(bid('expected-value', begun)).toBeGreaterThan(
      bid('expected-value', nobody) as number,
    );
    expect(bid('expected-value', rival)).toBeGreaterThan(
      bid('expected-value', nobody) as number,
    );
  });

  it('bids the whole worth where the second price is paid, and less where its own is', () => {
    const bidders_ = [{}, {}, {}];
    const first = bid('expected-value', situation({ bidders_, coming })) as number;
    const second = bid(
      'expected-value',
      situation({ bidders_, coming, price: 'second' }),
    ) as number;
    // Two of three: within the rounding to whole coins.
    expect(Math.abs(first - (second * 2) / 3)).toBeLessThanOrEqual(1);
  });

  it('knows the binomial distribution', () => {
    // Three of the five still to come, each won with 1/2: (10 + 5 + 1) / 32 = 0.5; with one
    // owned two of five: (10 + 10 + 5 + 1) / 32 = 0.8125. The rise times 100, at the full
    // worth, is 31.25.
    const view = situation({
      bidders_: [{}, {}],
      price: 'second',
      countToWin: 3,
      coming: ['Monet', 'Monet', 'Monet', 'Monet', 'Monet', 'Monet'],
    });
    expect(bid('expected-value', view)).toBe(31);
  });
});

describe('a table of all strategies', () => {
  it.each([{}, { order: 'secret' as const }, { countToWin: 4, budget: 50 }])(
    'beats the dice under the rules %j',
    async (rules) => {
      const bots = await openBots(strategies.map(({ name }) => name));
      const { ranking } = await playTournament(bots, {
        games: 600,
        auction: { seed: 'dice', ...rules },
        runner: inProcess,
      });
      expect(ranking.at(-1)!.name).toBe('random');
      // Not by luck: the next best is better with 95 % confidence.
      expect(ranking.at(-2)!.low).toBeGreaterThan(ranking.at(-1)!.high);
    },
  );
});
