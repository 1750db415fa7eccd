/**
 * An auctioneer without sockets: the test hands in connections and datagrams, and moves the
 * time. So a test can check at once what must not happen for ten seconds, or a thousand times.
 *
 *   const house = openHouse({ code: 'K7RT' });
 *   const peer = await house.visit();
 *   await peer.says(frame({ type: 'watch', version: 1 }));
 *   await house.after(10_000);
 */
import { afterEach, beforeEach, vi } from 'vitest';
import { Auctioneer, type AuctioneerOptions } from '../../src/auction/index.ts';
import type { Sockets } from '../../src/auction/server/doors/sockets.ts';
import { openPast, type Past } from '../../src/auction/server/past.ts';
import {
  type InetAddress,
  MisuseError,
  Wait,
  type WaitOptions,
} from '../../src/common/index.ts';
import { decodeJson, encodeFrame, FrameDecoder } from '../../src/framing/index.ts';
import type { Received } from '../../src/udp/index.ts';
import type { Message } from './auction-peers.ts';

const ADDRESS: InetAddress = { family: 'IPv4', host: '127.0.0.1', port: 50018 };

/** The real one: time stands still, the event loop does not. */
const nextTurn = setImmediate;

/** All that is due now has happened: what one turn decides, the next one sends. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise<void>((resolve) => {
      nextTurn(resolve);
    });
    // What is meant for the next turn while time passes, the fake clock has a millisecond later.
    vi.advanceTimersByTime(turn === 0 ? 1 : 0);
  }
}

export class House {
  readonly auctioneer: Auctioneer;
  readonly datagrams = new FakeDatagrams();
  readonly #welcoming = new FakeWelcoming();

  constructor(options: AuctioneerOptions, past: Past, files: number) {
    const sockets = { welcoming: this.#welcoming, datagrams: this.datagrams, files };
    this.auctioneer = new Auctioneer(sockets as unknown as Sockets, past, options);
    this.auctioneer.open();
  }

  /** A connection to the auctioneer's port. */
  async visit(connection = new FakeConnection()): Promise<FakeConnection> {
    this.crowd(connection);
    await settled();
    return connection;
  }

  /** Many at once, who have to be waited for: `after`. */
  crowd(...connections: FakeConnection[]): void {
    for (const one of connections) this.#welcoming.come(one);
  }

  async after(milliseconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds);
    await settled();
  }
}

const houses: House[] = [];

/** Closed at the end of the test. Time stands still from the beginning of each test. */
export function openHouse(
  options: AuctioneerOptions = {},
  past: Partial<Past> = {},
  files = Infinity,
): House {
  const house = new House(options, { ...openPast(options), ...past }, files);
  houses.push(house);
  return house;
}

/** To be called by each file that opens houses. */
export function withoutTime(): void {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(async () => {
    const closing = Promise.all(
      houses.splice(0).map(({ auctioneer }) => auctioneer.close()),
    );
    await vi.advanceTimersByTimeAsync(1000);
    await closing;
    vi.useRealTimers();
  });
}

/** The auctioneer's end of a connection, as its doors see it, and what its peer does. */
export class FakeConnection {
  /** All that was sent. */
  readonly sent: Buffer[] = [];
  /** How many bytes of its peer's were never read. */
  unread = 0;
  /** `shut`: it has said that nothing more will come. */
  state: 'open' | 'shut' | 'closed' | 'reset' = 'open';
  /** Whether the peer takes what it is sent. */
  readonly listens: boolean;
  #arrived: Buffer[] = [];
  #over = false;
  #reading: Wait<void> | undefined;

  constructor(listens = true) {
    this.listens = listens;
  }

  /* What the doors call. */

  async recv(size: number, options: WaitOptions = {}): Promise<Buffer> {
    if (this.#reading) throw new MisuseError('ERR_RECV_BUSY', 'somebody reads already');
    if (this.#arrived.length === 0 && !this.#over) {
      this.#reading = new Wait<void>('recv', options);
      try {
        await this.#reading.promise;
      } finally {
        this.#reading = undefined;
      }
    }
    const next = this.#arrived.shift();
    if (!next) return Buffer.alloc(0);
    if (next.length > size) this.#arrived.unshift(next.subarray(size));
    const bytes = next.subarray(0, size);
    this.unread -= bytes.length;
    return bytes;
  }

  async sendall(bytes: Buffer): Promise<void> {
    this.#checkOpen();
    this.sent.push(bytes);
    if (!this.listens) await new Promise(() => {});
  }

  async shutdown(options: WaitOptions = {}): Promise<void> {
    this.#checkOpen();
    if (!this.listens) await new Wait<void>('shutdown', options).promise;
    this.state = 'shut';
  }

  close(): Promise<void> {
    this.#end('closed');
    return Promise.resolve();
  }

  reset(): void {
    this.#end('reset');
  }

  #checkOpen(): void {
    if (this.state === 'open' || this.state === 'shut') return;
    throw new MisuseError('ERR_SOCKET_CLOSED', `the connection is ${this.state}`);
  }

