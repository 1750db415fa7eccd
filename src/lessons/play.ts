/**
 * Plays a scene: starts its roles in order as real processes, types for them, and ends them.
 *
 *   start role 1 ── wait for the first line of its See block ── start role 2 ── …
 *   type what the See blocks say, each line once its prompt is there
 *   wait until every role that ends by itself has ended
 *   stop the others as Ctrl-C would
 *
 * Nothing here sleeps: each step waits for output of the step before.
 */
import { type Deadline, deadline, explain } from '../common/index.ts';
import {
  Child,
  type ChildEnd,
  nodeCommand,
  runProgram,
} from '../common/process/index.ts';
import type { Role, Scene } from './catalogue.ts';
import { linePattern } from './header.ts';

/** What a role does, in the order in which it was seen. */
export type RoleEvent =
  { kind: 'printed' | 'complained' | 'typed'; text: string } | { kind: 'ended' };

export interface PlayOptions {
  /** The port of the run; a role may also use the next one, `{port+1}`. */
  port: number;
  /** The port for the first role of each scene, when a relay stands between it and the others. */
  serverPort?: number | undefined;
  /** Typed in place of the See blocks' sentences, in the order of a scene's prompts. */
  say?: readonly string[] | undefined;
  /** Variables to add to a role's environment, by the role's name. */
  env?: ((role: string) => Record<string, string>) | undefined;
  /** Ends the scene early; `playScene` returns when all processes have ended. */
  signal?: AbortSignal | undefined;
  /** Called with every event as it happens; `lane` counts the roles from 0. */
  onEvent?: ((lane: number, event: RoleEvent) => void) | undefined;
}

export interface RolePlayed {
  role: Role;
  /** What it wrote to stdout. */
  output: string;
  /** What went wrong; undefined when the role played to the end. */
  problem: string | undefined;
}

/** How long a role may take to become ready, and a whole scene to end, in ms. */
const READY_TIMEOUT = 60_000;
const SCENE_TIMEOUT = 120_000;
/** How long all roles may be silent once they have started, in ms: one may wait for a reply. */
const SILENCE = 20_000;
/** How much of one role's output is shown, in characters; the rest is read and dropped. */
const MOST_TOLD = 1_000_000;

export async function playScene(
  scene: Scene,
  options: PlayOptions,
): Promise<RolePlayed[]> {
  const played: Part[] = [];
  const say = [...(options.say ?? [])];
  const limit = deadline('the scene', SCENE_TIMEOUT, options.signal);
  const { signal } = limit;
  let quiet: Deadline | undefined;
  try {
    for (const [lane, role] of scene.roles.entries()) {
      const port = (lane === 0 ? options.serverPort : undefined) ?? options.port;
      const part = new Part(role, { ...options, port }, (event) => {
        quiet?.restart();
        options.onEvent?.(lane, event);
      });
      played.push(part);
      if (!(await part.isReady(signal))) break;
      void part.typeAlong(say, signal);
    }
    if (played.length === scene.roles.length) {
      quiet = deadline('the next line', SILENCE, signal);
      await lastWorker(played, quiet.signal);
    }
  } finally {
    const inVain = quiet?.signal.aborted === true && !signal.aborted;
    quiet?.clear();
    quiet = undefined;
    limit.clear();
    // Stopped in reverse order, so that a server outlives its clients.
    for (const part of played.toReversed()) await part.stop(inVain);
  }
  return played.map((part) => part.result());
}

/**
 * Runs one role in the foreground, with the keyboard and the screen, until it ends.
 * @returns its exit status; 128 + n when signal n ended it, as in a shell
 */
export function playInForeground(role: Role, port: number): Promise<number> {
  return runProgram(nodeCommand(role.file, roleArgs(role, port)));
}

/** The arguments of a role, with the ports of the run filled in. */
function roleArgs(role: Role, port: number): string[] {
  return role.args.map((arg) =>
    arg.replaceAll('{port}', String(port)).replaceAll('{port+1}', String(port + 1)),
  );
}

