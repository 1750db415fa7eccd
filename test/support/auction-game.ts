/** Games of three by the rules alone, without sockets: commands in, and random games. */
import * as fc from 'fast-check';
import { Auction, auctionOptions } from '../../src/auction/index.ts';

export const NAMES = ['ann', 'bob', 'cid'];

function play(auction: Auction, command: Parameters<Auction['decide']>[0]): void {
  for (const event of auction.decide(command).events ?? []) auction.apply(event);
}

/** Everybody sits, so the first round has begun. */
export function begun(options: Parameters<typeof auctionOptions>[0] = {}): Auction {
  const auction = new Auction(auctionOptions({ bidders: NAMES.length, ...options }));
  for (const name of NAMES) play(auction, { type: 'join', name });
  return auction;
}

/** What each of them bids in this round; null to pass. */
export function answer(auction: Auction, amounts: readonly (number | null)[]): void {
  const { round } = auction;
  for (const [seat, amount] of amounts.entries()) {
    const name = NAMES[seat]!;
    if (amount === null) play(auction, { type: 'pass', round, name });
    else play(auction, { type: 'bid', round, name, amount });
  }
}

export const anyOptions = fc.record({
  order: fc.constantFrom('known' as const, 'secret' as const),
  unsold: fc.constantFrom('to-nobody' as const, 'to-first' as const),
  items: fc.integer({ min: 1, max: 6 }),
});
export const anyAmounts = fc.tuple(...NAMES.map(() => fc.option(fc.nat({ max: 40 }))));
