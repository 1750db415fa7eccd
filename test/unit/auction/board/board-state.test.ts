import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoardState } from '../../../../src/auction/board/board-state.ts';
import { marksOf } from '../../../../src/auction/board/marks.ts';
import type { GameSnapshot } from '../../../../src/auction/board/snapshot.ts';
import { toBoardEvent } from '../../../../src/auction/game/public-events.ts';
import {
  Auction,
  type AuctionEvent,
  auctionOptions,
  gameRules,
} from '../../../../src/auction/index.ts';
import { SeededGame } from '../../../support/board.ts';
import { runs } from '../../../support/properties.ts';

const NAMES = ['ann', 'bob', 'cid'];

function boardOf({ auction, past }: SeededGame): BoardState {
  const state = new BoardState({
    rules: gameRules(auction.options),
    items: auction.items,
  });
  for (const event of past) state.apply(toBoardEvent(event));
  return state;
}

function show(game: SeededGame): GameSnapshot {
  return boardOf(game).snapshot();
}

describe('what the board shows', () => {
  it('is who has joined, and what comes first, before the game', () => {
    const game = new SeededGame(NAMES).join(['ann', 'bob']);
    const shown = show(game);
    expect(shown).toMatchObject({ phase: 'joining', joined: 2, answered: 0, round: 0 });
    expect(shown.standings.map(({ name }) => name)).toEqual(['ann', 'bob']);
    expect(shown).not.toHaveProperty('onSale');
    expect(shown.coming.map((kind) => shown.kinds[kind]!.name)).toEqual(
      game.auction.items.slice(0, 10),
    );
  });

  it('is the item on sale, what comes after it, and who has answered', () => {
    const game = new SeededGame(NAMES).join().playTo(2).answer(['bob']);
    const shown = show(game);
    const { items } = game.auction;
    expect(shown).toMatchObject({ phase: 'bidding', joined: 3, answered: 1, round: 2 });
    expect(shown.kinds[shown.onSale!]!.name).toBe(items[2]);
    expect(shown.coming.map((kind) => shown.kinds[kind]!.name)).toEqual(
      items.slice(3, 13),
    );
    const answered = shown.standings.filter((one) => one.answered);
    expect(answered.map(({ name }) => name)).toEqual(['bob']);
  });

  it('forgets who has answered when the round is over', () => {
    const game = new SeededGame(NAMES).join().answer(['ann', 'bob']);
    expect(show(game).answered).toBe(2);
    expect(show(game.answer(['cid'])).answered).toBe(0);
  });

  it('keeps what comes a secret in a secret game', () => {
    const game = new SeededGame(NAMES, { order: 'secret' });
    expect(show(game).coming).toEqual([]);
    const shown = show(game.join().playTo(3));
    expect(shown.coming).toEqual([]);
    expect(shown.kinds[shown.onSale!]!.name).toBe(game.auction.items[3]);
  });

  it('needs not be told the items of a secret game', () => {
    const game = new SeededGame(NAMES, { order: 'secret' }).join().playTo(3);
    const state = new BoardState({ rules: gameRules(game.auction.options) });
    for (const event of game.past) state.apply(toBoardEvent(event));
    expect(state.snapshot()).toEqual(show(game));
  });

  it('says who won with what, and what was paid for it', () => {
    const game = new SeededGame(NAMES, { seed: 'end' }).join().playTo(Infinity);
    const { auction } = game;
    const shown = show(game);
    if (shown.result?.how !== 'collected') throw new Error('nobody has won');
    const { winner, kind, bought } = shown.result;
    expect(winner).toBe(auction.winner);
    const item = shown.kinds[kind]!.name;
    const own = [...auction.ledger.sales.entries()].filter(
      ([, sale]) => sale.name === winner && sale.item === item,
    );
    expect(bought).toEqual(own.map(([round, { price }]) => ({ round, price })));
    expect(bought).toHaveLength(3);
    expect(shown.standings[0]).toMatchObject({ name: winner, missing: 0 });
    expect(shown).not.toHaveProperty('onSale');
    expect(shown.coming).toEqual([]);
  });

  it('says that nobody has won when nobody has', () => {
    const game = new SeededGame(NAMES, { items: 2 }).join().playTo(Infinity);
    expect(show(game).result).toEqual({ how: 'nobody' });
  });

  it('marks an unsold item as such', () => {
    const game = new SeededGame(NAMES).join();
    game.table.submit({ type: 'forfeit', round: 0 });
    const { latest } = show(game).sales;
    expect(latest).toEqual([[expect.any(Number)]]);
  });

  it('is bounded in a game of any size', () => {
    const names = Array.from({ length: 500 }, (_, index) => `bidder-${index}`);
    const game = new SeededGame(names, { items: 400, countToWin: 200 }).join();
    game.playTo(399);
    const shown = show(game);
    expect(shown.standings).toHaveLength(40);
    expect(shown.more).toBe(460);
    expect(shown.sales.latest).toHaveLength(300);
    expect(shown.sales.first).toBe(99);
    expect(JSON.stringify(shown).length).toBeLessThan(20_000);
  });
});

