/** What `socketlab zmq` prints: messages on stdout, and what concerns people on stderr. */
import { once } from 'node:events';
import { explain } from '../../common/index.ts';
import { jsonParts, printMessage, type TextForm } from '../../zeromq/netcat/index.ts';

/** Resolves when there is room for more: a slow reader slows the sockets down. */
export async function printParts(
  parts: readonly Buffer[],
  form: TextForm,
  json: boolean,
): Promise<void> {
  const line = json
    ? JSON.stringify({ event: 'message', parts: jsonParts(parts) })
    : printMessage(parts, form);
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** @param type `req`, `queue` … */
export function printReady(
  type: string,
  endpoints: readonly string[],
  json: boolean,
): void {
  if (json) {
    console.log(JSON.stringify({ event: 'ready', version: 1, type, endpoints }));
    return;
  }
  console.error(`socketlab: ${type} at ${endpoints.join(', ')}`);
}

/** The rest goes on; but not everything was done. */
export function complain(error: unknown): void {
  console.error(`socketlab: ${explain(error)}`);
  process.exitCode = 1;
}
