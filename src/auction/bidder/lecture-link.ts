/**
 * The lecture's words, spoken as a bidder: for the lecture's own server, and any that speaks like
 * it. They are passed on as news, so that a player need not know the difference.
 *
 *   we say              we hear                              told on as
 *   NAME                N item1 item2 … itemM␠               welcome
 *   NAME␠, repeated     wait␠ … then ready name1 … nameN␠    start, round 0
 *   NAME AMOUNT         bid received                         accepted
 *   NAME, repeated      wait␠ … then W has bought I for A    sold, then the next round
 *                       … and won.                           sold, over
 *
 * Strict lockstep: a message leaves when the one before has been answered. docs/auction-protocol.md
 * has all of it.
 *
 * Simplification: these words have no pass, so 0 is bid; no rules, so the lecture's are assumed:
 * 100 to spend, three of a kind win; and no way to learn what was missed, so whoever loses the
 * connection in the middle of a game has lost the game.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { PeerError, Wait } from '../../common/index.ts';
import { visible } from '../../common/text/index.ts';
import type { ConnectionSocket } from '../../tcp/index.ts';
import { Request } from '../../zeromq/index.ts';
import type { GameRules } from '../game/ledger.ts';
import {
  type Accepted,
  type News,
  PROTOCOL_VERSION,
  type Refused,
  type Welcome,
} from '../messages/native-messages.ts';
import {
  ANSWER_TIME,
  type AuctioneerAddress,
  type AuctioneerLink,
  type BidRequest,
  type JoinRequest,
  lost,
} from './link.ts';

/** Milliseconds before a question is repeated: ours has held back its `wait ` already. */
const REST = 20;
/** Bytes to read at once, and of the longest answer. */
const READ_SIZE = 65_536;
const LONGEST_ANSWER = 4 * 1024 * 1024;

/** Carries a message to the auctioneer, and the answer back. */
export interface Carrier {
  /** Rejects when no answer comes. */
  ask(text: string): Promise<string>;
  close(): Promise<void>;
}

export class LectureLink implements AuctioneerLink {
  readonly #carrier: Carrier;
  /** The name that we use there: with the join code, if there is one. */
  #calledItself = '';
  #name = '';
  #items: readonly string[] = [];
  #seq = 0;
  #round = -1;
  /** News that came together with the latest message. */
  readonly #next: News[] = [];
  /** Resolves when our bid for the round has been answered: only then may its result be asked. */
  #bidden = new Wait<void>('our own bid', {});
  /** The message before this one. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    // A bidder that leaves before bidding need not be told.
    this.#bidden.promise.catch(() => {});
  }

  async join({ after, code, name }: JoinRequest): Promise<Welcome | Refused> {
    if (after > 0) {
      const why =
        "the connection was lost, and the lecture's words do not say what has happened since: " +
        'to bid for what is still to come, start again with the same name';
      return { type: 'refused', code: 'game-over', reason: why };
    }
    this.#name = name;
    this.#calledItself = code === undefined ? name : `${code}-${name}`;
    const answer = await this.#ask(this.#calledItself);
    const [bidders = '', ...items] = answer.split(' ');
    if (!/^[1-9]\d*$/.test(bidders) || items.length === 0) {
      const reason = answer.replace(/^refused: /, '').slice(0, 200);
      return { type: 'refused', code: 'bad-message', reason };
    }
    this.#items = items;
    return {
      type: 'welcome',
      version: PROTOCOL_VERSION,
      name,
      token: '',
      rules: rulesOf(Number(bidders), items),
      items,
      state: {
        seq: 0,
        phase: 'joining',
        round: 0,
        answered: false,
        winner: null,
        bidders: [],
      },
    };
  }

  async bid({ round, amount }: BidRequest): Promise<Accepted | Refused> {
    const bid = amount ?? 0;
    if (!Number.isSafeInteger(bid) || bid < 0) {
      const reason = `a bid is a whole number, 0 or more, not ${bid}`;
      return { type: 'refused', code: 'bad-amount', reason };
    }
    try {
      const answer = await this.#ask(`${this.#calledItself} ${bid}`);
      if (answer.startsWith('refused: ')) throw lost(answer);
      this.#bidden.resolve();
      return { type: 'accepted', round, amount: bid };
    } catch (error) {
      this.#bidden.reject(error);
      throw error;
    }
  }

  async news(): Promise<News> {
    if (this.#next.length === 0) this.#next.push(...(await this.#nextNews()));
    return this.#next.shift()!;
  }

  async close(): Promise<void> {
    this.#bidden.reject(lost('this connection was closed'));
    await this.#carrier.close();
  }

  async #nextNews(): Promise<News[]> {
    if (this.#round < 0) {
      const ready = await this.#askUntilReady(`${this.#calledItself} `);
      const [, ...names] = ready.split(' ');
      const bidders = names.map((name) => this.#inOurWords(name));
      return [{ type: 'start', seq: this.#number(), bidders }, this.#nextRound()];
    }
    await this.#bidden.promise;
    const result = await this.#askUntilReady(this.#calledItself);
    const words = result.split(' ');
    const [who = '', , , item = '', , paid = ''] = words;
    const price = Number(paid);
    if (words.length < 6 || !Number.isSafeInteger(price)) {
      throw lost(`the auctioneer answered ${JSON.stringify(result.slice(0, 100))}`);
    }
    const winner = this.#inOurWords(who);
    const round = this.#round;
    const sold: News = { type: 'sold', seq: this.#number(), round, item, winner, price };
    if (words[7] === 'won.') return [sold, { type: 'over', seq: this.#number(), winner }];
    if (round + 1 < this.#items.length) return [sold, this.#nextRound()];
    return [sold, { type: 'over', seq: this.#number(), winner: null }];
  }

  #nextRound(): News {
    this.#round += 1;
    this.#bidden = new Wait<void>('our own bid', {});
    this.#bidden.promise.catch(() => {});
    const item = this.#items[this.#round]!;
    return { type: 'round', seq: this.#number(), round: this.#round, item };
  }

  #number(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** There our name begins with the join code. */
  #inOurWords(name: string): string {
    return name === this.#calledItself ? this.#name : name;
  }

  async #askUntilReady(question: string): Promise<string> {
    for (;;) {
      const answer = await this.#ask(question);
      if (!answer.startsWith('wait')) return answer;
      await pause(REST);
    }
  }

  async #ask(text: string): Promise<string> {
    const answer = this.#before.then(() => this.#carrier.ask(text));
    this.#before = answer.catch(() => {});
    // The lecture's server believes any name, and ours are shown in terminals.
    return visible((await answer).trim());
  }
}

