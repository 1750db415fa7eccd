/**
 * Runs one program of an experiment as a real child process: starts it, reads its messages,
 * wakes it and kills it.
 *
 *     experiment                         child.ts
 *     lab.program('server')     ────►    programs.server(lab, parent)
 *     await server.heard()      ◄────    await parent.say({ port })
 *     server.wake()             ────►    parent.sayAndGoDeaf(…)
 *     await server.kill()         ✕
 *
 * Its messages go over the IPC channel.
 *
 * Read next: child.ts.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Mailbox } from '../../common/index.ts';
import { Child, howItEnded, nodeCommand } from '../../common/process/index.ts';

export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What it wrote to stderr. */
  stderr: string;
}

/** Begins a network of its own, which has a loopback interface and what is prepared. */
const BEGIN = 'ip link set lo up';
const START = 'exec "$0" "$@"';

const MOST_MESSAGES = 1000;

export class Program {
  /** Resolves when it has ended and all its messages have arrived. */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: Child;
  readonly #heard = new Mailbox<unknown>(MOST_MESSAGES);

  /**
   * @param alone runs it in a network namespace of its own, unshare(1), after these shell
   *   commands; Linux only. If the system forbids that, the program ends at once.
   */
  constructor(
    experiment: string,
    role: string,
    given: unknown,
    alone?: readonly string[],
  ) {
    const file = fileURLToPath(
      new URL(`./child${extname(import.meta.url)}`, import.meta.url),
    );
    const [node, ...args] = nodeCommand(file, [
      experiment,
      role,
      JSON.stringify(given ?? null),
    ]);
    const script = [BEGIN, ...(alone ?? []), START].join(' && ');
    const command = alone
      ? (['unshare', ...asRoot(), '--net', 'sh', '-c', script, node, ...args] as const)
      : ([node, ...args] as const);
    this.#child = new Child(command, { stdio: ['pipe', 'ignore', 'pipe', 'ipc'] });
    this.#child.process.on('message', (message) => this.#heard.put(message));
    this.ended = this.#end();
  }

  /** Its next message. @throws when it has ended without one */
  async heard<T>(): Promise<T> {
    return (await this.#heard.take('heard')) as T;
  }

  /** Ends `sayAndGoDeaf` in the program. */
  wake(): void {
    this.#child.process.stdin!.write('\n');
  }

  /** kill -9: it cannot close its sockets first. Resolves when it has ended. */
  async kill(): Promise<ProgramEnd> {
    await this.#child.kill();
    return await this.ended;
  }

  async close(): Promise<void> {
    await this.kill();
  }

  async #end(): Promise<ProgramEnd> {
    const end = await this.#child.ended;
    const { code, signal, error } = end;
    const stderr = error?.message ?? this.#child.complaint.trim();
    const how = error ? 'could not be started' : `ended ${howItEnded(end)}`;
    this.#heard.close(new Error(`a program of the experiment ${how}: ${stderr}`));
    return { code, signal, stderr };
  }
}

/** Without root's rights, the program needs a user namespace in which it is root. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
}
