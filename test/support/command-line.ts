/**
 * The command line inside this process, where one of its own would show nothing more: what is
 * printed, and how it would have ended. One at a time, for there is one stdout.
 */
import { format } from 'node:util';
import { vi } from 'vitest';
import { failureOf, runCommandLine } from '../../src/cli/command-line.ts';
import type { End } from './programs.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export async function inProcess(...args: string[]): Promise<End & { stdout: string }> {
  let [stdout, stderr] = ['', ''];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      stdout += String(text);
      return true;
    }),
    vi.spyOn(console, 'log').mockImplementation((...words) => {
      stdout += `${format(...words)}\n`;
    }),
    vi.spyOn(console, 'error').mockImplementation((...words) => {
      stderr += `${format(...words)}\n`;
    }),
  ];
  const heard = new Map(SIGNALS.map((name) => [name, process.listeners(name)]));
  const ownExitCode = process.exitCode;
  process.exitCode = 0;
  try {
    await runCommandLine(args);
    return { code: process.exitCode, signal: null, stdout, stderr };
  } catch (error) {
    const { line, status } = failureOf(error);
    return { code: status, signal: null, stdout, stderr: `${stderr}${line}\n` };
  } finally {
    process.exitCode = ownExitCode;
    for (const spy of spies) spy.mockRestore();
    // A command listens for Ctrl-C as long as its process lives.
    for (const name of SIGNALS) {
      const before = heard.get(name)!;
      for (const listener of process.listeners(name)) {
        if (!before.includes(listener)) process.off(name, listener);
      }
    }
  }
}
