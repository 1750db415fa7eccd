/** Addresses for tests of ZeroMQ that nobody else uses. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { shortFolder } from './folders.ts';
import { ownPort } from './sockets.ts';

export type Transport = 'tcp' | 'ipc' | 'ws' | 'inproc';

let folder: string | undefined;
let count = 0;

/** An address to bind: for tcp and ws a port that the system chooses, to be read afterwards. */
export function anyAddress(transport: Transport): string {
  count += 1;
  if (transport === 'tcp' || transport === 'ws') return `${transport}://127.0.0.1:*`;
  if (transport === 'inproc') return `inproc://contract-${count}`;
  if (folder === undefined) {
    const made = shortFolder();
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return `ipc://${join(folder, `${process.pid}-${count}`)}`;
}

/**
 * One that can be bound again after it was free for a while: the system gives its port to
 * nobody else meanwhile, as it may do with one that it has chosen itself.
 */
export async function addressToKeep(transport: Transport): Promise<string> {
  if (transport !== 'tcp' && transport !== 'ws') return anyAddress(transport);
  return `${transport}://127.0.0.1:${await ownPort()}`;
}
