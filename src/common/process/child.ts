/**
 * One role of a lesson as a real child process: started, read, typed to, stopped.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { finished } from 'node:stream/promises';

/** How a process ended: by itself with a code, or by a signal. */
export interface RoleEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What a role does, in the order in which it was seen. */
export type RoleEvent =
  | { kind: 'printed' | 'complained' | 'typed'; text: string }
  | ({ kind: 'ended' } & RoleEnd);

/** How much output is kept for pattern matching and for the transcript, in characters. */
const KEPT_OUTPUT = 1_000_000;
/** How long a process that was asked to end may take before it is killed, in ms. */
const STOP_TIMEOUT = 5000;

export class RoleProcess {
  readonly name: string;
  /** Resolves when the process has ended and all its output has been read. */
  readonly ended: Promise<RoleEnd>;
  /** What it wrote to stdout so far; from the beginning on, and at most KEPT_OUTPUT. */
  output = '';
  #child: ChildProcess;
  #onEvent: (event: RoleEvent) => void;
  #watchers = new Set<() => void>();
  #running = true;

  constructor(
    name: string,
    file: string,
    args: readonly string[],
    onEvent: (event: RoleEvent) => void,
    env: Record<string, string> = {},
  ) {
    this.name = name;
    this.#onEvent = onEvent;
    this.#child = spawn(process.execPath, [...preloads(file), file, ...args], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (this.output.length < KEPT_OUTPUT) this.output += text;
      onEvent({ kind: 'printed', text });
      this.#tellWatchers();
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      onEvent({ kind: 'complained', text });
    });
    // A program that ends without reading its input breaks the pipe; that is its right.
    this.#child.stdin!.on('error', () => {});
    this.ended = this.#end();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#running;
  }

  /**
   * Waits until the output from `start` on matches.
   * @returns where the match ends; undefined when the process ended without a match, or
   *   `signal` aborted
   */
  async printed(
    pattern: RegExp,
    start = 0,
    signal?: AbortSignal,
  ): Promise<number | undefined> {
    return new Promise((resolve) => {
      const look = (): void => {
        const match = pattern.exec(this.output.slice(start));
        if (!match && this.#running && signal?.aborted !== true) return;
        this.#watchers.delete(look);
        signal?.removeEventListener('abort', look);
        resolve(match ? start + match.index + match[0].length : undefined);
      };
      this.#watchers.add(look);
      signal?.addEventListener('abort', look);
      look();
    });
  }

  /** Types a line at the keyboard. */
  type(line: string): void {
    this.#onEvent({ kind: 'typed', text: line });
    this.#child.stdin!.write(`${line}\n`);
  }

  /** Ends the program as Ctrl-C would, on every system; kills it if it does not listen. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    endAsByInterrupt(this.#child);
    await this.ended;
  }

  /**
   * Not the child's own 'close' event: it never comes when we have disconnected first.
   */
  async #end(): Promise<RoleEnd> {
    const child = this.#child;
    const exit = new Promise<RoleEnd>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.on('error', (error) => {
        this.#onEvent({ kind: 'complained', text: `${error.message}\n` });
        if (child.pid === undefined) resolve({ code: 1, signal: null });
      });
    });
    // A process that could not be started has nothing to read, which is told as an error.
    const allRead = [child.stdout!, child.stderr!].map(async (stream) =>
      finished(stream).catch(() => {}),
    );
    const [end] = await Promise.all([exit, ...allRead]);
    this.#running = false;
    this.#onEvent({ kind: 'ended', ...end });
    this.#tellWatchers();
    return end;
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** Lets go of a program that was started with the tether; kills it if it does not end. */
export function endAsByInterrupt(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.disconnect();
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
  child.once('exit', () => clearTimeout(kill));
}

/** Sources want tsx; what was compiled from them does not. */
export function preloads(file: string): string[] {
  const tether = new URL(
    import.meta.url.endsWith('.ts') ? './tether.ts' : './tether.js',
    import.meta.url,
  );
  const tsx = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return [...tsx, '--import', tether.href];
}
