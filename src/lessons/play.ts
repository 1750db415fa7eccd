/**
 * Plays a scene: its roles as real processes, started in their order, typed to, ended.
 *
 *   start role 1 ── wait for the first line of its See block ── start role 2 ── …
 *   type what the See blocks say, each when its prompt is there
 *   wait until every role that ends by itself has ended
 *   stop the others as Ctrl-C would
 *
 * Nothing here sleeps: each step waits for what the one before has shown.
 */
import { deadline } from '../common/index.ts';
import { type RoleEnd, type RoleEvent, RoleProcess } from '../common/process/index.ts';
import type { Role, Scene } from './catalogue.ts';
import { linePattern } from './header.ts';

export interface PlayOptions {
  /** For the first role that needs one; a second gets the next. */
  port: number;
  /** For the first role of each scene alone, where something stands between it and the others. */
  serverPort?: number | undefined;
  /** Typed in place of the See blocks' sentences, in the order of a scene's prompts. */
  say?: readonly string[] | undefined;
  /** What to add to the environment of a role, by its name. */
  env?: ((role: string) => Record<string, string>) | undefined;
  /** Ends the scene early; all its processes have ended when `playScene` returns. */
  signal?: AbortSignal | undefined;
  /** Called with every event as it happens; `lane` counts the roles from 0. */
  onEvent?: ((lane: number, event: RoleEvent) => void) | undefined;
}

export interface RolePlayed {
  role: Role;
  /** What it wrote to stdout. */
  output: string;
  /** Why its part was not played to the end; undefined when all went well. */
  problem: string | undefined;
}

/** How long a role may take to say that it is ready, and a whole scene to end, in ms. */
const READY_TIMEOUT = 30_000;
const SCENE_TIMEOUT = 120_000;

export async function playScene(
  scene: Scene,
  options: PlayOptions,
): Promise<RolePlayed[]> {
  const played: Part[] = [];
  const say = [...(options.say ?? [])];
  const limit = deadline('the scene', SCENE_TIMEOUT, options.signal);
  const { signal } = limit;
  try {
    for (const [lane, role] of scene.roles.entries()) {
      const port = (lane === 0 ? options.serverPort : undefined) ?? options.port;
      const part = new Part(role, { ...options, port }, (event) =>
        options.onEvent?.(lane, event),
      );
      played.push(part);
      if (!(await part.isReady(signal))) break;
      void part.typeAlong(say, signal);
    }
    if (played.length === scene.roles.length) await lastWorker(played, signal);
  } finally {
    limit.clear();
    // The last started is stopped first: a server outlives its clients.
    for (const part of played.toReversed()) await part.stop();
  }
  return played.map((part) => part.result());
}

/** The arguments of a role, with the run's ports in their places. */
export function roleArgs(role: Role, port: number): string[] {
  return role.args.map((arg) =>
    arg.replaceAll('{port}', String(port)).replaceAll('{port+1}', String(port + 1)),
  );
}

/** Resolves when all roles that end by themselves have ended, or one has failed. */
async function lastWorker(parts: readonly Part[], signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const workers = parts.filter((part) => !part.role.header.serves);
  const allDone = Promise.all(workers.map((part) => part.process.ended));
  const failures = parts.map(async (part) => {
    await part.process.ended;
    if (part.result().problem === undefined) await allDone;
  });
  await Promise.race([allDone, aborted, ...failures]);
}

/** One role in one scene: its process, and how it fared. */
class Part {
  readonly role: Role;
  readonly process: RoleProcess;
  #ready = false;
  #asked = false;
  #problem: string | undefined;

  constructor(role: Role, options: PlayOptions, onEvent: (event: RoleEvent) => void) {
    this.role = role;
    const args = roleArgs(role, options.port);
    const note = (event: RoleEvent): void => {
      if (event.kind === 'ended') this.#problem = this.#judge(event);
      onEvent(event);
    };
    const env = options.env?.(role.name);
    this.process = new RoleProcess(role.name, role.file, args, note, env);
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
      this.process.type(say.shift() ?? line.typed!);
    }
  }

  async stop(): Promise<void> {
    this.#asked = true;
    await this.process.stop();
  }

  result(): RolePlayed {
    return { role: this.role, output: this.process.output, problem: this.#problem };
  }

  #judge({ code, signal }: RoleEnd): string | undefined {
    if (signal) return `was ended by ${signal}`;
    if (code !== 0) return `ended with exit status ${code}`;
    if (!this.#ready) {
      return `never printed its first line: ${this.role.header.see[0]!.printed}`;
    }
    const { serves } = this.role.header;
    if (serves && !this.#asked) return 'ended while it was still needed';
    if (!serves && this.#asked) return 'was stopped before it had finished';
    return undefined;
  }
}
