/** A program of a lesson as a process, for answers that kill it or start it late. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PATIENCE = 60_000; // milliseconds

export interface LessonProgram {
  /** Resolves when it has printed this. */
  printed(text: string): Promise<void>;
  /** Resolves when it has sent a word to its parent (`process.send`). */
  told(): Promise<void>;
  kill(): Promise<void>;
  /** Resolves with its exit status when it has ended by itself. */
  ended(): Promise<number | null>;
}

/** @param name such as `09-auction/server` */
export function startLesson(name: string, ...args: string[]): LessonProgram {
  const file = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const told = once(child, 'message', { signal: AbortSignal.timeout(PATIENCE) });
  told.catch(() => {}); // most lessons have nothing to tell
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    printed: async (text) => {
      const signal = AbortSignal.timeout(PATIENCE);
      try {
        while (!output.includes(text)) await once(child.stdout!, 'data', { signal });
      } catch {
        throw new Error(`${name} has not printed "${text}", but: ${output}`);
      }
    },
    told: async () => void (await told),
    kill: async () => {
      const end = ended(child);
      child.kill('SIGKILL');
      await end;
    },
    ended: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE) });
  }
  return child.exitCode;
}
