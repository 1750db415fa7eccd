/** The auction's rules. Its protocols and doors come on top of them. */
export { randomFrom } from './draw.ts';
export type {
  AuctionCommand,
  AuctionEvent,
  Bidder,
  Decision,
  Refusal,
  RefusalCode,
} from './events.ts';
export { type AuctionOptions, auctionOptions } from './options.ts';
export { Auction } from './rules.ts';
export { worth } from './sale.ts';
