/**
 * Ctrl-C, a dead terminal, a polite kill: the command ends everything that it started, then itself.
 * It does the same when its output fails, unless it is a server, whose clients matter more than its
 * screen.
 *
 * @returns a signal that aborts on the first of them. The exit status is set with it: 128 plus the
 *   signal's number, as in shells.
 */
import { constants } from 'node:os';
import { outputFailed } from './own-output.ts';

export function onInterrupt({ server = false } = {}): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.exitCode = 128 + constants.signals[signal];
      controller.abort();
    });
  }
  return server ? controller.signal : AbortSignal.any([controller.signal, outputFailed]);
}
