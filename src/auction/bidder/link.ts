/** What a bidder needs from its transport: TCP with frames, or datagrams. */
import { PeerError } from '../../common/index.ts';
import type {
  Accepted,
  News,
  Refused,
  Told,
  Welcome,
} from '../messages/native-messages.ts';

export interface JoinRequest {
  name: string;
  /** Random text, the same for every try. */
  attempt: string;
  code?: string | undefined;
  /** Of the seat that this bidder had before. */
  token?: string | undefined;
  /** The number of the latest news that it knows; 0 for all from the beginning. */
  after: number;
}

export interface BidRequest {
  round: number;
  /** Undefined to pass. */
  amount: number | undefined;
}

/** Where the auctioneer is. */
export interface AuctioneerAddress {
  host: string | undefined;
  port: number;
}

/** A connection to the auctioneer. Once it is lost, every call rejects. */
export interface AuctioneerLink {
  join(request: JoinRequest): Promise<Welcome | Refused>;
  /**
   * @param over aborts when the round is over: where an answer may have got lost, it is no
   *   longer waited for
   */
  bid(request: BidRequest, over: AbortSignal): Promise<Accepted | Refused>;
  /** The next news: nothing comes twice, and nothing is left out. */
  news(): Promise<News>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** Milliseconds without an answer after which the auctioneer counts as lost. */
export const ANSWER_TIME = 10_000;

/** The auctioneer is lost: connecting again may help. */
export function lost(why: string, cause?: unknown): PeerError {
  return new PeerError('ERR_AUCTION_LOST', why, { cause });
}

/** A bid that is not a number is sent as `null`, to be refused like any other bad one. */
export function bidMessage({ round, amount }: BidRequest): object {
  if (amount === undefined) return { type: 'pass', round };
  return { type: 'bid', round, amount: typeof amount === 'number' ? amount : null };
}

/** @throws {PeerError} ERR_AUCTION_LOST for an answer that does not fit the question */
export function expectAnswer<T extends Told['type']>(
  told: Told,
  ...types: readonly T[]
): Extract<Told, { type: T | 'refused' }> {
  if (told.type === 'refused' || types.includes(told.type as T)) {
    return told as Extract<Told, { type: T | 'refused' }>;
  }
  throw lost(`the auctioneer answered ${told.type} instead of ${types.join(' or ')}`);
}
