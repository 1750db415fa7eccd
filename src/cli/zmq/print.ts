/** What `socketlab zmq` prints: messages on stdout, and what concerns people on stderr. */
import { once } from 'node:events';
import { explain, some } from '../../common/index.ts';
import { jsonLine, tellUser } from '../../common/terminal/index.ts';
import { outputFailed } from '../line/own-output.ts';
import { jsonParts, printMessage, type TextForm } from '../../zeromq/netcat/index.ts';

/** Resolves when there is room for more: a slow reader slows the sockets down. */
export async function printParts(
  parts: readonly Buffer[],
  form: TextForm,
  json: boolean,
): Promise<void> {
  const line = json
    ? jsonLine({ event: 'message', parts: jsonParts(parts) })
    : `${printMessage(parts, form)}\n`;
  if (process.stdout.write(line)) return;
  // A failure is the affair of main.ts, and ends the command.
  await once(process.stdout, 'drain', { signal: outputFailed }).catch(() => {});
}

/** @param type `req`, `queue` … */
export function printReady(
  type: string,
  endpoints: readonly string[],
  json: boolean,
): void {
  if (json) {
    process.stdout.write(jsonLine({ event: 'ready', version: 1, type, endpoints }));
    return;
  }
  tellUser(`${type} at ${endpoints.join(', ')}`);
}

/** At the very end, since what lingers may still leave. A reader that has gone needs no report. */
export function reportLoss(unsent: () => number): void {
  process.once('exit', () => {
    const lost = unsent();
    if (lost === 0 || outputFailed.aborted) return;
    tellUser(`${some(lost, 'message')} ${lost === 1 ? 'was' : 'were'} not sent`);
    process.exitCode ||= 1;
  });
}

/** The rest goes on, but not everything was done. */
export function complain(error: unknown): void {
  tellUser(explain(error));
  process.exitCode = 1;
}
