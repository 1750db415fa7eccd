/** Starts a program that dies with this process, whatever becomes of this process. */
import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  spawn,
} from 'node:child_process';
import type { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killProgram } from './kill-program.ts';
import { findTsx } from './typescript.ts';

/** Started with the first program; it ends by itself, after us. */
let warden: ChildProcess | undefined;

/** @throws what spawn throws for a command that no system can have, with a NUL in it */
export function guardedSpawn(
  command: string,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, {
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const { pid } = child;
  if (pid !== undefined) {
    tellWarden(`+${pid}\n`);
    child.once('exit', () => {
      killProgram(pid); // what it has left behind
      tellWarden(`-${pid}\n`);
    });
  }
  return child;
}

function tellWarden(line: string): void {
  warden ??= startWarden();
  warden.stdin!.write(line);
}

function startWarden(): ChildProcess {
  const self = import.meta.url;
  const program = fileURLToPath(new URL(`./warden${extname(self)}`, self));
  const tsx = extname(self) === '.ts' ? findTsx([self]) : undefined;
  const preload = tsx ? ['--import', tsx.preload] : [];
  const child = spawn(process.execPath, [...preload, program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  // Without it the programs are not guarded, and play all the same.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  // It waits for our end, so we must not wait for its.
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
