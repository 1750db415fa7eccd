/**
 * REP: receives a question, then sends its answer to whoever asked. Pure.
 *
 *              receive                 send
 *     waiting ─────────► answering ─────────► waiting
 *
 * All parts up to the empty one, the delimiter, are the envelope: kept, and put in front of the
 * answer. If the asker has gone, the answer goes nowhere; this socket never waits to send.
 *
 * Source: RFC 28/REQREP, "The REP Socket Type".
 */
import { ZmqError } from '../base/errors.ts';
import type { Pipe } from '../pipes/pipe.ts';
import type { Envelope, Outgoing } from '../zmtp/index.ts';
import { Pattern } from './pattern.ts';

export class Reply extends Pattern {
  readonly #there = new Set<Pipe>();
  #answering = false;
  #asker: Pipe | undefined;
  #envelope: Envelope = [];

  override attach(pipe: Pipe): void {
    this.#there.add(pipe);
  }

  override detach(pipe: Pipe): void {
    this.#there.delete(pipe);
    if (this.#asker === pipe) this.#asker = undefined;
  }

  override receive(): Buffer[] | undefined {
    if (this.#answering) throw new ZmqError('EFSM');
    for (let parts = this.arrived.read(); parts; parts = this.arrived.read()) {
      let delimiter = 0;
      while (delimiter < parts.length && parts[delimiter]!.length > 0) delimiter += 1;
      // Without a delimiter, or with nothing after it, it is not a request.
      if (delimiter >= parts.length - 1) continue;
      this.#envelope = parts.slice(0, delimiter + 1);
      const { from } = this.arrived;
      this.#asker = from && this.#there.has(from) ? from : undefined;
      this.#answering = true;
      return parts.slice(delimiter + 1);
    }
    return undefined;
  }

  override send(message: Outgoing): boolean {
    if (!this.#answering) throw new ZmqError('EFSM');
    const asker = this.#asker;
    if (asker !== undefined && !asker.full) asker.write(message, this.#envelope);
    else if (asker !== undefined) this.dropped += 1;
    this.#answering = false;
    this.#asker = undefined;
    return true;
  }

  get readable(): boolean {
    return !this.#answering && !this.arrived.empty;
  }

  get writable(): boolean {
    return this.#answering;
  }
}
