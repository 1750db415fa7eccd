/**
 * The datagram door: our own protocol, a JSON message in each UDP datagram.
 *
 * A datagram may be lost, doubled or late, so nothing is told unasked here. The bidder asks,
 * and asks again when no answer comes; that is all there is to reliability:
 *
 *   {"type":"bid","id":7,"token":"…","round":3,"amount":12}  ──►
 *                     ◄──  {"type":"accepted","id":7,"round":3,"amount":12}
 *
 * - Every request may be repeated (native-protocol.ts), so doubled datagrams do no harm.
 * - The answer carries the request's number. An answer to an earlier one is thrown away.
 * - News are fetched: `news` asks for those after a number. The answer is kept back until
 *   there are some, for a second at most.
 */
import { explain, type InetAddress } from '../../common/index.ts';
import { decodeJson, encodeJson } from '../../framing/index.ts';
import type { DatagramSocket } from '../../udp/index.ts';
import {
  type Answer,
  LONGEST_REQUEST,
  parseRequest,
  type Request,
} from '../native-messages.ts';
import { type NativeProtocol, refuse, type Speaker } from '../native-protocol.ts';
import type { Table } from '../table.ts';
import type { Outbox, Outgoing } from './outbox.ts';
import type { Presence } from './presence.ts';

/** Milliseconds for which a question for news is kept when there are none. */
const HOLD = 1000;
/** Milliseconds of silence after which a bidder counts as gone. */
const SILENCE = 5000;
/** Bytes of news in one datagram: more would be cut into many IP fragments. */
const NEWS_SIZE = 8 * 1024;
/** Bytes that a welcome may take: an IPv4 datagram carries 65,507. */
const WELCOME_SIZE = 60_000;

interface Held {
  address: InetAddress;
  request: Request & { type: 'news' };
  since: number;
}

export class DatagramDoor implements Outgoing {
  readonly #socket: DatagramSocket;
  readonly #protocol: NativeProtocol;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #table: Table;
  readonly #tooBig: boolean;
  /** Questions for news that wait, one for each seat. */
  readonly #held = new Map<string, Held>();
  /** When each bidder who is here was heard from, in milliseconds. */
  readonly #heard = new Map<string, number>();
  #answers: [Buffer, InetAddress][] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    socket: DatagramSocket,
    protocol: NativeProtocol,
    table: Table,
    outbox: Outbox,
    presence: Presence,
  ) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#table = table;
    this.#outbox = outbox;
    this.#presence = presence;
    const { items, options } = table.auction;
    this.#tooBig = items.join('","').length + options.bidders * 100 > WELCOME_SIZE;
    protocol.listen((told) => {
      if ('seq' in told) this.#outbox.add(this);
    });
    this.#timer = setInterval(() => this.#lookAround(Date.now()), HOLD / 4);
  }

  /** Answers until the socket is closed. Never rejects. */
  async serve(): Promise<void> {
    try {
      for (;;) {
        const { address, data, truncated } = await this.#socket.recvfrom(LONGEST_REQUEST);
        const answer = truncated
          ? refuse('too-long', `a request has at most ${LONGEST_REQUEST} bytes`)
          : this.#hear(data, address);
        if (answer) this.#say(answer, address);
      }
    } catch {
      // Closed.
    } finally {
      clearInterval(this.#timer);
    }
  }

  /** Some news have come, or answers wait: they are safe now, and leave. */
  leave(): void {
    for (const [name, { address, request }] of this.#held) {
      if (request.after >= this.#protocol.news.length) continue;
      this.#held.delete(name);
      this.#say(this.#newsAfter(request), address);
    }
    const answers = this.#answers;
    this.#answers = [];
    for (const [bytes, address] of answers) {
      // Lost like any datagram: the bidder asks again.
      this.#socket.sendto(bytes, address).catch(() => {});
    }
  }

  #hear(data: Buffer, address: InetAddress): Answer | undefined {
    let request: Request;
    try {
      request = decodeJson(data, parseRequest);
    } catch (error) {
      return refuse('bad-message', explain(error));
    }
    if (request.type === 'watch') {
      return this.#numbered(request, refuse('bad-message', 'watch over TCP'));
    }
    if (request.type === 'join' && this.#tooBig) {
      const why = 'this game is too big for datagrams: come by TCP';
      return this.#numbered(request, refuse('too-big', why));
    }
    const answer = this.#protocol.answer(request, new Sender());
    const token = answer.type === 'welcome' ? answer.token : request.token;
    const name = token === undefined ? undefined : this.#protocol.nameOf(token);
    if (name !== undefined) this.#hearFrom(name);
    if (request.type !== 'news' || answer.type !== 'news') return answer;
    if (answer.news.length > 0) return this.#newsAfter(request);
    if (this.#table.auction.phase === 'over') {
      // He knows how it ended, and there will be no more.
      this.#goodbye(name!);
      return answer;
    }
    this.#held.set(name!, { address, request, since: Date.now() });
    return undefined;
  }

  /** As many as go into one datagram, and one in any case. */
  #newsAfter(request: Request & { type: 'news' }): Answer {
    const news = [];
    let size = 0;
    for (let at = request.after; at < this.#protocol.news.length; at += 1) {
      const next = this.#protocol.news[at]!;
      size += JSON.stringify(next).length;
      if (news.length > 0 && size > NEWS_SIZE) break;
      news.push(next);
    }
    return this.#numbered(request, { type: 'news', news });
  }

  #numbered({ id }: Request, answer: Answer): Answer {
    return id === undefined ? answer : { ...answer, id };
  }

  #say(answer: Answer, address: InetAddress): void {
    this.#answers.push([encodeJson(answer), address]);
    this.#outbox.add(this);
  }

  #hearFrom(name: string): void {
    if (!this.#heard.has(name)) this.#presence.come(name);
    this.#heard.set(name, Date.now());
  }

  #goodbye(name: string): void {
    if (this.#heard.delete(name)) this.#presence.leave(name);
  }

  #lookAround(now: number): void {
    for (const [name, { address, request, since }] of this.#held) {
      if (now - since < HOLD) continue;
      this.#held.delete(name);
      this.#say(this.#newsAfter(request), address);
    }
    for (const [name, heard] of this.#heard) {
      if (now - heard >= SILENCE) this.#goodbye(name);
    }
  }
}

/** Whoever sent a datagram: the token in each tells who it is, so there is nothing to keep. */
class Sender implements Speaker {
  seat: string | undefined;

  dismiss(): void {
    // Its token is good for asking still.
  }
}
