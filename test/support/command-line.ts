/**
 * Runs the command line inside this process, when a process of its own would show nothing more,
 * and returns what it printed and how it would have ended. One at a time, since there is one
 * stdout. If programs are compiled before the tests, so are the command line and what it starts.
 */
import { format } from 'node:util';
import { inject, vi } from 'vitest';
import { compiledModule } from './places.ts';
import type { End } from './programs.ts';

const { failureOf, runCommandLine } = inject('compiled')
  ? await compiledModule<typeof import('../../src/cli/command-line.ts')>(
      'src/cli/command-line.ts',
    )
  : await import('../../src/cli/command-line.ts');

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface FakeTerminal {
  columns: number;
  /** Undefined for a variable that is not to be there. */
  env?: Readonly<Record<string, string | undefined>>;
}

export async function inProcess(...args: string[]): Promise<End & { stdout: string }> {
  const { end, stdout } = await typed(args);
  return { ...end, stdout };
}

/** @param terminal what stdout says that it is; no terminal unless given */
export async function typed(
  args: readonly string[],
  terminal?: FakeTerminal,
): Promise<{ end: End; stdout: string }> {
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
  const end = (code: number): End => ({ code, signal: null, stderr });
  process.exitCode = 0;
  const properties = { isTTY: terminal !== undefined, columns: terminal?.columns };
  const restore = Object.entries(properties).map(([name, value]) => pretend(name, value));
  for (const [name, value] of Object.entries(terminal?.env ?? {})) {
    vi.stubEnv(name, value);
  }
  try {
    await runCommandLine(args);
    return { end: end(process.exitCode), stdout };
  } catch (error) {
    const { line, status } = failureOf(error);
    stderr += `socketlab: ${line}\n`;
    return { end: end(status), stdout };
  } finally {
    vi.unstubAllEnvs();
    for (const back of restore) back();
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

/** Gives stdout another property, and returns what takes it back. */
function pretend(name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(process.stdout, name);
  Object.defineProperty(process.stdout, name, { value, configurable: true });
  return () => {
    if (before) Object.defineProperty(process.stdout, name, before);
    else Reflect.deleteProperty(process.stdout, name);
  };
}
