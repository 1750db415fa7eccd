/**
 * REQ: sends a question, receives its answer, then sends the next. Pure.
 *
 *             send                    a reply to it arrives
 *     ready ─────────► waiting ──────────────────────────────► ready
 *
 * An empty part, the delimiter, goes in front of the message: devices put addresses in front
 * of it, and it shows where they end. Only a reply from the peer that was asked counts; all
 * else that arrives is dropped in silence.
 *
 * `relaxed` lets the next question leave before the answer has arrived; `correlate` puts a number
 * in front, which the answer must have, so that a late one is not taken for the next.
 *
 * Source: RFC 28/REQREP, "The REQ Socket Type".
 */
import { ZmqError } from '../base/errors.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { EMPTY, type Envelope, type Outgoing } from '../zmtp/index.ts';
import { Pattern } from './pattern.ts';
import { RoundRobin } from './round-robin.ts';

const DELIMITER: Envelope = [EMPTY];

export class Request extends Pattern {
  readonly #peers = new RoundRobin();
  #waiting = false;
  /** The peer that was asked; undefined when it has gone: then anybody may answer. */
  #asked: Pipe | undefined;
  #number = 0;
  #id: Buffer | undefined;

  override attach(pipe: Pipe): void {
    this.#peers.add(pipe);
  }

  override ready(pipe: Pipe): void {
    if (this.options.probeRouter) pipe.writeFirst(EMPTY);
  }

  override detach(pipe: Pipe): void {
    this.#peers.remove(pipe);
    if (this.#asked === pipe) this.#asked = undefined;
  }

  override send(message: Outgoing): boolean {
    if (this.#waiting && !this.options.relaxed) throw new ZmqError('EFSM');
    const pipe = this.#peers.pick();
    if (pipe === undefined) return false;
    // Replies to earlier questions: nobody will ask for them.
    while (this.arrived.read());
    let envelope = DELIMITER;
    if (this.options.correlate) {
      this.#number = (this.#number + 1) % 2 ** 32;
      this.#id = Buffer.alloc(4);
      this.#id.writeUInt32BE(this.#number);
      envelope = [this.#id, EMPTY];
    } else {
      this.#id = undefined;
    }
    pipe.write(message, envelope);
    this.#asked = pipe;
    this.#waiting = true;
    return true;
  }

  override receive(): Buffer[] | undefined {
    if (!this.#waiting) throw new ZmqError('EFSM');
    for (let parts = this.arrived.read(); parts; parts = this.arrived.read()) {
      if (this.#asked !== undefined && this.arrived.from !== this.#asked) continue;
      const body = this.#bodyOf(parts);
      if (body === undefined) continue;
      this.#waiting = false;
      this.#asked = undefined;
      return body;
    }
    return undefined;
  }

  #bodyOf(parts: Buffer[]): Buffer[] | undefined {
    const id = this.#id;
    const start = id ? 2 : 1;
    if (parts.length <= start || parts[start - 1]!.length > 0) return undefined;
    if (id && !parts[0]!.equals(id)) return undefined;
    return parts.slice(start);
  }

  get readable(): boolean {
    return this.#waiting && !this.arrived.empty;
  }

  get writable(): boolean {
    return (!this.#waiting || this.options.relaxed) && this.#peers.hasRoom;
  }
}
