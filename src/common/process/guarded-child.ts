/**
 * A process of a bot's: it dies with this one, whatever becomes of this one, and when it
 * dies by itself that is told, with all that it had to say.
 *
 * Read next: warden.ts.
 */
import {
  type ChildProcess,
  spawn,
  type SpawnOptions,
  type StdioOptions,
} from 'node:child_process';
import type { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killProgram } from './kill-group.ts';
import { findTsx } from './typescript.ts';

export interface ChildEvents {
  /** It could not be started, or not be reached. */
  failed(error: NodeJS.ErrnoException): void;
  /** `with exit status 3`, `by SIGKILL`; `complaint` is what it printed last to stderr. */
  ended(how: string, complaint: string): void;
  /** What it prints to stderr, as it comes. */
  printed?: ((text: string) => void) | undefined;
}

/** How much of stderr is kept, to say why a process ended, in characters. */
const KEPT_COMPLAINT = 8000;
/**
 * How long the last words of a process are waited for when it has ended, in milliseconds:
 * another that it has started may hold its pipes open.
 */
const LAST_WORDS = 300;

export class GuardedChild {
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #complaint = '';

  constructor(
    command: string,
    args: readonly string[],
    stdio: StdioOptions,
    events: ChildEvents,
  ) {
    // Structured clones, where there is a channel: undefined and NaN stay what they are.
    const options: SpawnOptions = { stdio, serialization: 'advanced' };
    const child = spawn(command, args, { ...options, ...OWN_GROUP });
    this.process = child;
    const { pid } = child;
    if (pid !== undefined) tellWarden(`+${pid}\n`);
    child.on('error', (error) => events.failed(error));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-KEPT_COMPLAINT);
      events.printed?.(text);
    });
    child.once('exit', (code, signal) => {
      killProgram(pid!); // what it has left behind
      tellWarden(`-${pid}\n`);
      const how = signal === null ? `with exit status ${code}` : `by ${signal}`;
      const tell = (): void => {
        clearTimeout(timer);
        child.off('close', tell);
        events.ended(how, this.#complaint);
      };
      const timer = setTimeout(tell, LAST_WORDS);
      child.once('close', tell);
    });
    this.#ended = new Promise((resolve) => {
      child.once('exit', resolve);
      child.once('error', resolve);
    });
  }

  /** Ends its input; kills it, and all that it has started, after `grace` milliseconds. */
  async end(grace: number): Promise<void> {
    const { pid, stdin } = this.process;
    if (pid === undefined) return;
    stdin?.end();
    const kill = setTimeout(killProgram, grace, pid);
    await this.#ended;
    clearTimeout(kill);
  }
}

/** See kill-group.ts. */
const OWN_GROUP = { detached: process.platform !== 'win32', windowsHide: true };

/** Started with the first process; it ends by itself, after us. */
let warden: ChildProcess | undefined;

function tellWarden(line: string): void {
  warden ??= startWarden();
  warden.stdin!.write(line);
}

function startWarden(): ChildProcess {
  const self = import.meta.url;
  const program = fileURLToPath(new URL(`./warden${extname(self)}`, self));
  const tsx = extname(self) === '.ts' ? findTsx([self]) : undefined;
  const preload = tsx === undefined ? [] : ['--import', tsx];
  const child = spawn(process.execPath, [...preload, program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  // Without it the processes are not guarded, and play all the same.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  // It waits for our end, so we must not wait for its.
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
