/** The options of `socketlab auction serve`. */
import type { AuctioneerOptions } from '../server/auctioneer.ts';

export interface ServeOptions extends AuctioneerOptions {
  /** The board's port; true for the usual one, or any if that is taken. Undefined: none. */
  board?: number | true | undefined;
  /** Pages that may follow the board at the same time; 2,000 unless given. */
  watchers?: number | undefined;
  /** Where the scores are published, by ZeroMQ; 0 for any port, undefined for nowhere. */
  publish?: number | undefined;
  /** Events as JSON lines instead of a screen. */
  json?: boolean | undefined;
  /** The command that starts a bidder, for the first lines. */
  bidCommand: string;
  signal: AbortSignal;
}
