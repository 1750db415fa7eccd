/**
 * To each peer in turn, skipping those that are full. Pure.
 *
 * Source: "round-robin" in RFC 28, 30; zmq_socket(3).
 */
import type { Pipe } from '../pipes/pipe.ts';

/**
 * In one turn of the event loop each peer may get this many messages more, which leave in one
 * write: a write for each would take most of the time. And all of them together: the loop has to
 * turn.
 */
const [EACH, MOST] = [16, 16_384];

export class RoundRobin {
  #pipes: Pipe[] = [];
  #next = 0;
  /** How many messages that makes. */
  more = 0;

  add(pipe: Pipe): void {
    this.#pipes.push(pipe);
    this.#count();
  }

  remove(pipe: Pipe): void {
    const at = this.#pipes.indexOf(pipe);
    if (at === -1) return;
    this.#pipes.splice(at, 1);
    if (at < this.#next) this.#next -= 1;
    this.#count();
  }

  #count(): void {
    this.more = Math.min(EACH * this.#pipes.length, MOST);
  }

  /** Whose turn it is; undefined when all are full, or there is nobody. */
  pick(): Pipe | undefined {
    const pipes = this.#pipes;
    const { length } = pipes;
    let at = this.#next;
    for (let tried = 0; tried < length; tried += 1) {
      if (at >= length) at = 0;
      const pipe = pipes[at]!;
      at += 1;
      if (pipe.full) continue;
      this.#next = at;
      return pipe;
    }
    return undefined;
  }

  get hasRoom(): boolean {
    return this.#pipes.some((pipe) => !pipe.full);
  }
}
