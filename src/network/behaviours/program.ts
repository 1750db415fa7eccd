/**
 * One program of an experiment as a real child process: started, listened to, woken, killed.
 *
 *     experiment                         child.ts
 *     lab.program('server')     ────►    programs.server(lab, parent)
 *     await server.heard()      ◄────    await parent.say({ port })
 *     server.wake()             ────►    parent.deafUntilWoken()
 *     await server.kill()         ✕
 *
 * Its messages go over the IPC channel, which also ties it to us: when we are gone, even by
 * kill -9, the channel closes and it ends.
 *
 * Read next: child.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Mailbox } from '../../common/index.ts';

export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What it complained about. */
  stderr: string;
}

/** How a process is started that has no network but a loopback interface of its own. */
const ALONE = ['sh', '-c', 'ip link set lo up && exec "$0" "$@"'];

const MOST_MESSAGES = 1000;

export class Program {
  /** Resolves when it has ended and all it said has been heard. */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess;
  readonly #heard = new Mailbox<unknown>(MOST_MESSAGES);
  #stderr = '';

  /**
   * @param alone in a network namespace of its own, unshare(1); Linux only. Where the system
   *   forbids that, the program ends at once.
   */
  constructor(experiment: string, role: string, given: unknown, alone = false) {
    const [command, ...args] = [
      ...(alone ? ['unshare', ...asRoot(), '--net', ...ALONE] : []),
      process.execPath,
      ...childProgram(),
      experiment,
      role,
      JSON.stringify(given ?? null),
    ];
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      windowsHide: true,
    });
    this.#child.on('message', (message) => this.#heard.put(message));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    // A program that has ended breaks the pipe.
    this.#child.stdin!.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#stderr += error.message;
        if (this.#child.pid === undefined) resolve(this.#end(null, null));
      });
      this.#child.once('close', (code, signal) => resolve(this.#end(code, signal)));
    });
  }

  /** The next thing it says. @throws when it has ended without a word */
  async heard<T>(): Promise<T> {
    return (await this.#heard.take('heard')) as T;
  }

  /** Ends its deafness. */
  wake(): void {
    this.#child.stdin!.write('\n');
  }

  /** kill -9: it has no chance to say goodbye. Resolves when it is gone. */
  async kill(): Promise<ProgramEnd> {
    this.#child.kill('SIGKILL');
    return await this.ended;
  }

  async close(): Promise<void> {
    await this.kill();
  }

  #end(code: number | null, signal: NodeJS.Signals | null): ProgramEnd {
    const complaint = this.#stderr.trim();
    const how = `ended with ${signal ?? code ?? 'no process'}`;
    this.#heard.close(new Error(`a program of the experiment ${how}: ${complaint}`));
    return { code, signal, stderr: complaint };
  }
}

/** Without root's rights one may do that as the root of a user namespace of one's own. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
}

/** The sources want tsx; what was compiled from them does not. */
function childProgram(): string[] {
  const extension = extname(import.meta.url);
  const program = fileURLToPath(new URL(`./child${extension}`, import.meta.url));
  if (extension !== '.ts') return [program];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href, program];
}