/** Resolves when every role that ends by itself has ended, or one has failed. */
async function lastWorker(parts: readonly Part[], signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const workers = parts.filter((part) => !part.role.header.serves);
  const allDone = Promise.all(workers.map((part) => part.ended));
  const failures = parts.map(async (part) => {
    await part.ended;
    if (part.result().problem === undefined) await allDone;
  });
  await Promise.race([allDone, aborted, ...failures]);
}

/** One role in one scene: its process, and what went wrong. */
class Part {
  readonly role: Role;
  readonly process: Child;
  readonly #tell: (event: RoleEvent) => void;
  #untold = MOST_TOLD;
  #ready = false;
  #asked = false;
  #waitedInVain = false;
  #problem: string | undefined;
  /** Resolves when it has ended and that has been told. */
  readonly ended: Promise<void>;

  constructor(role: Role, options: PlayOptions, onEvent: (event: RoleEvent) => void) {
    this.role = role;
    this.#tell = onEvent;
    const args = roleArgs(role, options.port);
    this.process = new Child(nodeCommand(role.file, args, true), {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...options.env?.(role.name) },
      onOutput: (text, kind) => this.#wrote(text, kind),
      onError: (error) => this.#wrote(`${explain(error)}\n`, 'complained'),
    });
    this.ended = this.process.ended.then((end) => {
      this.#problem = this.#judge(end);
      onEvent({ kind: 'ended' });
    });
  }

  async isReady(signal: AbortSignal): Promise<boolean> {
    const limit = deadline(`${this.role.name}'s first line`, READY_TIMEOUT, signal);
    const first = linePattern(this.role.header.see[0]!);
    this.#ready = (await this.process.printed(first, 0, limit.signal)) !== undefined;
    limit.clear();
    return this.#ready;
  }

  /** Types what is to be said, or what the See block says, each when its prompt is there. */
  async typeAlong(say: string[], signal: AbortSignal): Promise<void> {
    const prompts = this.role.header.see.filter((line) => line.typed !== undefined);
    let seen: number | undefined = 0;
    for (const line of prompts) {
      seen = await this.process.printed(linePattern(line), seen, signal);
      if (seen === undefined) return;
      const text = say.shift() ?? line.typed!;
      this.#tell({ kind: 'typed', text });
      this.process.process.stdin!.write(`${text}\n`);
    }
  }

  /** @param inVain true when it is stopped because the scene fell silent */
  async stop(inVain = false): Promise<void> {
    this.#asked = true;
    this.#waitedInVain = inVain;
    await this.process.end();
    await this.ended;
  }

  result(): RolePlayed {
    return { role: this.role, output: this.process.output, problem: this.#problem };
  }

  #wrote(text: string, kind: 'printed' | 'complained'): void {
    if (this.#untold <= 0) return;
    this.#tell({ kind, text: text.slice(0, this.#untold) });
    this.#untold -= text.length;
    if (this.#untold > 0) return;
    const most = MOST_TOLD.toLocaleString('en');
    const note = `\nThe output stops here: only the first ${most} characters are shown.\n`;
    this.#tell({ kind: 'complained', text: note });
  }

  #judge({ code, signal, error }: ChildEnd): string | undefined {
    const { serves } = this.role.header;
    if (error) return 'could not be started';
    if (!serves && this.#waitedInVain) {
      return `was still waiting after ${SILENCE / 1000} seconds without any output`;
    }
    if (signal) return `was ended by ${signal}`;
    if (code !== 0) return `ended with exit status ${code}`;
    if (!this.#ready) {
      return `never printed its first line: ${this.role.header.see[0]!.printed}`;
    }
    if (serves && !this.#asked) return 'ended while it was still needed';
    if (!serves && this.#asked) return 'was stopped before it had finished';
    return undefined;
  }
}
