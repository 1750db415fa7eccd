import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Auction,
  auctionOptions,
  gameRules,
  Ledger,
  NativeProtocol,
  Table,
} from '../../../../src/auction/index.ts';
import { publicEvents } from '../../../../src/auction/messages/news.ts';
import { runs } from '../../../support/properties.ts';

const NAMES = ['ann', 'bob', 'cid'];

describe('a ledger', () => {
  it('that hears the news only, knows what the auctioneer’s own knows, at any time', () => {
    const answer = fc.record({
      seat: fc.nat({ max: 2 }),
      amount: fc.option(fc.nat({ max: 40 }), { nil: undefined }),
    });
    const options = fc.record({
      order: fc.constantFrom('known' as const, 'secret' as const),
      unsold: fc.constantFrom('to-nobody' as const, 'to-first' as const),
      win: fc.constantFrom('first-to' as const, 'highest-value' as const),
      items: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(options, fc.array(answer, { maxLength: 60 }), (given, answers) => {
        const auction = new Auction(auctionOptions({ bidders: 3, ...given }));
        const table = new Table(auction);
        const protocol = new NativeProtocol(table, { newToken: () => 'token' });
        const { options: all } = auction;
        const items = all.order === 'known' ? auction.items : [];
        const ledger = new Ledger(gameRules(all), items);
        let heard = 0;
        const hear = (): void => {
          for (const news of protocol.news.slice(heard)) {
            for (const event of publicEvents(news)) ledger.apply(event);
          }
          heard = protocol.news.length;
        };
        for (const name of NAMES) table.submit({ type: 'join', name });
        for (const { amount, seat } of answers) {
          const name = NAMES[seat]!;
          const { round } = auction;
          table.submit(
            amount === undefined
              ? { type: 'pass', round, name }
              : { type: 'bid', round, name, amount },
          );
          hear();
          const { bidders, phase, sales, winner } = auction.ledger;
          expect(ledger).toMatchObject({ phase, sales, winner });
          expect(ledger.bidders).toEqual(bidders);
          for (const who of NAMES) {
            expect(ledger.view(who)).toEqual(auction.ledger.view(who));
            checkView(ledger, who, auction);
          }
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('has a view for those at the table, and only while there is something to bid for', () => {
    const auction = new Auction(auctionOptions({ bidders: 1, items: 1 }));
    const table = new Table(auction);
    const { ledger } = auction;
    expect(ledger.view('ann')).toBeUndefined();
    const views: unknown[] = [];
    table.watch(() => views.push(ledger.view('ann') !== undefined));
    table.submit({ type: 'join', name: 'ann' });
    table.submit({ type: 'pass', round: 0, name: 'ann' });
    // joined, started, opened, passed, unsold, over
    expect(views).toEqual([false, false, true, true, false, false]);
    expect(ledger.view('eve')).toBeUndefined();
  });
});

/** A view holds nothing that is still a secret. */
function checkView(ledger: Ledger, name: string, auction: Auction): void {
  const view = ledger.view(name);
  if (!view) return;
  expect(view.item).toBe(auction.items[view.round]);
  expect(view.me.name).toBe(name);
  const known = auction.options.order === 'known' ? auction.items.length : view.round + 1;
  expect(view.items).toEqual(auction.items.slice(0, known));
}
