/**
 * ROUTER: the first part of a message says whom it is from, or for.
 *
 *     receive: [routing id, …]        send: [routing id, …] → […] to that peer
 *
 * A peer that gives itself no identity gets one: 00 and four bytes. A message for nobody, or
 * for a peer whose queue is full, is dropped; with `mandatory` the first is an error and the
 * second waits.
 *
 * Source: RFC 28/REQREP, "The ROUTER Socket Type".
 */
import { randomBytes } from 'node:crypto';
import { ZmqError } from '../base/errors.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { EMPTY, NO_ENVELOPE, type Outgoing, partsOf } from '../zmtp/index.ts';
import { Pattern } from './pattern.ts';

const keyOf = (id: Uint8Array): string =>
  Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1');

/** Peers by their routing ids; ROUTER and STREAM have one. */
export class RoutingTable {
  readonly #pipes = new Map<string, Pipe>();
  readonly #keys = new Map<Pipe, string>();
  #next = randomBytes(4).readUInt32BE();

  get(id: Uint8Array): Pipe | undefined {
    return this.#pipes.get(keyOf(id));
  }

  has(pipe: Pipe): boolean {
    return this.#keys.has(pipe);
  }

  values(): Iterable<Pipe> {
    return this.#pipes.values();
  }

  /** 00 and a counter: no peer may choose an identity that begins with 0. */
  fresh(): Buffer {
    const id = Buffer.alloc(5);
    id.writeUInt32BE(this.#next, 1);
    this.#next = (this.#next + 1) % 2 ** 32;
    return id;
  }

  set(id: Buffer, pipe: Pipe): void {
    this.delete(pipe);
    const key = keyOf(id);
    this.#pipes.set(key, pipe);
    this.#keys.set(pipe, key);
    pipe.routingId = id;
  }

  delete(pipe: Pipe): void {
    const key = this.#keys.get(pipe);
    if (key === undefined) return;
    this.#keys.delete(pipe);
    this.#pipes.delete(key);
  }
}

export class Router extends Pattern {
  readonly #table = new RoutingTable();
  override readonly filters = true;

  override attach(pipe: Pipe): void {
    // Given by connect's own option; others say it in their handshake.
    if (pipe.routingId.length > 0) this.#introduce(pipe);
  }

  override ready(pipe: Pipe): void {
    this.#introduce(pipe);
    if (this.options.probeRouter) pipe.writeFirst(EMPTY);
  }

  #introduce(pipe: Pipe): void {
    if (this.#table.has(pipe)) return;
    const id = pipe.routingId.length > 0 ? pipe.routingId : this.#table.fresh();
    const other = this.#table.get(id);
    if (other) {
      // Without `handover` the newcomer is ignored: nothing is sent to it or received from it.
      if (!this.options.handover) return;
      this.#table.delete(other);
      other.close();
    }
    this.#table.set(id, pipe);
  }

  override detach(pipe: Pipe): void {
    this.#table.delete(pipe);
  }

  override filter(pipe: Pipe, parts: Buffer[]): boolean {
    if (!this.#table.has(pipe)) return false;
    parts.unshift(pipe.routingId);
    return true;
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  override send(message: Outgoing): boolean {
    const [id, ...parts] = partsOf(message);
    const { mandatory } = this.options;
    const pipe = this.#table.get(id!);
    if (pipe === undefined) {
      if (mandatory) throw new ZmqError('EHOSTUNREACH');
      return true;
    }
    if (pipe.full) {
      if (mandatory) return false;
      this.dropped += 1;
      return true;
    }
    if (parts.length > 0) pipe.write(parts, NO_ENVELOPE);
    return true;
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    if (!this.options.mandatory) return true;
    for (const pipe of this.#table.values()) if (!pipe.full) return true;
    return false;
  }
}
