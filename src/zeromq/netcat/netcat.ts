/**
 * A netcat for ZeroMQ's patterns: lines become messages, messages become lines.
 *
 *   push pub             a line ─► a message
 *   pull sub             a message ─► a line
 *   req                  a line ─► a question, its answer ─► a line, the next line
 *   rep                  a question ─► a line, an answer from the next line, or always the same
 *   pair dealer router   both at once, each as it comes
 *
 * Read next: message-text.ts for lines and parts, sockets.ts for the sockets themselves,
 * peers.ts for what is reported about the other end.
 */
import type { Readable } from 'node:stream';
import { TimedOutError } from '../../common/index.ts';
import { linesOf } from './lines.ts';
import { answerTo, parseMessage, printMessage } from './message-text.ts';
import type { NetcatIo, NetcatOptions, PatternName } from './options.ts';
import { Peers } from './peers.ts';
import {
  codeOf,
  isTimeOut,
  makeSocket,
  openSocket,
  type Receiver,
  type Sender,
} from './sockets.ts';

/**
 * Talks until there is nothing more to do. What has been sent may then still linger.
 * @throws {TimedOutError} when a message was waited for longer than `timeout`; {@link MisuseError}
 * ERR_BAD_ARGUMENT when `answer` is not a message in this form
 */
export async function netcat(options: NetcatOptions, io: NetcatIo): Promise<void> {
  const { answer, form } = options;
  // A slip in it must not wait for the first question.
  if (answer !== undefined) answerTo([Buffer.alloc(0)], answer, form);
  const talk = new Talk(options, io);
  await PLAYS[options.type](talk);
}

const PLAYS: Record<PatternName, (talk: Talk) => Promise<void>> = {
  push: (talk) => talk.open('push', (socket) => talk.sendAll(socket)),
  pub: (talk) => talk.open('pub', (socket) => talk.publish(socket)),
  pull: (talk) => talk.open('pull', (socket) => talk.receiveAll(socket)),
  sub: (talk) => talk.open('sub', (socket) => talk.receiveAll(socket)),
  req: (talk) => talk.open('req', (socket) => talk.ask(socket)),
  rep: (talk) => talk.open('rep', (socket) => talk.reply(socket)),
  pair: (talk) => talk.open('pair', (socket) => talk.both(socket)),
  dealer: (talk) => talk.open('dealer', (socket) => talk.both(socket)),
  router: (talk) => talk.open('router', (socket) => talk.both(socket)),
};

class Talk {
  readonly #options: NetcatOptions;
  readonly #io: NetcatIo;
  readonly #count: number;
  #input: Readable | undefined;
  #inputEnded = false;
  /** Something has been sent, or waits in the socket. */
  #sent = false;
  /** Read, but never in the socket: it was full until the time-out, or until Ctrl-C. */
  #notTaken = 0;
  #peers = 0;
  #peerCame = (): void => {};

  constructor(options: NetcatOptions, io: NetcatIo) {
    this.#options = options;
    this.#io = io;
    this.#count = options.count ?? Infinity;
  }

