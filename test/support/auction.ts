/** Auctions for tests, opened on a free port and closed at the end of the test. */
import { afterEach } from 'vitest';
import {
  type Auctioneer,
  type AuctioneerOptions,
  type AuctionEvent,
  openAuction,
} from '../../src/auction/index.ts';

const open: Auctioneer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((auctioneer) => auctioneer.close()));
});

export interface OpenTable {
  auctioneer: Auctioneer;
  port: number;
  /** Everything that has happened, in its order. */
  events: AuctionEvent[];
}

/** On a free port; closed when the test is over. */
export async function openTable(options: AuctioneerOptions = {}): Promise<OpenTable> {
  const auctioneer = await openAuction({ port: 0, ...options });
  open.push(auctioneer);
  const events: AuctionEvent[] = [];
  auctioneer.watch((event) => events.push(event));
  return { auctioneer, port: auctioneer.address.port, events };
}

export type BidEvent = Extract<AuctionEvent, { type: 'bid' }>;

/** The bids of one bidder, in the order in which they counted. */
export function bidsOf(name: string, events: readonly AuctionEvent[]): BidEvent[] {
  return events.filter(
    (event): event is BidEvent => event.type === 'bid' && event.name === name,
  );
}
