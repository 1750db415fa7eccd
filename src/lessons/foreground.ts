/** One role in the foreground, with the keyboard and the screen as its own. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { endAsByInterrupt, preloads } from '../common/process/index.ts';
import type { Role } from './catalogue.ts';
import { roleArgs } from './play.ts';

/**
 * Runs a role until it ends by itself, by Ctrl-C in its terminal, or by `signal`.
 * @returns its exit status; 128 + n when signal n ended it, as shells have it
 */
export async function playInForeground(
  role: Role,
  port: number,
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(
    process.execPath,
    [...preloads(role.file), role.file, ...roleArgs(role, port)],
    { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  const stop = (): void => endAsByInterrupt(child);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      resolve(code ?? 128 + (constants.signals[killedBy ?? 'SIGTERM'] ?? 0));
    });
  });
}
