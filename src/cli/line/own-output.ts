/**
 * This program's own output, which can fail: nobody reads it any more (`socketlab list | head -1`),
 * or the disk behind it is full. The first is not a failure, and nobody is left to tell. Anything
 * else is reported once on stderr, with exit status 1.
 *
 * A command then ends as if by Ctrl-C (interrupt.ts), because its output is its purpose. A server
 * carries on without a screen.
 */
import { explain } from '../../common/index.ts';

const failed = new AbortController();

/** Aborts when stdout can no longer be written to. */
export const outputFailed: AbortSignal = failed.signal;

/** For the whole life of a program. Without it a pipe that is closed is an exception. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (failed.signal.aborted) return;
    if (error.code !== 'EPIPE') {
      console.error(`socketlab: the output cannot be written: ${explain(error)}`);
      process.exitCode = 1;
    }
    failed.abort(error);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode ||= 1;
  });
}
