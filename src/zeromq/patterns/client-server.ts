/**
 * CLIENT and SERVER: questions and answers of one part, in any number and order.
 *
 *     CLIENT   to each server in turn; from whichever has something
 *     SERVER   knows each client by a number, which it has given it
 *
 *     receive: [number, body]        send: [number, body] → body to that client
 *
 * There are no turns, and nothing is dropped: a sender waits while the queue is full. Here a number
 * is four bytes; a program sees it as a number.
 *
 * Source: RFC 41/CLISRV.
 */
import { randomBytes } from 'node:crypto';
import { ZmqError } from '../base/errors.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { NO_ENVELOPE, type Outgoing, partsOf } from '../zmtp/index.ts';
import { Pattern } from './pattern.ts';
import { Dealer } from './pipeline.ts';
import { onePart } from './scatter-gather.ts';

export class Client extends Dealer {
  override readonly filters = true;

  override send(message: Outgoing): boolean {
    return super.send(onePart(message));
  }

  override filter(_pipe: Pipe, parts: Buffer[]): boolean {
    return parts.length === 1;
  }
}

export class Server extends Pattern {
  readonly #clients = new Map<number, Pipe>();
  #next = randomBytes(4).readUInt32BE();
  override readonly filters = true;

  override attach(pipe: Pipe): void {
    // 0 would be nobody's, for libzmq.
    while (this.#next === 0 || this.#clients.has(this.#next)) {
      this.#next = (this.#next + 1) % 2 ** 32;
    }
    pipe.routingId = Buffer.alloc(4);
    pipe.routingId.writeUInt32BE(this.#next);
    this.#clients.set(this.#next, pipe);
  }

  override detach(pipe: Pipe): void {
    this.#clients.delete(pipe.routingId.readUInt32BE());
  }

  override filter(pipe: Pipe, parts: Buffer[]): boolean {
    if (parts.length !== 1) return false;
    parts.unshift(pipe.routingId);
    return true;
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  override send(message: Outgoing): boolean {
    const [id, ...parts] = partsOf(message);
    const pipe = this.#clients.get(Buffer.from(id!).readUInt32BE());
    if (pipe === undefined) {
      throw new ZmqError('EHOSTUNREACH', { hint: 'No client has this routingId' });
    }
    const part = onePart(parts);
    if (pipe.full) return false;
    pipe.write(part, NO_ENVELOPE);
    return true;
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    for (const pipe of this.#clients.values()) if (!pipe.full) return true;
    return false;
  }
}
