/**
 * The datagram door: our own protocol, a JSON message in each UDP datagram.
 *
 * A datagram may be lost, duplicated or late, so nothing is sent unasked here. The bidder
 * asks, and asks again when no answer comes; that is all the reliability there is:
 *
 *   {"type":"bid","id":7,"token":"…","round":3,"amount":12}  ──►
 *                     ◄──  {"type":"accepted","id":7,"round":3,"amount":12}
 *
 * - Every request may be repeated (server/native-protocol.ts), so duplicated datagrams do no
 *   harm.
 * - The answer carries the request's number. An answer to an earlier one is thrown away.
 * - News is fetched: `news` asks for what came after a number. The answer is held back until
 *   there is some, for a second at most.
 * - Datagrams leave in small batches, with a turn of the event loop after each. A crowd that is
 *   told of a round all at once bids all at once, and what a socket cannot keep is lost.
 *
 * - An address must prove itself before it is told much: strangers.ts says why, and how.
 *
 * A request without a seat that is refused is answered, to help authors of bidders, but only at
 * a limited rate: a flood of them, or a server that answers whatever it gets, gets no answers.
 * Over TCP each wrong join code costs a connection, here it costs waiting (mistakes.ts). What a
 * seat has been told before is long, so it is repeated at a limited rate, too: an address stays
 * proved, and whoever has a seat might write somebody else's into its questions.
 */
import { randomBytes } from 'node:crypto';
import type { InetAddress } from '../../../common/index.ts';
import { decodeJson, encodeJson } from '../../../framing/index.ts';
import type { DatagramSocket } from '../../../udp/index.ts';
import {
  type Answer,
  LONGEST_REQUEST,
  readRequest,
  type Request,
} from '../../messages/native-messages.ts';
import { type NativeProtocol, refuse, type Speaker } from '../native-protocol.ts';
import type { Table } from '../table.ts';
import type { Outbox, Recipient } from './outbox.ts';
import type { Presence } from './presence.ts';
import { Mistakes } from './mistakes.ts';
import { QUARTER } from './quarter-counter.ts';
import { Strangers } from './strangers.ts';
import type { DoorTimes } from './times.ts';

/** Milliseconds for which a question for news is held when there is none. */
const HOLD = 1000;
/** Bytes of news in one datagram: more would be cut into many IP fragments. */
const NEWS_SIZE = 8 * 1024;
/** Bytes of a datagram: IPv4 carries 65,507; macOS sends no more than 9,216, udp(4). */
const LARGEST = process.platform === 'darwin' ? 9216 : 65_507;
/** About what a bidder takes in a welcome, in bytes. */
const BIDDER_SIZE = 100;
/**
 * Datagrams that leave in one turn. Node reads as many in one: so if each is answered by another
 * bid, the bids do not pile up faster than they are read.
 */
const BATCH = 32;
/** How often one seat is welcomed, or told old news, in a quarter of a second: they are long. */
const MOST_REPEATS = 4;

interface Held {
  address: InetAddress;
  request: Request & { type: 'news' };
  since: number;
}

export class DatagramDoor implements Recipient {
  readonly #socket: DatagramSocket;
  readonly #protocol: NativeProtocol;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #times: DoorTimes;
  readonly #tooBig: boolean;
  /** Questions for news that wait, one for each seat. */
  readonly #held = new Map<string, Held>();
  /** When each bidder who is present was last heard from, in milliseconds. */
  readonly #heard = new Map<string, number>();
  /** What happened before these is not yet in the journal. */
  #answers: [Buffer, InetAddress][] = [];
  /** What happened before these is. */
  #leaving: [Buffer, InetAddress][] = [];
  /** Whether those who hold a question may have an answer now. */
  #hasNews = false;
  /** Whether a batch has left in this turn. */
  #hasSent = false;
  #read = 0;
  readonly #strangers = new Strangers(randomBytes(32));
  readonly #mistakes = new Mistakes();
  /** How many long answers each seat has been given again in this quarter of a second. */
  readonly #repeats = new Map<string, number>();
  /** The number of the latest news that each seat has been told. */
  readonly #toldUpTo = new Map<string, number>();