/** The lecture's own: nothing on the wire says otherwise. */
function rulesOf(bidders: number, items: readonly string[]): GameRules {
  return {
    bidders,
    budget: 100,
    kinds: [...new Set(items)],
    countToWin: 3,
    price: 'first',
    order: 'known',
    win: 'first-to',
    values: {},
    items: items.length,
    secondsPerRound: 0,
  };
}

/**
 * Over bare TCP, one `send` and one `recv`. The list of items may come in pieces: it ends with a
 * space, as no other answer but `wait ` and `ready … ` does.
 */
export class TextCarrier implements Carrier {
  readonly #socket: ConnectionSocket;

  constructor(socket: ConnectionSocket) {
    this.#socket = socket;
  }

  async ask(text: string): Promise<string> {
    await this.#socket.sendall(Buffer.from(text));
    const parts: Buffer[] = [];
    for (let size = 0; size < LONGEST_ANSWER;) {
      const part = await this.#socket.recv(READ_SIZE, { timeout: ANSWER_TIME });
      if (part.length === 0) throw lost('the auctioneer has closed the connection');
      if (parts.length === 0 && isZeromq(part)) throw useZeromq();
      parts.push(part);
      size += part.length;
      const answer = Buffer.concat(parts).toString();
      if (!/^\d+ .*[^ ]$/s.test(answer)) return answer;
    }
    throw lost("the auctioneer's answer is too long");
  }

  /** What the server says unasked. @throws ERR_TIMED_OUT when it waits to be asked */
  greeting(timeout: number): Promise<Buffer> {
    return this.#socket.recv(READ_SIZE, { timeout });
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }
}

/** ZMTP's greeting; no text in UTF-8 has that byte (RFC 3629 §3). */
export function isZeromq(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff;
}

export function useZeromq(): PeerError {
  const why = 'the server there speaks ZeroMQ: use --over zeromq';
  return new PeerError('ERR_AUCTION_REFUSED', why);
}

/** Over ZeroMQ, each a message of a Request socket. */
export class ZeromqCarrier implements Carrier {
  readonly #socket: Request;

  constructor({ host = '127.0.0.1', port }: AuctioneerAddress) {
    this.#socket = new Request({
      linger: 0,
      receiveTimeout: ANSWER_TIME,
      sendTimeout: ANSWER_TIME,
      ipv6: host.includes(':'),
    });
    const at = host.includes(':') ? `[${host}]` : host;
    this.#socket.connect(`tcp://${at}:${port}`);
  }

  async ask(text: string): Promise<string> {
    try {
      await this.#socket.send(text);
      const [answer] = await this.#socket.receive();
      return String(answer);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') throw error;
      throw lost(
        'nobody answers over ZeroMQ: start the auctioneer, or check host and port',
      );
    }
  }

  close(): Promise<void> {
    this.#socket.close();
    return Promise.resolve();
  }
}