  async open<T extends PatternName>(
    type: T,
    play: (socket: ReturnType<typeof makeSocket<T>>) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.#io;
    const socket = makeSocket(this.#options, type);
    const peers = new Peers(socket, this.#options, this.#io);
    this.#io.opened?.(() => socket.dropped + this.#notTaken);
    const stop = (): void => {
      // Nobody waits any more: unsent messages are dropped, even if the conversation is over and
      // they linger.
      socket.linger = 0;
      socket.close();
      peers.done();
      this.#input?.destroy();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) return;
      if (type !== 'pub') socket.events.on('handshake', () => this.#notePeer());
      this.#io.ready(await openSocket(socket, this.#options));
      await play(socket);
      if (this.#sent) await this.#untilSomebodyAnswers(peers);
    } catch (error) {
      // A time-out also bounds the wait for what is still to be sent.
      const { linger = this.#options.timeout } = this.#options;
      if (error instanceof TimedOutError && !socket.closed) socket.linger = linger ?? 0;
      if (!signal.aborted) throw error;
    } finally {
      socket.close();
      peers.done();
      this.#input?.destroy();
    }
  }

  async sendAll(socket: Sender): Promise<void> {
    await this.#untilPeersAreThere(0);
    let count = 0;
    for await (const line of this.#lines()) {
      if (await this.#sendLine(socket, line)) count += 1;
      if (count >= this.#count) return;
    }
  }

  async publish(socket: Sender & Receiver): Promise<void> {
    // The end of this loop is the end of the socket.
    void this.#countSubscriptions(socket);
    await this.#untilPeersAreThere(1);
    await this.sendAll(socket);
  }

  async receiveAll(socket: Receiver): Promise<void> {
    for (let count = 0; count < this.#count; count += 1) {
      await this.#io.message(await this.#receive(socket, 'no message came'));
    }
  }

  async ask(socket: Sender & Receiver): Promise<void> {
    await this.#untilPeersAreThere(0);
    let count = 0;
    for await (const line of this.#lines()) {
      if (!(await this.#sendLine(socket, line))) continue;
      await this.#io.message(await this.#receive(socket, 'no answer came'));
      count += 1;
      if (count >= this.#count) return;
    }
  }

  async reply(socket: Sender & Receiver): Promise<void> {
    const { answer, form } = this.#options;
    const lines = answer === undefined ? this.#lines() : undefined;
    for (let count = 0; count < this.#count; count += 1) {
      const question = await this.#receive(socket, 'no question came');
      await this.#io.message(question);
      if (answer !== undefined) {
        await socket.send(answerTo(question, answer, form));
        continue;
      }
      await this.#sendNextLine(socket, lines!);
    }
  }

  /**
   * It ends when `count` messages have arrived. Without a count it ends when the input has ended
   * and then nothing has arrived for the time-out, if there is one.
   */
  async both(socket: Sender & Receiver): Promise<void> {
    let received = 0;
    const receiving = (async () => {
      while (received < this.#count) {
        const parts = await this.#receiveInTime(socket);
        if (parts === undefined) return;
        received += 1;
        await this.#io.message(parts);
      }
    })();
    const sending = (async () => {
      await this.#untilPeersAreThere(0);
      for await (const line of this.#lines()) await this.#sendLine(socket, line);
      this.#inputEnded = true;
      const { timeout } = this.#options;
      if (this.#count !== Infinity || timeout !== undefined) await receiving;
    })();
    // Whichever is left ends with the socket and the input, which are closed then.
    for (const left of [receiving, sending]) left.catch(() => {});
    await Promise.race([receiving, sending]);
  }

  /** A message; undefined when the input has ended and nothing comes any more. */
  async #receiveInTime(socket: Receiver): Promise<Buffer[] | undefined> {
    for (;;) {
      try {
        return await socket.receive();
      } catch (error) {
        if (!isTimeOut(error)) throw error;
        // A person who types may think for as long as they like.
        if (!this.#inputEnded) continue;
        if (this.#count === Infinity) return undefined;
        throw this.#timedOut('no message came');
      }
    }
  }

  async #receive(socket: Receiver, what: string): Promise<Buffer[]> {
    try {
      return await socket.receive();
    } catch (error) {
      throw isTimeOut(error) ? this.#timedOut(what) : error;
    }
  }

  /** Until one is a message. */
  async #sendNextLine(
    socket: Sender,
    lines: AsyncGenerator<Buffer, void>,
  ): Promise<void> {
    for (;;) {
      const { value: line } = await lines.next();
      if (line === undefined) {
        throw new Error('the input has ended, but a question still awaits its answer');
      }
      if (await this.#sendLine(socket, line)) return;
    }
  }

  /** @returns false when the line is not a message, or is for nobody; that has been reported */
  async #sendLine(socket: Sender, line: Buffer): Promise<boolean> {
    const { form } = this.#options;
    try {
      await socket.send(parseMessage(line, form));
      this.#sent = true;
      return true;
    } catch (error) {
      if (isTimeOut(error) || this.#io.signal.aborted) this.#notTaken += 1;
      if (isTimeOut(error)) throw this.#timedOut('nobody took the message');
      if (codeOf(error) === 'EHOSTUNREACH') {
        const [name] = parseMessage(line, form);
        const shown = printMessage([name!], { ...form, named: false });
        this.#io.complain(new Error(`no peer here is called ${shown}`));
        return false;
      }
      if (codeOf(error) !== 'ERR_BAD_ARGUMENT') throw error;
      this.#io.complain(error);
      return false;
    }
  }

  #lines(): AsyncGenerator<Buffer, void> {
    this.#input ??= this.#io.input();
    return linesOf(this.#input);
  }

  async #countSubscriptions(socket: Receiver): Promise<void> {
    try {
      for (;;) {
        const [message] = await socket.receive();
        if (message?.[0] === 1) this.#notePeer();
      }
    } catch {
      // Closed.
    }
  }

  /** What has been sent may have no receiver, or a peer that refuses us. */
  async #untilSomebodyAnswers(peers: Peers): Promise<void> {
    const { linger, timeout } = this.#options;
    if (await peers.met(linger ?? timeout)) return;
    // With a given `linger`, unsent messages may be lost.
    if (linger === undefined) throw this.#timedOut('nobody took what was sent');
  }

  #notePeer(): void {
    this.#peers += 1;
    this.#peerCame();
  }

  async #untilPeersAreThere(unlessGiven: number): Promise<void> {
    const { peers = unlessGiven, timeout } = this.#options;
    const { signal } = this.#io;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#peers < peers && !signal.aborted) return;
        clearTimeout(timer);
        signal.removeEventListener('abort', look);
        resolve();
      };
      const timer =
        timeout === undefined
          ? undefined
          : setTimeout(() => {
              signal.removeEventListener('abort', look);
              reject(this.#timedOut(`${this.#peers} of ${peers} peers connected`));
            }, timeout);
      this.#peerCame = look;
      signal.addEventListener('abort', look);
      look();
    });
    signal.throwIfAborted();
  }

  #timedOut(what: string): TimedOutError {
    return new TimedOutError(what, this.#options.timeout ?? 0);
  }
}
