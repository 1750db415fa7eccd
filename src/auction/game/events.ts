/** What can be asked of an auction, what can happen in it, and why a command is refused. */

export type AuctionEvent =
  | { type: 'joined'; name: string }
  /** Who had this seat has left before the game began: it is anybody's. */
  | { type: 'freed'; name: string }
  | { type: 'started' }
  /** A round has begun, with this item on sale. */
  | { type: 'opened'; round: number; item: string }
  | { type: 'bid'; round: number; name: string; amount: number }
  | { type: 'passed'; round: number; name: string; why: 'own-wish' | 'deadline' }
  /** What came as a bid is none; `word` is what came, or its beginning. */
  | { type: 'passed'; round: number; name: string; why: 'bad-bid'; word: string }
  | { type: 'sold'; round: number; item: string; name: string; price: number }
  | { type: 'unsold'; round: number; item: string }
  | { type: 'over'; winner: string | undefined };

export type AuctionCommand =
  | { type: 'join'; name: string }
  /** `amount` is whatever the wire brought: only the rules judge it. */
  | { type: 'bid'; round: number; name: string; amount: unknown }
  /** `word`: what came as a bid, is none, and is taken as a pass: its bidder cannot be told. */
  | { type: 'pass'; round: number; name: string; word?: string }
  /** Gives the seat of one who has left to whoever comes next; only before the game begins. */
  | { type: 'free'; name: string }
  /** The round's time is over: whoever has not answered has passed. */
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
