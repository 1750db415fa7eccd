/**
 * The auctioneer over UDP: numbered requests, patience, and repetition.
 *
 *   ask ──► id 7 ──►  (lost)
 *           id 7 ──►  asked again after 250 ms, then 500, then every second
 *           id 7 ◄──  the answer to 7; a second one finds nobody waiting
 *
 * An auctioneer that does not know our address answers `prove`: the same request is sent again with
 * the cookie from that answer, and so are all later ones.
 *
 * Asking twice does no harm: see server/native-protocol.ts.
 */
import { Wait } from '../../common/index.ts';
import { decodeJson, encodeJson } from '../../framing/index.ts';
import { DatagramSocket } from '../../udp/index.ts';
import {
  type Accepted,
  type News,
  parseTold,
  PROTOCOL_VERSION,
  type Refused,
  type Told,
  type Welcome,
} from '../messages/native-messages.ts';
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

/** Milliseconds until a request is repeated for the first time; doubled each time. */
const FIRST_RETRY = 250;
const LONGEST_RETRY = 1000;
/**
 * The auctioneer holds a question for news until there is some. A lost answer looks the same
 * as no answer yet: so the question is repeated, at a steady pace.
 */
const NEWS_RETRY = 300;
/** ANSWER_TIME where its machine reports that nobody listens, and no answer has ever arrived. */
const GIVE_UP_EARLY = 3000;
/** The largest answer over IPv4. */
const LARGEST = 65_507;

/** A question that has no answer yet. */
interface Asked {
  answered: Wait<Told>;
  repeat: () => void;
}

/** How often a request is repeated, in milliseconds from one time to the next. */
interface Pace {
  first: number;
  longest: number;
}

const ONCE: Pace = { first: FIRST_RETRY, longest: LONGEST_RETRY };
const STEADILY: Pace = { first: NEWS_RETRY, longest: NEWS_RETRY };

export class DatagramLink implements AuctioneerLink {
  readonly #socket: DatagramSocket;
  readonly #waiting = new Map<number, Asked>();
  /** They begin at the clock's time, so that a restarted program does not repeat numbers. */
  #nextId = Date.now();
  #token = '';
  /** It proves this address to the auctioneer. */
  #cookie: string | undefined;
  #seq = 0;
  #news: News[] = [];
  #failure: Error | undefined;
  /** Whether an answer has ever arrived. */
  #heard = false;
  /** How often its machine has reported that nobody listens there, by ICMP (RFC 792). */
  #nobodyThere = 0;

  /** Nothing is sent yet: only the first answer shows whether anybody is there. */
  static async open({ host, port }: AuctioneerAddress): Promise<DatagramLink> {
    const socket = new DatagramSocket({ family: host?.includes(':') ? 'IPv6' : 'IPv4' });
    try {
      await socket.connect(host === undefined ? { port } : { host, port });
    } catch (error) {
      await socket.close();
      throw error;
    }
    return new DatagramLink(socket);
  }

  private constructor(socket: DatagramSocket) {
    this.#socket = socket;
    void this.#listen();
  }

  async join(request: JoinRequest): Promise<Welcome | Refused> {
    const message = { type: 'join', version: PROTOCOL_VERSION, ...request };
    const answer = expectAnswer(await this.#ask(message, ONCE), 'welcome');
    if (answer.type === 'welcome') {
      this.#token = answer.token;
      this.#seq = request.after;
    }
    return answer;
  }

  async bid(request: BidRequest, over: AbortSignal): Promise<Accepted | Refused> {
    const message = { ...bidMessage(request), token: this.#token };
    return expectAnswer(await this.#ask(message, ONCE, over), 'accepted');
  }

  async news(): Promise<News> {
    for (;;) {
      const next = this.#news.shift();
      if (next) return next;
      const message = { type: 'news', after: this.#seq, token: this.#token };
      const answer = expectAnswer(await this.#ask(message, STEADILY), 'news');
      if (answer.type === 'refused') throw lost(answer.reason);
      this.#news = answer.news;
      this.#seq += answer.news.length;
    }
  }

  async close(): Promise<void> {
    // Acknowledges the last news, so that the auctioneer of a finished game can end. It may get
    // lost.
    const message = { type: 'news', after: this.#seq, token: this.#token };
    if (this.#token !== '' && !this.#failure) {
      await this.#socket.send(encodeJson(message)).catch(() => {});
    }
    this.#end(lost('this socket was closed'));
    await this.#socket.close();
  }

  /** @throws {PeerError} ERR_AUCTION_LOST when no answer comes, however often it asks */
  async #ask(message: object, pace: Pace, signal?: AbortSignal): Promise<Told> {
    if (this.#failure) throw this.#failure;
    const id = this.#nextId;
    this.#nextId += 1;
    // Not by the clock: a process that was not running has not listened for an answer.
    let waited = 0;
    const answered = new Wait<Told>('an answer from the auctioneer', { signal });
    let retry = pace.first;
    let timer: NodeJS.Timeout | undefined;
    const send = (): void => {
      clearTimeout(timer);
      const nobody = this.#nobodyThere > 1 && !this.#heard;
      if (waited > (nobody ? GIVE_UP_EARLY : ANSWER_TIME)) {
        const why = nobody
          ? 'nothing is listening there: start the auctioneer first, or check host and port'
          : 'the auctioneer does not answer';
        this.#end(lost(why));
        return;
      }
      const cookie = this.#cookie;
      const bytes = encodeJson({
        ...message,
        ...(cookie !== undefined && { cookie }),
        id,
      });
      this.#socket.send(bytes).catch(this.#noteRefusal);
      timer = setTimeout(send, retry);
      waited += retry;
      retry = Math.min(2 * retry, pace.longest);
    };
    this.#waiting.set(id, { answered, repeat: send });
    send();
    try {
      return await answered.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  async #listen(): Promise<void> {
    while (!this.#failure) {
      try {
        const { data } = await this.#socket.recvfrom(LARGEST);
        const told = decodeJson(data, parseTold);
        this.#heard = true;
        const asked =
          'id' in told && told.id !== undefined ? this.#waiting.get(told.id) : undefined;
        if (told.type === 'prove') {
          if (asked) this.#cookie = told.cookie;
          asked?.repeat();
        } else asked?.answered.resolve(told);
      } catch (error) {
        // The socket is closed, or the datagram was nonsense: if that goes on, the requests time
        // out.
        this.#noteRefusal(error);
      }
    }
  }

  /** It may come back: this also happens while an auctioneer is being restarted. */
  readonly #noteRefusal = (error: unknown): void => {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') this.#nobodyThere += 1;
  };

  /** All waiting and all later requests fail with the first reason. */
  #end(error: Error): void {
    this.#failure ??= error;
    for (const { answered } of this.#waiting.values()) answered.reject(this.#failure);
  }
}