describe('the order of the standings', () => {
  it('puts first whoever wins by worth, money and seat, in any game', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (seed, items) => {
        const game = new SeededGame(NAMES, {
          seed,
          items,
          win: 'highest-value',
          values: { Picasso: 2, Van_Gogh: 2, Rembrandt: 1, Da_Vinci: 0 },
          budget: 9,
        });
        const shown = show(game.join().playTo(Infinity));
        expect(shown.standings[0]!.name).toBe(game.auction.winner);
        expect(shown.result).toMatchObject({ winner: game.auction.winner });
      }),
    );
  });

  it('counts the most of one kind, then how many kinds, then money, then the seat', () => {
    const state = new BoardState({
      rules: gameRules(
        auctionOptions({ bidders: 5, kinds: ['A', 'B', 'C'], budget: 10 }),
      ),
    });
    for (const name of ['none', 'poor', 'rich', 'both', 'two']) {
      state.apply({ type: 'joined', name });
    }
    state.apply({ type: 'started' });
    const purchases: [string, string, number][] = [
      ['poor', 'A', 5],
      ['rich', 'A', 1],
      ['both', 'A', 9],
      ['both', 'B', 1],
      ['two', 'C', 9],
      ['two', 'C', 1],
    ];
    for (const [round, [name, item, price]] of purchases.entries()) {
      state.apply({ type: 'opened', round, item });
      state.apply({ type: 'sold', round, item, name, price });
    }
    const { standings } = state.snapshot();
    expect(standings.map(({ name }) => name)).toEqual([
      'two',
      'both',
      'rich',
      'poor',
      'none',
    ]);
    expect(standings.map((one) => one.missing)).toEqual([1, 2, 2, 2, 3]);
  });
});

it('marks who is away, until they are back or their seat is free', () => {
  const options = auctionOptions({ bidders: 2 });
  const state = new BoardState({ rules: gameRules(options) });
  const away = (): unknown[] => state.snapshot().standings.map((row) => row.away);
  state.apply({ type: 'joined', name: 'ann' });
  state.present('ann', false);
  state.present('nobody here', false);
  expect(away()).toEqual([true]);
  state.present('ann', true);
  expect(away()).toEqual([undefined]);
  state.present('ann', false);
  state.apply({ type: 'freed', name: 'ann' });
  state.apply({ type: 'joined', name: 'ann' });
  expect(away()).toEqual([undefined]);
});

describe('a sealed bid', () => {
  it('becomes the news that somebody has answered, as a pass does', () => {
    const answered = { type: 'answered', round: 3, name: 'ann' };
    expect(toBoardEvent({ type: 'bid', round: 3, name: 'ann', amount: 77 })).toEqual(
      answered,
    );
    for (const why of ['own-wish', 'deadline'] as const) {
      expect(toBoardEvent({ type: 'passed', round: 3, name: 'ann', why })).toEqual(
        answered,
      );
    }
  });

  /** All that a board ever shows of a game in which the bids of each round are these. */
  function allShown(
    rounds: readonly (readonly (number | undefined)[])[],
    price: 'first' | 'second',
  ): string[] {
    const options = auctionOptions({ bidders: 3, budget: 1e12, price, seed: 's' });
    const auction = new Auction(options);
    const state = new BoardState({ rules: gameRules(options), items: auction.items });
    const shown: string[] = [];
    const happen = (events: AuctionEvent[] = []): void => {
      for (const event of events) {
        auction.apply(event);
        state.apply(toBoardEvent(event));
        shown.push(JSON.stringify(state.snapshot()));
      }
    };
    for (const name of NAMES) happen(auction.decide({ type: 'join', name }).events);
    for (const [round, bids] of rounds.entries()) {
      for (const [seat, amount] of bids.entries()) {
        const name = NAMES[seat]!;
        const command =
          amount === undefined
            ? ({ type: 'pass', round, name } as const)
            : ({ type: 'bid', round, name, amount } as const);
        happen(auction.decide(command).events);
      }
    }
    return shown;
  }

  it('that does not win leaves no trace: any other losing bid, or none, shows the same', () => {
    // Ann always wins; the others stay below her, each time in another way.
    const losing = fc.option(fc.integer({ min: 0, max: 999 }), { nil: undefined });
    const round = fc.record({
      price: fc.integer({ min: 1000, max: 1_000_000 }),
      one: fc.tuple(losing, losing),
      other: fc.tuple(losing, losing),
    });
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 9 }), (rounds) => {
        const one = rounds.map(({ price, one: rest }) => [price, ...rest]);
        const other = rounds.map(({ price, other: rest }) => [price, ...rest]);
        expect(allShown(one, 'first')).toEqual(allShown(other, 'first'));
      }),
    );
  });

  it('that wins at the second price is not told either', () => {
    const round = fc.record({
      second: fc.integer({ min: 0, max: 999 }),
      one: fc.integer({ min: 1000, max: 1e9 }),
      other: fc.integer({ min: 1000, max: 1e9 }),
    });
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 9 }), (rounds) => {
        const one = rounds.map(({ second, one: highest }) => [highest, second, 0]);
        const other = rounds.map(({ second, other: highest }) => [highest, second, 0]);
        expect(allShown(one, 'second')).toEqual(allShown(other, 'second'));
      }),
    );
  });
});

