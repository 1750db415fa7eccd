/**
 * The supervisor: a program that this one has started, and what becomes of it.
 *
 *   starts     in a process group of its own, so that all that it starts can be ended with it
 *   pauses     with this one, by Ctrl-Z, and goes on with it
 *   is heard   stdout and stderr as text; `printed` waits for what shows that it is ready
 *   ends       by itself, or by `end` and `kill`; what it has left in its group is killed
 *   outlives   nobody: when this process is gone, even by kill -9, the warden ends it
 *
 * Its end never waits for a process that it has started and that holds its pipes open.
 *
 * Simplification: Windows has no such groups. There a Node program takes its children with it,
 * however it ends (see warden.ts). What another program leaves behind is not found any more.
 *
 * Read next: warden.ts, and foreground.ts for a program that has our terminal.
 */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { pauseWithUs } from './pause.ts';
import { entrust, killGroup, killProgram, wakeWarden } from './warden.ts';

/** How a process ended: by itself with a code, or by a signal. */
export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It could not be started. */
  error?: NodeJS.ErrnoException;
}

export interface ChildOptions extends Pick<
  SpawnOptions,
  'env' | 'serialization' | 'stdio'
> {
  /** What it writes, as it comes. */
  onOutput?: ((text: string, kind: 'printed' | 'complained') => void) | undefined;
  /** It could not be started, or not be reached. */
  onError?: (error: NodeJS.ErrnoException) => void;
}

/** How much is kept of what it printed, from its beginning on, in characters. */
const KEPT_OUTPUT = 1_000_000;
/** How much of its latest error output is kept, in characters. */
const KEPT_COMPLAINT = 8000;
/** How long a process that was asked to end may take before it is killed, in ms. */
export const STOP_TIMEOUT = 5000;
/** How long to wait for a process's last output once it has ended, in ms. */
const LAST_WORDS = 300;

export class Child {
  readonly process: ChildProcess;
  /** Resolves when it has ended and what it wrote has been read. */
  readonly ended: Promise<ChildEnd>;
  output = '';
  complaint = '';
  readonly #watchers = new Set<() => void>();
  #running = true;
  /** How many pieces of output have arrived. */
  #heard = 0;

  constructor(
    [command, ...args]: readonly [string, ...string[]],
    { onOutput, onError, ...options }: ChildOptions = {},
  ) {
    const own = { detached: process.platform !== 'win32', windowsHide: true };
    wakeWarden();
    const child = spawn(command, args, { ...options, ...own });
    this.process = child;
    child.on('error', (error) => onError?.(error));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#heard += 1;
      if (this.output.length < KEPT_OUTPUT) this.output += text;
      onOutput?.(text, 'printed');
      this.#tellWatchers();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#heard += 1;
      this.complaint = (this.complaint + text).slice(-KEPT_COMPLAINT);
      onOutput?.(text, 'complained');
    });
    // A program that ends without reading its input breaks the pipe; that is its right.
    child.stdin?.on('error', () => {});
    this.ended = this.#end();
  }

  /**
   * Waits until the output from `start` on matches; the pattern is one of a line.
   * @returns where the match ends; undefined when the process ended without a match, or
   *   `signal` aborted
   */
  async printed(
    pattern: RegExp,
    start = 0,
    signal?: AbortSignal,
  ): Promise<number | undefined> {
    return new Promise((resolve) => {
      let from = start;
      const look = (): void => {
        const match = pattern.exec(this.output.slice(from));
        if (!match && this.#running && signal?.aborted !== true) {
          // Do not search again what has already been searched.
          from = Math.max(from, this.output.lastIndexOf('\n') + 1);
          return;
        }
        this.#watchers.delete(look);
        signal?.removeEventListener('abort', look);
        resolve(match ? from + match.index + match[0].length : undefined);
      };
      this.#watchers.add(look);
      signal?.addEventListener('abort', look);
      look();
    });
  }

  /**
   * Asks it to end, by closing its channel or else its input; after `grace` milliseconds it is
   * killed.
   */
  async end(grace = STOP_TIMEOUT): Promise<ChildEnd> {
    if (this.process.connected) this.process.disconnect();
    else this.process.stdin?.end();
    const timer = setTimeout(() => void this.kill(), grace);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  /** kill -9, for all of its group: it has no chance to say goodbye. */
  async kill(): Promise<ChildEnd> {
    if (this.#running) killProgram(this.process);
    return await this.ended;
  }

  async #end(): Promise<ChildEnd> {
    const child = this.process;
    const { pid } = child;
    const release = pid === undefined ? undefined : entrust(pid);
    const goOn = pid === undefined ? undefined : pauseWithUs(pid);
    const end = await new Promise<ChildEnd>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.on('error', (error) => {
        if (pid === undefined) resolve({ code: null, signal: null, error });
      });
    });
    if (pid !== undefined) {
      // Not the child's own 'close' event: it never comes when we have disconnected first.
      const pipes = [child.stdout, child.stderr].filter((stream) => stream !== null);
      const allHeard = Promise.all([
        ...pipes.map(async (stream) => finished(stream).catch(() => {})),
        child.connected && new Promise((resolve) => child.once('disconnect', resolve)),
      ]);
      await within(LAST_WORDS, allHeard);
      killGroup(pid); // what it has left behind
      // Whatever is in the pipes is read, however slow this machine is. A process that has left the
      // group may still hold the pipes: then the end is silence, or the time that a process has to
      // stop.
      const patience = performance.now() + STOP_TIMEOUT;
      let heard: number;
      do heard = this.#heard;
      while (
        !(await within(LAST_WORDS, allHeard)) &&
        this.#heard > heard &&
        performance.now() < patience
      );
      for (const stream of pipes) stream.destroy();
      release!();
      goOn!();
    }
    this.#running = false;
    this.#tellWatchers();
    return end;
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** `with exit status 3`, `by SIGKILL`: what follows the word `ended`. */
export function howItEnded({ code, signal }: ChildEnd): string {
  return signal === null ? `with exit status ${code}` : `by ${signal}`;
}

/** @returns whether it is done by then */
async function within(milliseconds: number, done: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const isDone = await Promise.race([done.then(() => true), time]);
  clearTimeout(timer);
  return isDone;
}
