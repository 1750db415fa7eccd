/**
 * The other side of `program.ts`, as a child process sees it: whom it tells what it has seen,
 * and who tells it to go on.
 */
import { readSync } from 'node:fs';

export class Parent {
  /** What `lab.program` was given. */
  readonly given: unknown;

  constructor(given: unknown) {
    this.given = given;
  }

  /** Tells the experiment. Resolves when the message has left this process. */
  async say(what: unknown): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      process.send!(what, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Tells the experiment, and blocks the whole process until it calls `wake`, as work that never
   * returns to the event loop would. Nothing is accepted and nothing is read meanwhile; what
   * goes on is the kernel's doing alone. When the experiment is gone, this returns, too.
   */
  sayAndGoDeaf(what: unknown): void {
    // In one turn: after `say` the loop may bring what the experiment sends us for its answer.
    process.send!(what);
    readSync(0, Buffer.alloc(1));
  }
}