  #end(state: 'closed' | 'reset'): void {
    if (this.state === 'closed' || this.state === 'reset') return;
    this.state = state;
    this.#reading?.reject(new MisuseError('ERR_SOCKET_CLOSED', 'recv: it is closed'));
  }

  /* What the peer does. */

  async says(bytes: string | Uint8Array): Promise<this> {
    this.#arrived.push(Buffer.from(bytes));
    this.unread += Buffer.byteLength(bytes);
    this.#reading?.resolve();
    await settled();
    return this;
  }

  async leaves(): Promise<void> {
    this.#over = true;
    this.#reading?.resolve();
    await settled();
  }

  /** Whether the auctioneer has let it go. */
  get gone(): boolean {
    return this.state !== 'open';
  }

  get bytes(): Buffer {
    return Buffer.concat(this.sent);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** What it was told in frames. */
  get told(): Message[] {
    return new FrameDecoder()
      .push(this.bytes)
      .map((one) => decodeJson(one, (value) => value as Message));
  }

  /** The last answer in a frame. */
  async asks(message: object): Promise<Message> {
    await this.says(frame(message));
    return this.told.findLast(({ type }) => !NEWS.has(type))!;
  }

  async joins(name: string, more: object = {}): Promise<Message> {
    return this.asks({ type: 'join', version: 1, name, ...more });
  }
}

const NEWS = new Set([
  'start',
  'round',
  'sold',
  'unsold',
  'over',
  'seated',
  'freed',
  'answered',
]);

export function frame(message: object | string): Buffer {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return encodeFrame(Buffer.from(text));
}

class FakeWelcoming {
  readonly address = ADDRESS;
  #next: Wait<FakeConnection> | undefined;
  readonly #queue: FakeConnection[] = [];

  async accept(): Promise<{ connectionSocket: FakeConnection }> {
    let connectionSocket = this.#queue.shift();
    if (!connectionSocket) {
      this.#next = new Wait<FakeConnection>('accept', {});
      connectionSocket = await this.#next.promise;
    }
    return { connectionSocket };
  }

  come(connection: FakeConnection): void {
    if (this.#next) {
      this.#next.resolve(connection);
      this.#next = undefined;
    } else this.#queue.push(connection);
  }

  /** Whoever knocks after that is still let in, as one who was in the kernel's queue. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A UDP socket: each sender is a port. */
export class FakeDatagrams {
  readonly dropped = 0;
  /** What was sent, in its order. */
  readonly sent: { port: number; size: number; message: Message }[] = [];
  #queue: Received[] = [];
  #next: Wait<void> | undefined;
  #closed = false;
  #failure: Error | undefined;

  async recvfrom(size: number): Promise<Received> {
    if (this.#queue.length === 0 && !this.#failure) {
      this.#next = new Wait<void>('recvfrom', {});
      await this.#next.promise;
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (this.#closed)
      throw new MisuseError('ERR_SOCKET_CLOSED', 'recvfrom: it is closed');
    if (failure) throw failure;
    const { address, data } = this.#queue.shift()!;
    return { address, data: data.subarray(0, size), truncated: data.length > size };
  }

  sendto(bytes: Buffer, { port }: InetAddress): Promise<number> {
    const message = JSON.parse(bytes.toString()) as Message;
    this.sent.push({ port, size: bytes.length, message });
    return Promise.resolve(bytes.length);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#next?.resolve();
    return Promise.resolve();
  }

  /** These datagrams come, one behind the other. */
  async hear(port: number, ...messages: (object | string)[]): Promise<void> {
    await this.hearFrom(ADDRESS.host, port, ...messages);
  }

  async hearFrom(
    host: string,
    port: number,
    ...messages: (object | string)[]
  ): Promise<void> {
    for (const message of messages) {
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      const address = { ...ADDRESS, host, port };
      this.#queue.push({ address, data: Buffer.from(text), truncated: false });
    }
    this.#next?.resolve();
    await settled();
  }

  /** One from each of these senders, all in one turn. */
  async hearEach(ports: readonly number[], message: object): Promise<void> {
    const data = Buffer.from(JSON.stringify(message));
    for (const port of ports) {
      this.#queue.push({ address: { ...ADDRESS, port }, data, truncated: false });
    }
    this.#next?.resolve();
    await settled();
  }

  /** The socket reports an error that is about one datagram. */
  async fail(error: Error): Promise<void> {
    this.#failure = error;
    this.#next?.resolve();
    await settled();
  }

  /** What this sender was told. */
  told(port: number): Message[] {
    return this.sent.filter((one) => one.port === port).map(({ message }) => message);
  }

  /** What comes at once in answer, after a proof of the address where one is asked for. */
  async ask(port: number, message: object): Promise<Message | undefined> {
    const answer = await this.#once(port, message);
    if (answer?.type !== 'prove') return answer;
    return this.#once(port, { ...message, cookie: answer['cookie'] });
  }

  async #once(port: number, message: object): Promise<Message | undefined> {
    const before = this.told(port).length;
    await this.hear(port, message);
    return this.told(port)[before];
  }

  /** From now on the auctioneer knows that this address is its sender's. */
  async prove(port: number): Promise<void> {
    await this.ask(port, { type: 'news', after: 0, token: 'none' });
    this.sent.length = 0;
  }
}
