/**
 * PAIR: two sockets, and nobody else. Waits while the peer is full or not there; drops nothing.
 *
 * Source: RFC 31/EXPAIR.
 */
import { NO_ENVELOPE, type Outgoing } from '../zmtp/index.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { Pattern } from './pattern.ts';

export class Pair extends Pattern {
  #peer: Pipe | undefined;
  override readonly filters = true;

  override get hasRoom(): boolean {
    return this.#peer === undefined;
  }

  override attach(pipe: Pipe): void {
    this.#peer ??= pipe;
  }

  override detach(pipe: Pipe): void {
    if (this.#peer === pipe) this.#peer = undefined;
  }

  /** Who is connected besides, is not heard. */
  override filter(pipe: Pipe): boolean {
    return pipe === this.#peer;
  }

  override send(message: Outgoing): boolean {
    const peer = this.#peer;
    if (peer === undefined || peer.full) return false;
    peer.write(message, NO_ENVELOPE);
    return true;
  }

  override receive(): Buffer[] | undefined {
    return this.arrived.read();
  }

  get readable(): boolean {
    return !this.arrived.empty;
  }

  get writable(): boolean {
    return this.#peer !== undefined && !this.#peer.full;
  }
}
