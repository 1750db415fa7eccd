/**
 * The other side of `program.ts`, as a child process sees it: it reports to the experiment
 * what it has seen, and waits until the experiment wakes it.
 */
import { readSync } from 'node:fs';

export class Parent {
  /** What `lab.program` was given. */
  readonly given: unknown;

  constructor(given: unknown) {
    this.given = given;
  }

  /** Sends a message to the experiment. Resolves when it has left this process. */
  async say(what: unknown): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      process.send!(what, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Sends a message, then blocks the whole process until the experiment calls `wake`, like
   * work that never returns to the event loop. Meanwhile the process accepts and reads
   * nothing; only the kernel works. Also returns when the experiment has ended.
   */
  sayAndGoDeaf(what: unknown): void {
    // Not `say`: in another turn of the loop, what the experiment sends next might be read.
    process.send!(what);
    readSync(0, Buffer.alloc(1));
  }
}
