/**
 * Runs programs as a person would: starts them, reads what they print, types, and ends them.
 * Nothing here sleeps, every wait has a limit, and no program outlives the tests that started it.
 *
 *   const programs = new Programs();
 *   afterEach(() => programs.stopAll());
 *
 *   const client = programs.lesson('01-udp-uppercase/client', '--port', String(port));
 *   await client.printed('sentence:');
 *   client.type('hello');
 *   expect(await client.ended()).toEqual(IN_PEACE);
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { expect } from 'vitest';
import { python } from './peers.ts';
import { compiledFrom, ROOT } from './places.ts';
import { PATIENCE } from './eventually.ts';

/** How a program ended, and what it complained about. */
export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

export interface StartOptions {
  env?: Record<string, string | undefined>;
  /** Lead a group of its own, so that a signal can go to all of it, as Ctrl-C does. */
  detached?: boolean;
  /** Where it is started; the checkout's root unless told otherwise. */
  cwd?: string;
}

export { PATIENCE, ROOT };

const COMMAND_LINE = 'src/cli/main.ts';

/** How a program ends that was asked to, or that has done its work. */
export const IN_PEACE: End = { code: 0, signal: null, stderr: '' };

/** How a program ends that cannot go on: with exactly one line, in which `help` stands. */
export function failure(code: 1 | 2, help: string | RegExp): End {
  const words =
    typeof help === 'string'
      ? help.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
      : help.source;
  const line = new RegExp(`^[^\\n]*${words}[^\\n]*\\n$`);
  return { code, signal: null, stderr: expect.stringMatching(line) as string };
}

export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  readonly #out: Buffer[] = [];
  readonly #err: Buffer[] = [];
  #end: End | undefined;
  #failure: Error | undefined;
  #watchers = new Set<() => void>();

  constructor(command: string, args: readonly string[], options: StartOptions = {}) {
    this.#name = [command, ...args].join(' ');
    this.#child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      // Whether this run's own output is in colour does not matter to the programs.
      env: { ...process.env, FORCE_COLOR: undefined, ...options.env },
      detached: options.detached ?? false,
    });
    this.#child.stdout.on('data', (bytes: Buffer) => this.#note(this.#out, bytes));
    this.#child.stderr.on('data', (bytes: Buffer) => this.#note(this.#err, bytes));
    // A program that has ended, or does not read, breaks the pipe: that is its right.
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => {
      this.#failure = error;
      this.#tell();
    });
    unfinished.add(this);
    this.#child.on('close', (code, signal) => {
      unfinished.delete(this);
      this.#end = { code, signal, stderr: this.stderr };
      this.#tell();
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw this.#complaint('did not start');
    return this.#child.pid;
  }

  /** Every byte of stdout so far. */
  get bytes(): Buffer {
    return Buffer.concat(this.#out);
  }

  get stdout(): string {
    return this.bytes.toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#err).toString();
  }

  /** Waits until stdout holds the text, or matches. */
  async printed(wanted: string | RegExp): Promise<this> {
    const is = (): boolean =>
      typeof wanted === 'string'
        ? this.stdout.includes(wanted)
        : wanted.test(this.stdout);
    await this.#until(is, `printed ${String(wanted)}`);
    return this;
  }

  /** Waits until stdout or stderr matches. */
  async toldEither(wanted: RegExp): Promise<this> {
    const is = (): boolean => wanted.test(this.stdout) || wanted.test(this.stderr);
    await this.#until(is, `told ${String(wanted)}`);
    return this;
  }

  /** Types a line at the keyboard. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Presses a key that needs no Enter: in a terminal Ctrl-C, Ctrl-Z. */
  press(key: string): void {
    this.#child.stdin.write(key);
  }

  /** Ctrl-D, or the end of a pipe, after `rest`. */
  endInput(rest = ''): void {
    this.#child.stdin.end(rest);
  }

  /** Closes our end of its stdout, as `head -1` does that has seen enough. */
  readNoMore(): void {
    this.#child.stdout.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits until it has ended and all that it wrote has been read. */
  async ended(patience = PATIENCE): Promise<End> {
    await this.#until(() => this.#end !== undefined, 'ended', patience);
    return this.#end!;
  }

  /** The end of it, whatever state it is in. */
  async kill(): Promise<void> {
    if (this.#child.pid === undefined) return;
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.signal('SIGKILL');
    }
    // A grandchild that it left behind could hold its pipes open.
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    await this.ended();
  }

  async #until(is: () => boolean, what: string, patience = PATIENCE): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = (): void => {
        if (is()) done(resolve);
        else if (this.#failure) done(() => reject(this.#failure!));
        else if (this.#end) done(() => reject(this.#complaint(`never ${what}`)));
      };
      const timer = setTimeout(() => {
        done(() => reject(this.#complaint(`has not ${what} within ${patience} ms`)));
      }, patience);
      this.#watchers.add(look);
      look();
    });
  }

  #complaint(why: string): Error {
    const { code, signal } = this.#end ?? {};
    const end = this.#end ? `, ended with ${signal ?? code}` : '';
    return new Error(
      `${this.#name} ${why}${end}\nstdout: ${this.stdout}\nstderr: ${this.stderr}`,
    );
  }

  #note(where: Buffer[], bytes: Buffer): void {
    where.push(bytes);
    this.#tell();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

const unfinished = new Set<Program>();
// A worker that is ended in the middle of a test runs no hooks.
process.on('exit', () => {
  for (const program of unfinished) program.signal('SIGKILL');
});

/** The programs of one test, or of several that share them. */
export class Programs {
  #started: Program[] = [];

  start(command: string, args: readonly string[], options?: StartOptions): Program {
    const program = new Program(command, args, options);
    this.#started.push(program);
    return program;
  }

  /** A program of the lessons: `01-udp-uppercase/server`. */
  lesson(program: string, ...args: string[]): Program {
    return this.compiled(`examples/${program}.ts`, args);
  }

  /** The command line. */
  cli(...args: string[]): Program {
    return this.compiled(COMMAND_LINE, args);
  }

  /** The same in a folder, where it finds and leaves its files. */
  cliIn(cwd: string, ...args: string[]): Program {
    return this.compiled(COMMAND_LINE, args, { cwd });
  }

  /** One of our programs as it is published: in JavaScript, which starts sooner. */
  compiled(file: string, args: readonly string[], options?: StartOptions): Program {
    return this.start(process.execPath, [compiledFrom(file), ...args], options);
  }

  /** One of our programs from its source, as in a checkout. */
  source(file: string, args: readonly string[], options?: StartOptions): Program {
    return this.start(process.execPath, ['--import', 'tsx', file, ...args], options);
  }

  /** A program in Python (`needPython` first), by its path from the checkout's root. */
  python(file: string, ...args: string[]): Program {
    return this.start(python ?? 'python3', [file, ...args], {
      env: { PYTHONUNBUFFERED: '1', PYTHONUTF8: '1' },
    });
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((program) => program.kill()));
  }
}
