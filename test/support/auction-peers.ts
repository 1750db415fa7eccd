/** Peers that send an auctioneer any bytes that a test wants. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach } from 'vitest';
import { decodeJson, encodeFrame, FrameDecoder } from '../../src/framing/index.ts';
import { PATIENCE } from './programs.ts';
import { connected } from './sockets.ts';

/** Any message of an auctioneer's: an answer, news, or a note. */
export type Message = Record<string, unknown> & { type: string };

const peers: { leave: () => void }[] = [];
afterEach(() => {
  for (const peer of peers.splice(0)) peer.leave();
});

/** A TCP connection. All that comes is kept; nothing is answered by itself. */
export class TcpPeer {
  readonly socket: Socket;
  /** How it ended: `end` with a FIN, or the error's code. */
  readonly ended: Promise<string>;
  #received: Buffer[] = [];
  #wake: () => void = () => {};
  #isOver = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      const over = (how: string) => (): void => {
        this.#isOver = true;
        resolve(how);
        this.#wake();
      };
      socket.on('end', over('end'));
      socket.on('error', (error: NodeJS.ErrnoException) => over(error.code ?? 'error')());
      socket.on('close', over('close'));
    });
    peers.push(this);
  }

  static async open(port: number): Promise<TcpPeer> {
    return new TcpPeer(await connected(port));
  }

  write(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** What was received, when it matches or the connection is over. */
  async until(is: (received: Buffer) => boolean): Promise<Buffer> {
    const end = Date.now() + PATIENCE;
    while (!is(this.received)) {
      if (this.#isOver) break;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`only ${this.received.toString()} came`)),
          Math.max(1, end - Date.now()),
        );
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.received;
  }

  leave(): void {
    this.socket.destroy();
  }
}

/** A peer with frames: what it is told, message by message. */
export class FramedPeer {
  readonly tcp: TcpPeer;
  #nextId = 1;

  private constructor(tcp: TcpPeer) {
    this.tcp = tcp;
  }

  static async open(port: number): Promise<FramedPeer> {
    return new FramedPeer(await TcpPeer.open(port));
  }

  /** Everything so far. */
  get told(): Message[] {
    return messagesIn(this.tcp.received);
  }

  send(message: object | string): this {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.tcp.write(encodeFrame(Buffer.from(text)));
    return this;
  }

  /** The answer to this request, by its number. */
  async ask(request: object): Promise<Message> {
    const id = this.#nextId;
    this.#nextId += 1;
    this.send({ ...request, id });
    return this.find((message) => message['id'] === id);
  }

  /** The first message that fits, past or to come. */
  async find(fits: (message: Message) => boolean): Promise<Message> {
    const bytes = await this.tcp.until((all) => messagesIn(all).some(fits));
    const found = messagesIn(bytes).find(fits);
    if (found) return found;
    throw new Error(`no such message, but ${JSON.stringify(messagesIn(bytes))}`);
  }

  /** The refusal that ends the connection. */
  async farewell(): Promise<Message> {
    await this.tcp.ended;
    return this.told.at(-1)!;
  }

  async join(name: string, more: object = {}): Promise<Message> {
    return this.ask({ type: 'join', version: 1, name, ...more });
  }

  /** Passes in every round from now on, so that no round waits for this seat. */
  passOn(): void {
    let passed: unknown;
    const pass = (): void => {
      const round = this.told.findLast(({ type }) => type === 'round')?.['round'];
      if (round === passed || this.tcp.isOver) return;
      passed = round;
      this.send({ type: 'pass', round });
    };
    this.tcp.socket.on('data', pass);
    pass();
  }

  leave(): void {
    this.tcp.leave();
  }
}

function messagesIn(bytes: Buffer): Message[] {
  return new FrameDecoder()
    .push(bytes)
    .map((frame) => decodeJson(frame, (value) => value as Message));
}

/** A UDP socket that has not connected to anybody. */
export class UdpPeer {
  readonly socket: UdpSocket;
  readonly told: Message[] = [];
  readonly #port: number;
  #nextId = 1;
  /** By which the auctioneer knows this address. */
  #cookie: unknown;

  private constructor(socket: UdpSocket, port: number) {
    this.socket = socket;
    this.#port = port;
    socket.on('message', (data) =>
      this.told.push(JSON.parse(data.toString()) as Message),
    );
    peers.push(this);
  }

  static async open(port: number): Promise<UdpPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new UdpPeer(socket, port);
  }

  send(message: object | string | Uint8Array): void {
    const bytes =
      message instanceof Uint8Array || typeof message === 'string'
        ? message
        : JSON.stringify(message);
    this.socket.send(bytes, this.#port, '127.0.0.1');
  }

  /** The answer to this request, by its number; asks again as a datagram may be lost. */
  async ask(request: object): Promise<Message> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answers = (): Message[] => this.told.filter((told) => told['id'] === id);
    const find = (): Message | undefined =>
      answers().find(({ type }) => type !== 'prove');
    const end = Date.now() + PATIENCE;
    while (!find() && Date.now() < end) {
      this.send({ ...request, id, cookie: this.#cookie });
      await this.#nextMessage(500);
      this.#cookie =
        answers().find(({ type }) => type === 'prove')?.['cookie'] ?? this.#cookie;
    }
    const answer = find();
    if (answer) return answer;
    throw new Error(`no answer to ${JSON.stringify(request)}`);
  }

  async join(name: string, more: object = {}): Promise<Message> {
    const attempt = `the attempt of ${name}`;
    return this.ask({ type: 'join', version: 1, name, attempt, ...more });
  }

  /** The next answer without a number. */
  async complaint(): Promise<Message> {
    const end = Date.now() + PATIENCE;
    const find = (): Message | undefined =>
      this.told.find((told) => told['id'] === undefined);
    while (!find() && Date.now() < end) await this.#nextMessage(500);
    return find()!;
  }

  async #nextMessage(patience: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.socket.off('message', done);
        resolve();
      };
      const timer = setTimeout(done, patience);
      this.socket.on('message', done);
    });
  }

  leave(): void {
    this.socket.close();
  }
}