describe('what cannot happen', () => {
  const fresh = (): BoardState => boardOf(new SeededGame(NAMES).join());
  it.each([
    [{ type: 'joined', name: 'ann' }, 'ann has joined'],
    [{ type: 'answered', round: 0, name: 'eve' }, 'eve has not joined'],
    [{ type: 'answered', round: 1, name: 'ann' }, 'this is round 0, not 1'],
    [{ type: 'opened', round: 9, item: 'Picasso' }, 'this is round 0, not 9'],
    [{ type: 'unsold', round: 0, item: 'Elvis' }, 'the game has no kind Elvis'],
    [
      { type: 'sold', round: 0, item: 'Picasso', name: 'eve', price: 1 },
      'eve has not joined',
    ],
    [{ type: 'over', winner: 'eve' }, 'eve has not joined'],
  ] as const)('is refused with words: %j', (event, words) => {
    expect(() => fresh().apply(event)).toThrow(
      expect.objectContaining({ code: 'ERR_BAD_ARGUMENT' }),
    );
    expect(() => fresh().apply(event)).toThrow(words);
  });

  it('is an item of no kind', () => {
    const rules = gameRules(auctionOptions());
    expect(() => new BoardState({ rules, items: ['Picasso', 'Elvis'] })).toThrow(
      'Elvis, which is not one',
    );
  });
});

describe('the mark of a kind', () => {
  it.each([
    [
      ['Picasso', 'Van_Gogh', 'Rembrandt', 'Da_Vinci'],
      ['P', 'V', 'R', 'D'],
    ],
    [
      ['Monet', 'Manet', 'Goya'],
      ['Mo', 'Ma', 'G'],
    ],
    [
      ['Van_Gogh', 'Van_Dyck', 'Vermeer'],
      ['VG', 'VD', 'Ve'],
    ],
    [
      ['Aaa', 'Aab'],
      ['1', '2'],
    ],
    [
      ['_', '__', '-x'],
      ['_', '__', '-'],
    ],
    [
      ['élan', '👩‍🎨x'],
      ['É', '👩‍🎨'],
    ],
  ])('of %j is %j', (kinds, marks) => {
    expect(marksOf(kinds)).toEqual(marks);
  });

  it('is always there, and always another one', () => {
    const kind = fc.stringMatching(/^[AaBb12#_-]{1,4}$/);
    fc.assert(
      fc.property(fc.uniqueArray(kind, { minLength: 1, maxLength: 40 }), (kinds) => {
        const marks = marksOf(kinds);
        expect(new Set(marks).size).toBe(kinds.length);
        for (const mark of marks) expect(mark).not.toBe('');
      }),
      { numRuns: runs(2000) },
    );
  });
});

it('misses nobody when the game is over', () => {
  const options = auctionOptions({ bidders: 1, items: 1, kinds: ['Picasso'] });
  const state = new BoardState({ rules: gameRules(options), items: ['Picasso'] });
  state.apply({ type: 'joined', name: 'ann' });
  state.apply({ type: 'started' });
  state.apply({ type: 'opened', round: 0, item: 'Picasso' });
  state.present('ann', false);
  expect(state.snapshot().standings).toMatchObject([{ away: true }]);
  state.apply({ type: 'unsold', round: 0, item: 'Picasso' });
  state.apply({ type: 'over', winner: undefined });
  expect(state.snapshot().standings[0]).not.toHaveProperty('away');
});
