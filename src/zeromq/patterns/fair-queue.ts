/**
 * One message from each peer that has some, in turn: a peer that sends much does not hold up
 * one that sends little. Pure.
 *
 * Source: "fair-queuing" in RFC 28, 30; zmq_socket(3).
 */
import type { Pipe } from '../pipes/pipe.ts';
import { Queue } from '../pipes/queue.ts';

export class FairQueue {
  readonly #line = new Queue<Pipe>();
  /** Where the last message came from. */
  from: Pipe | undefined;

  get empty(): boolean {
    return this.#line.length === 0;
  }

  /** A pipe whose inbox is no longer empty. */
  add(pipe: Pipe): void {
    pipe.inLine = true;
    this.#line.push(pipe);
  }

  /** Forgets a pipe, and what it has sent. */
  remove(pipe: Pipe): void {
    if (pipe.inLine) this.#line.remove(pipe);
    pipe.inLine = false;
    if (this.from === pipe) this.from = undefined;
  }

  read(): Buffer[] | undefined {
    const line = this.#line;
    for (;;) {
      // A single peer stays at the head of the line: most sockets have only one.
      const alone = line.length === 1;
      const pipe = alone ? line.first : line.shift();
      if (pipe === undefined) return undefined;
      const parts = pipe.read();
      if (pipe.inbox.length === 0) {
        pipe.inLine = false;
        if (alone) line.shift();
      } else if (!alone) line.push(pipe);
      if (parts === undefined) continue;
      this.from = pipe;
      return parts;
    }
  }
}
