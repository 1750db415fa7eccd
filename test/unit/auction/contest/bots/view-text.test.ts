/** The line that a program reads is what its bidder sees, in every round of any game. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BidderView } from '../../../../../src/auction/index.ts';
import { viewText } from '../../../../../src/auction/contest/bots/view-text.ts';
import {
  anyAmounts,
  anyOptions,
  answer,
  begun,
  NAMES,
} from '../../../../support/auction-game.ts';
import { runs } from '../../../../support/properties.ts';

const game = fc.record({ options: anyOptions, rounds: fc.array(anyAmounts) });
type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

/** What is read and what was seen, of games side by side: as where each bidder has a ledger. */
function* readAndSeen(games: readonly Game[]): Generator<[unknown, unknown]> {
  const auctions = games.map((one) => begun(one.options));
  for (let round = 0; auctions.some(({ phase }) => phase === 'bidding'); round += 1) {
    for (const name of NAMES) {
      for (const { ledger } of auctions) {
        const view = ledger.view(name);
        if (view) yield [JSON.parse(viewText(view)), withNulls(view)];
      }
    }
    for (const [at, auction] of auctions.entries()) {
      if (auction.phase !== 'bidding') continue;
      answer(auction, games[at]!.rounds[round] ?? [null, null, null]);
    }
  }
}

/** JSON has no undefined. */
function withNulls(view: BidderView): object {
  const sales = view.sales.map((sale) => ({ ...sale, name: sale.name ?? null }));
  return structuredClone({ version: 1, ...view, sales });
}

describe('the text of a view', () => {
  it('is the view, for everybody at the table and in every round', () => {
    fc.assert(
      fc.property(game, game, (one, other) => {
        for (const [read, seen] of readAndSeen([one, other])) expect(read).toEqual(seen);
      }),
      { numRuns: runs(200) },
    );
  });

  it('is one line of JSON, in which nobody is null', () => {
    const auction = begun({ unsold: 'to-nobody' });
    answer(auction, [null, null, null]);
    const text = viewText(auction.ledger.view('bob')!);
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      me: { name: 'bob', money: 100, owned: {} },
      round: 1,
      sales: [{ name: null, price: 0 }],
    });
  });
});
