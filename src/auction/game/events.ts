/** What can be asked of an auction, what can happen in it, and why a command is refused. */

export type AuctionEvent =
  | { type: 'joined'; name: string }
  /** The bidder who had this seat left before the game began, so anybody can take it. */
  | { type: 'freed'; name: string }
  | { type: 'started' }
  /** A round has begun, with this item on sale. */
  | { type: 'opened'; round: number; item: string }
  | { type: 'bid'; round: number; name: string; amount: number }
  | { type: 'passed'; round: number; name: string; why: 'own-wish' | 'deadline' }
  /** What came as a bid is not one; `word` is what came, or its beginning. */
  | { type: 'passed'; round: number; name: string; why: 'bad-bid'; word: string }
  | { type: 'sold'; round: number; item: string; name: string; price: number }
  | { type: 'unsold'; round: number; item: string }
  | { type: 'over'; winner: string | undefined };

export type AuctionCommand =
  | { type: 'join'; name: string }
  /** `amount` is whatever the wire brought: only the rules judge it. */
  | { type: 'bid'; round: number; name: string; amount: unknown }
  /**
   * `word`: what came as a bid but is not one. It is taken as a pass, because its bidder cannot be
   * told.
   */
  | { type: 'pass'; round: number; name: string; word?: string }
  /** Frees the seat of a bidder who has left for the next to come; only before the game begins. */
  | { type: 'free'; name: string }
  /** The round's time is over: bidders who have not answered pass. */
  | { type: 'forfeit'; round: number };

export type RefusalCode =
  | 'bad-name'
  | 'name-taken'
  | 'table-full'
  | 'unknown-bidder'
  | 'not-started'
  | 'game-over'
  | 'wrong-round'
  | 'already-answered'
  | 'bad-amount'
  | 'too-poor';

export interface Refusal {
  code: RefusalCode;
  /** What was wrong and what would be right, for the bidder who asked. */
  reason: string;
}

export type Decision =
  | { events: AuctionEvent[]; refusal?: undefined }
  | { events?: undefined; refusal: Refusal };