  constructor(
    socket: DatagramSocket,
    protocol: NativeProtocol,
    table: Table,
    outbox: Outbox,
    presence: Presence,
    times: DoorTimes,
  ) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#outbox = outbox;
    this.#presence = presence;
    this.#times = times;
    const { items, options } = table.auction;
    const list = Buffer.byteLength(JSON.stringify(items));
    this.#tooBig = list + options.bidders * BIDDER_SIZE > 0.9 * LARGEST;
    protocol.listen((told) => {
      if (!('seq' in told)) return;
      this.#hasNews = true;
      this.#outbox.add(this);
    });
  }

  /** Answers until the socket is closed. Never rejects. */
  async serve(): Promise<void> {
    const timer = setInterval(() => this.#lookAround(performance.now()), QUARTER);
    for (;;) {
      try {
        const { address, data, truncated } = await this.#socket.recvfrom(LONGEST_REQUEST);
        this.#read += 1;
        const answer = truncated
          ? this.#refuseWithLimit(TOO_LONG, address)
          : this.#hear(data, address);
        if (answer) this.#say(answer, address, data.length);
      } catch (error) {
        // Any other error is about one datagram: on Windows, an answer that found nobody.
        if ((error as NodeJS.ErrnoException).code === 'ERR_SOCKET_CLOSED') break;
      }
    }
    clearInterval(timer);
  }

  /** News has come, or answers wait: they are in the journal now, and leave. */
  leave(): void {
    if (this.#hasNews) this.#answerHeld();
    this.#hasNews = false;
    this.#leaving = this.#leaving.concat(this.#answers);
    this.#answers = [];
    if (!this.#hasSent) this.#sendBatch();
  }

  #answerHeld(): void {
    for (const [name, { address, request }] of this.#held) {
      if (request.after >= this.#protocol.news.length) continue;
      this.#held.delete(name);
      this.#write(this.#newsAfter(request, name), address);
    }
  }

  /** Datagrams that have been read so far. */
  get heard(): number {
    return this.#read;
  }

  /** Before the socket is closed: what waits for its turn leaves now. */
  hurry(): void {
    this.#send(this.#leaving.length);
  }

  readonly #sendBatch = (): void => {
    this.#hasSent = this.#leaving.length > 0;
    this.#send(BATCH);
    if (this.#hasSent) setImmediate(this.#sendBatch);
  };

  #send(count: number): void {
    for (const [bytes, address] of this.#leaving.splice(0, count)) {
      // It may be lost like any datagram: then the bidder asks again.
      this.#socket.sendto(bytes, address).catch(() => {});
    }
  }

  #hear(data: Buffer, address: InetAddress): Answer | undefined {
    const request = readRequest(data);
    if (request.type === 'refused') {
      this.#protocol.refused(request);
      this.#strangers.hasProved(address, cookieIn(data));
      return this.#refuseWithLimit(request, address);
    }
    const hasProved = this.#strangers.hasProved(address, request.cookie);
    // Before anything happens: a forged join must not take a seat, nor try a code.
    if (!hasProved && (request.type === 'join' || request.type === 'news')) {
      return this.#askForProof(address, request.id);
    }
    if (request.type === 'watch') {
      const why = refuse('bad-message', 'watch over TCP');
      return this.#refuseWithLimit(numbered(request, why), address);
    }
    if (request.type === 'join' && this.#tooBig) {
      const why = refuse('too-big', 'this game is too big for datagrams: join over TCP');
      return this.#refuseWithLimit(numbered(request, why), address);
    }
    if (request.type === 'join') {
      this.#mistakes.admit(address, () => {
        const answer = this.#answer(request, address);
        if (answer) this.#say(answer, address, data.length);
      });
      return undefined;
    }
    return this.#answer(request, address);
  }

  #answer(
    request: Exclude<Request, { type: 'watch' }>,
    address: InetAddress,
  ): Answer | undefined {
    const answer = this.#protocol.answer(request, new Sender());
    const token = answer.type === 'welcome' ? answer.token : request.token;
    const name = token === undefined ? undefined : this.#protocol.nameOf(token);
    if (name === undefined) return this.#refuseWithLimit(answer, address);
    this.#hearFrom(name);
    if (answer.type === 'welcome') return this.#mayRepeat(name) ? answer : undefined;
    if (request.type !== 'news' || answer.type !== 'news') return answer;
    if (answer.news.length > 0) {
      const isNew = request.after >= (this.#toldUpTo.get(name) ?? 0);
      return isNew || this.#mayRepeat(name) ? this.#newsAfter(request, name) : undefined;
    }
    // A repeated question is still the same question: the second in which it is held goes on.
    const before = this.#held.get(name);
    const since =
      before?.request.after === request.after ? before.since : performance.now();
    this.#held.set(name, { address, request, since });
    return undefined;
  }

  #mayRepeat(name: string): boolean {
    const count = (this.#repeats.get(name) ?? 0) + 1;
    this.#repeats.set(name, count);
    return count <= MOST_REPEATS;
  }

  /** What is said to those without a seat is limited, like everything to a stranger. */
  #refuseWithLimit(refusal: Answer, address: InetAddress): Answer | undefined {
    const isLimited = this.#strangers.hasProved(address);
    return isLimited && !this.#mistakes.count(address) ? undefined : refusal;
  }

  #askForProof(address: InetAddress, id: number | undefined): Answer {
    const cookie = this.#strangers.cookieFor(address);
    return { type: 'prove', cookie, ...(id !== undefined && { id }) };
  }

  /** As many as fit into one datagram, and at least one. */
  #newsAfter(request: Request & { type: 'news' }, name: string): Answer {
    const news = [];
    let size = 0;
    for (let at = request.after; at < this.#protocol.news.length; at += 1) {
      const next = this.#protocol.news[at]!;
      size += JSON.stringify(next).length;
      if (news.length > 0 && size > NEWS_SIZE) break;
      news.push(next);
    }
    const upTo = request.after + news.length;
    if (news.length > 0) {
      this.#toldUpTo.set(name, Math.max(upTo, this.#toldUpTo.get(name) ?? 0));
    }
    return numbered(request, { type: 'news', news });
  }

  /** @param bytesIn the bytes of the request; a stranger gets no more than this */
  #say(answer: Answer, address: InetAddress, bytesIn: number): void {
    const fit = this.#fitting(answer, address, bytesIn);
    if (!fit) return;
    this.#write(fit, address);
    this.#outbox.add(this);
  }

  /** The answer; to a stranger, if it is too large, how to prove its address. */
  #fitting(answer: Answer, address: InetAddress, bytesIn: number): Answer | undefined {
    if (this.#strangers.hasProved(address)) return answer;
    const proof = this.#askForProof(address, 'id' in answer ? answer.id : undefined);
    const isShort = encodeJson(answer).length <= bytesIn;
    const fit = isShort ? answer : proof;
    const bytesOut = encodeJson(fit).length;
    return this.#strangers.mayAnswer(address, bytesIn, bytesOut) ? fit : undefined;
  }

  #write(answer: Answer, address: InetAddress): void {
    let bytes = encodeJson(answer);
    if (bytes.length > LARGEST) {
      const why = 'the answer is too big for a datagram: join over TCP';
      const refusal = refuse('too-big', why);
      bytes = encodeJson('id' in answer ? { ...refusal, id: answer.id } : refusal);
    }
    this.#answers.push([bytes, address]);
  }

  #hearFrom(name: string): void {
    if (!this.#heard.has(name)) this.#presence.come(name);
    this.#heard.set(name, performance.now());
  }

  #lookAround(now: number): void {
    this.#strangers.nextQuarter();
    this.#repeats.clear();
    this.#mistakes.nextQuarter();
    for (const [name, { address, request, since }] of this.#held) {
      if (now - since < HOLD) continue;
      this.#held.delete(name);
      this.#write(this.#newsAfter(request, name), address);
      this.#outbox.add(this);
    }
    for (const [name, heard] of this.#heard) {
      if (now - heard < this.#times.silence) continue;
      this.#heard.delete(name);
      this.#presence.leave(name);
    }
  }
}

/** Even nonsense may prove its address: so its author learns what is wrong with it. */
function cookieIn(data: Buffer): string | undefined {
  try {
    return decodeJson(data, (value) => {
      const given = (value as { cookie?: unknown } | null)?.cookie;
      return typeof given === 'string' ? given : undefined;
    });
  } catch {
    return undefined;
  }
}

function numbered({ id }: Request, answer: Answer): Answer {
  return id === undefined ? answer : { ...answer, id };
}

const TOO_LONG = refuse('too-long', `a request has at most ${LONGEST_REQUEST} bytes`);

/** The sender of a datagram: the token says who it is, so no state is kept. */
class Sender implements Speaker {
  seat: string | undefined;

  dismiss(): void {
    // Its token can still be used for asking.
  }
}
