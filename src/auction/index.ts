/** The auction: its rules, the table, the lecture's protocol. Doors come on top of them. */
export { randomFrom } from './draw.ts';
export type {
  AuctionCommand,
  AuctionEvent,
  Bidder,
  Decision,
  Refusal,
  RefusalCode,
} from './events.ts';
export {
  type BidderView,
  type GameRules,
  gameRules,
  Ledger,
  type PublicEvent,
  type Sale,
  type Standing,
} from './ledger.ts';
export { LectureProtocol, LONGEST_MESSAGE } from './lecture-protocol.ts';
export { type AuctionOptions, auctionOptions } from './options.ts';
export { Auction } from './rules.ts';
export { worth } from './sale.ts';
export { Table } from './table.ts';
