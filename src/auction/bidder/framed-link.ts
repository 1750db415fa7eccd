/** The auctioneer over TCP: numbered requests and answers, and news as it comes, in frames. */
import { Mailbox, PeerError, Wait, type WaitOptions } from '../../common/index.ts';
import { decodeJson, encodeJson, FramedConnection } from '../../framing/index.ts';
import type { ConnectionSocket } from '../../tcp/index.ts';
import {
  type Accepted,
  type News,
  type Note,
  parseTold,
  PROTOCOL_VERSION,
  type Refused,
  type Told,
  type Watching,
  type Welcome,
} from '../messages/native-messages.ts';
import { connect } from './connect.ts';
import {
  ANSWER_TIME,
  type AuctioneerAddress,
  type AuctioneerLink,
  bidMessage,
  type BidRequest,
  expectAnswer,
  type JoinRequest,
  lost,
} from './link.ts';

/**
 * How much news may wait while a bidder thinks: two messages for each round of a very long game.
 */
const MOST_NEWS = 4_000_000;

export class FramedLink implements AuctioneerLink {
  readonly #connection: FramedConnection;
  /** Questions that wait for their answers, by number. */
  readonly #waiting = new Map<number, Wait<Told>>();
  readonly #told = new Mailbox<News | Note>(MOST_NEWS);
  #nextId = 1;
  #heard = false;
  #failure: Error | undefined;

  /** @throws ECONNREFUSED and other errors of the system; ERR_TIMED_OUT */
  static async open(
    address: AuctioneerAddress,
    options: WaitOptions = {},
  ): Promise<FramedLink> {
    return new FramedLink(await connect(address, options));
  }

  constructor(socket: ConnectionSocket) {
    this.#connection = new FramedConnection(socket.detach());
    void this.#listen();
  }

  async join(request: JoinRequest): Promise<Welcome | Refused> {
    const message = { type: 'join', version: PROTOCOL_VERSION, ...request };
    return expectAnswer(await this.#ask(message), 'welcome');
  }

  async watch(code: string | undefined): Promise<Watching | Refused> {
    const message = { type: 'watch', version: PROTOCOL_VERSION, code };
    return expectAnswer(await this.#ask(message), 'watching');
  }

  async bid(request: BidRequest): Promise<Accepted | Refused> {
    return expectAnswer(await this.#ask(bidMessage(request)), 'accepted');
  }

  async news(): Promise<News> {
    for (;;) {
      const told = await this.#told.take('news');
      if ('seq' in told) return told;
    }
  }

  /** The next news or, for watchers, note. */
  told(): Promise<News | Note> {
    return this.#told.take('news');
  }

  async close(): Promise<void> {
    this.#end(lost('this connection was closed'));
    await this.#connection.close();
  }

  async #ask(message: object): Promise<Told> {
    if (this.#failure) throw this.#failure;
    const id = this.#nextId;
    this.#nextId += 1;
    const answered = new Wait<Told>(
      "the auctioneer's answer",
      { timeout: ANSWER_TIME },
      () => this.#end(lost('the auctioneer does not answer')),
    );
    this.#waiting.set(id, answered);
    // If that fails, receiving fails too, which ends all waiting.
    this.#connection.send(encodeJson({ ...message, id })).catch(() => {});
    try {
      return await answered.promise;
    } finally {
      this.#waiting.delete(id);
    }
  }

  async #listen(): Promise<void> {
    try {
      for await (const frame of this.#connection)
        this.#hear(decodeJson(frame, parseTold));
      throw lost('the auctioneer has closed the connection');
    } catch (error) {
      this.#end(this.#isNoAuctioneer(error) ? noAuctioneer(error) : (error as Error));
    }
  }

  /** Text or ZeroMQ's greeting, read as a frame's length, is a number that is much too large. */
  #isNoAuctioneer(error: unknown): boolean {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ERR_FRAME_TOO_LARGE' && !this.#heard;
  }

  #hear(told: Told): void {
    this.#heard = true;
    if ('seq' in told || isNote(told)) {
      if (!this.#told.put(told))
        throw lost('the auctioneer has sent more news than this program can keep');
    } else if (told.id !== undefined) {
      this.#waiting.get(told.id)?.resolve(told);
    } else if (told.type === 'refused') {
      // Without a number it is about the connection as a whole.
      const why = `the auctioneer hung up: ${told.reason}`;
      throw told.code === 'seat-taken-over'
        ? new PeerError('ERR_AUCTION_REFUSED', why)
        : lost(why);
    }
  }

  /** All waiting and all later requests fail with the first reason. */
  #end(error: Error): void {
    this.#failure ??= error;
    for (const wait of this.#waiting.values()) wait.reject(this.#failure);
    this.#told.close(this.#failure);
  }
}

function noAuctioneer(cause: unknown): PeerError {
  const why =
    'the server there speaks another protocol: ' +
    "use --over lecture for the lecture's server, --over zeromq for one over ZeroMQ";
  return new PeerError('ERR_AUCTION_REFUSED', why, { cause });
}

function isNote(told: Told): told is Note {
  return told.type === 'seated' || told.type === 'freed' || told.type === 'answered';
}
