/** The auction: its rules, the table, the lecture's protocol. Doors come on top of them. */
export { randomFrom } from './draw.ts';
export type {
  AuctionCommand,
  AuctionEvent,
  Decision,
  Refusal,
  RefusalCode,
} from './events.ts';
export {
  type Bidder,
  type BidderView,
  type GameRules,
  gameRules,
  Ledger,
  type Phase,
  type PublicEvent,
  type Sale,
  type Standing,
} from './ledger.ts';
export {
  type LectureAnswer,
  LectureProtocol,
  LONGEST_MESSAGE,
  whyNot,
} from './lecture-protocol.ts';
export { type AuctionOptions, auctionOptions } from './options.ts';
export { Auction } from './rules.ts';
export { worth } from './sale.ts';
export { Table } from './table.ts';
export { NativeProtocol, type SeatKey, type Speaker } from './native-protocol.ts';
export { parseRequest, parseTold } from './native-messages.ts';
