/**
 * The servers and the crowds of bidders that auction.ts measures: processes that report in
 * lines of JSON on stdout, and answer each line on stdin with one line.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** From a server, when its game is over. Times are in seconds. */
interface GameOver {
  rounds: number;
  seconds: number;
  cpu: number;
  /** Bytes of memory by which it has grown, at most; only ours says so. */
  grown?: number;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

class Program {
  readonly #name: string;
  readonly #child: Child;
  readonly #lines: AsyncIterator<string>;
  #complaints = '';

  constructor(command: string, args: readonly (string | number)[]) {
    this.#name = [command, ...args].join(' ');
    this.#child = spawn(command, args.map(String), {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin.on('error', () => {}); // It has ended: `hear` says so.
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    const lines = createInterface({ input: this.#child.stdout });
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** The next line that it says. */
  async hear<T>(): Promise<T> {
    const { done, value } = await this.#lines.next();
    if (done !== true) return JSON.parse(value) as T;
    throw new Error(`${this.#name} ended too early. ${this.#complaints}`);
  }

  async ask<T>(): Promise<T> {
    this.#child.stdin.write('now\n');
    return await this.hear<T>();
  }

  /** Asks it to end, by ending its input. */
  end(): void {
    this.#child.stdin.end();
  }

  async ended(): Promise<void> {
    this.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await once(this.#child, 'exit');
    }
  }
}

const TYPESCRIPT = ['--import', 'tsx'];

/** `bare`: on Node's sockets alone. */
export type Kind = 'ours' | 'bare' | 'python';

/** `text`: the lecture's words over bare TCP. */
export const DOORS = ['framed', 'text', 'zeromq', 'udp'] as const;
export type Door = (typeof DOORS)[number];

export interface Game {
  bidders: number;
  rounds: number;
  /** Rounds that are played and not measured. */
  warmUp: number;
}

function startServer(kind: Kind, game: Game, journal?: string): Program {
  const args = [game.bidders, game.rounds, game.warmUp];
  if (kind === 'python')
    return new Program('python3', ['auction-lecture-server.py', ...args]);
  const program = kind === 'ours' ? 'auction-server.ts' : 'auction-bare-server.ts';
  const file = journal === undefined ? [] : [journal];
  return new Program('node', [...TYPESCRIPT, program, ...args, ...file]);
}

function startLecture(mode: 'play' | 'poll', port: number, game: Game): Program {
  const args = [mode, port, game.bidders, game.rounds, game.warmUp];
  return new Program('python3', ['auction-lecture-bidders.py', ...args]);
}

/** Light ones, in one process. */
function startAtDoor(door: Door, port: number, game: Game): Program {
  if (door === 'framed') return startFramed(port, game);
  const args = [port, game.bidders, game.rounds, game.warmUp, door];
  return new Program('node', [...TYPESCRIPT, 'auction-door-crowd.ts', ...args]);
}

function startFramed(port: number, { bidders, warmUp }: Game): Program {
  const args = ['auction-crowd.ts', port, bidders, warmUp];
  return new Program('node', [...TYPESCRIPT, ...args]);
}

export interface Played {
  /** Rounds a second. */
  rate: number;
  /** Microseconds of the server's CPU time for each bid. */
  perBid: number;
  /** Of one processor, how much the server used, and all its bidders together. */
  serverLoad: number;
  biddersLoad: number;
  /** Milliseconds from the first connection, or the first fork, until all have joined. */
  joining: number;
  /** Bytes of memory by which the server has grown; 0 where it does not say. */
  memory: number;
  /** Bidders who heard nothing more before the end. */
  silent: number;
  /** Datagrams that were sent again, for each bid. */
  repeated: number;
}

/** A game that cannot be played at a door: how many could not join, and what they were told. */
export interface TurnedAway {
  turnedAway: number;
  why: string;
}

/** One whole game of one of the servers, with light bidders at a door or the lecture's. */
export async function play(
  kind: Kind,
  bidders: Door | 'lecture',
  game: Game,
  journal?: string,
): Promise<Played> {
  const played = await tryToPlay(kind, bidders, game, journal);
  if ('why' in played) throw new Error(`${played.turnedAway} were told ${played.why}`);
  return played;
}

/** The same, where bidders may be turned away. */
export async function tryToPlay(
  kind: Kind,
  bidders: Door | 'lecture',
  game: Game,
  journal?: string,
): Promise<Played | TurnedAway> {
  const server = startServer(kind, game, journal);
  const programs = [server];
  try {
    const { port } = await server.hear<{ port: number }>();
    const crowd =
      bidders === 'lecture'
        ? startLecture('play', port, game)
        : startAtDoor(bidders, port, game);
    programs.push(crowd);
    const joined = await crowd.hear<{ joining: number } | TurnedAway>();
    if ('why' in joined) return joined;
    const [over, theirs] = await Promise.all([
      server.hear<GameOver>(),
      crowd.hear<{ rounds: number; cpu: number; silent?: number; repeated?: number }>(),
    ]);
    if (theirs.rounds !== game.rounds) {
      throw new Error(`the bidders heard of ${theirs.rounds} of ${game.rounds} rounds`);
    }
    const { rounds, seconds, cpu, grown = 0 } = over;
    const { silent = 0, repeated = 0 } = theirs;
    return {
      rate: rounds / seconds,
      perBid: (cpu * 1e6) / (rounds * game.bidders),
      serverLoad: cpu / seconds,
      biddersLoad: theirs.cpu / seconds,
      joining: joined.joining,
      memory: grown,
      silent,
      repeated: repeated / (game.rounds * game.bidders),
    };
  } finally {
    await Promise.all(programs.map((program) => program.ended()));
  }
}

export interface Polled {
  /** Polls that are answered, a second. */
  polls: number;
  /** Of one processor, how much the server used, and all bidders together. */
  serverLoad: number;
  biddersLoad: number;
}

/** The lecture's bidders have joined and wait for one more, for `length` milliseconds. */
export async function poll(kind: Kind, bidders: number, length: number): Promise<Polled> {
  const game = { bidders: bidders + 1, rounds: 200, warmUp: 0 };
  const server = startServer(kind, game);
  const programs = [server];
  try {
    const { port } = await server.hear<{ port: number }>();
    const crowd = startLecture('poll', port, { ...game, bidders });
    programs.push(crowd);
    await crowd.hear();
    const look = async (): Promise<{
      ours: Usage;
      theirs: Usage & { polls: number };
    }> => ({
      ours: await server.ask(),
      theirs: await crowd.ask(),
    });
    await pause(length / 4); // for those who have joined last
    const before = await look();
    await pause(length);
    const after = await look();
    const seconds = after.theirs.at - before.theirs.at;
    return {
      polls: (after.theirs.polls - before.theirs.polls) / seconds,
      serverLoad: load(before.ours, after.ours),
      biddersLoad: load(before.theirs, after.theirs),
    };
  } finally {
    await Promise.all(programs.map((program) => program.ended()));
  }
}

/** In seconds. */
interface Usage {
  at: number;
  cpu: number;
}

function load(before: Usage, after: Usage): number {
  return (after.cpu - before.cpu) / (after.at - before.at);
}
