/** The contenders of the ZeroMQ benchmark, and how a pair of their processes is timed. */
import {
  type ChildProcessWithoutNullStreams,
  spawn,
  spawnSync,
} from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { socketFolder } from '../../src/common/index.ts';
import type { Role } from './zmq-roles.ts';

export interface Contender {
  name: string;
  command: readonly string[];
  /** Whether it is a library in Python: those send slowly, and get less to do. */
  speed: 'fast' | 'slow';
}

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const node = [process.execPath, '--import', 'tsx', beside('zmq-peer.ts')];
/** Nothing that is measured takes longer, in milliseconds: it hangs. */
const LIMIT = 60_000;

export const folder = mkdtempSync(join(socketFolder(), 'bench-zmq-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export const OURS = 'ours';
export const NATIVE = 'zeromq';
export const C = 'C libzmq';
export const BARE = 'bare net';

/** All that this machine has; says which it has not. */
export function contenders(): Contender[] {
  const all: Contender[] = [
    { name: OURS, command: [...node, 'ours'], speed: 'fast' },
    { name: NATIVE, command: [...node, 'native'], speed: 'slow' },
  ];
  const python = '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import zmq']).status === 0) {
    all.push({ name: 'pyzmq', command: [python, beside('zmq_peer.py')], speed: 'slow' });
  } else {
    console.log('(skipping pyzmq: /usr/bin/python3 has no module zmq)');
  }
  const binary = join(folder, 'zmq_peer');
  const args = ['-O2', '-o', binary, beside('zmq_peer.c'), '-lzmq', '-lpthread'];
  if (spawnSync('cc', args).status === 0) {
    all.push({ name: C, command: [binary], speed: 'fast' });
  } else {
    console.log('(skipping C libzmq: no C compiler, or no libzmq3-dev)');
  }
  all.push({ name: BARE, command: [...node, 'bare'], speed: 'fast' });
  return all;
}

export interface Work {
  /** Who binds and who connects; one alone for inproc. */
  roles: readonly [Role] | readonly [binds: Role, connects: Role];
  address: string;
  size: number;
  count: number;
  peers: number;
}

export interface Result {
  /** Messages, or round trips, a second. */
  rate: number;
  /** Microseconds of processor time for each of them, of all processes and threads together. */
  cpu: number;
}

export async function timed({ command }: Contender, work: Work): Promise<Result> {
  const { size, count, peers } = work;
  const processes: Talker[] = [];
  const start = (role: Role, address: string): Talker => {
    const args = [...command, role, address, ...[size, count, peers].map(String)];
    const talker = new Talker(args);
    processes.push(talker);
    return talker;
  };
  const timer = setTimeout(() => processes.forEach((one) => one.kill()), LIMIT);
  try {
    const [first, second] = work.roles;
    const binding = start(first, work.address);
    if (second !== undefined) start(second, await binding.says('at '));
    const seconds = await Promise.any(processes.map((one) => one.says('seconds ')));
    const cpu = await Promise.all(processes.map((one) => one.says('cpu ')));
    await Promise.all(processes.map((one) => one.ended));
    const busy = cpu.reduce((sum, one) => sum + Number(one), 0);
    return { rate: count / Number(seconds), cpu: (busy / count) * 1e6 };
  } catch (error) {
    throw new Error(`${command.join(' ')}: ${processes.map((p) => p.errors).join('')}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    for (const one of processes) one.kill();
  }
}

/** A process, and the lines that it says. */
class Talker {
  readonly ended: Promise<void>;
  errors = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  #tell = (): void => {};
  #over = false;

  constructor([command, ...args]: string[]) {
    this.#child = spawn(command!, args);
    this.#child.stderr.on('data', (bytes) => (this.errors += String(bytes)));
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#lines.push(line);
      this.#tell();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', () => {
        this.#over = true;
        this.#tell();
        resolve();
      });
    });
  }

  /** What follows these words, in the first line that begins with them. */
  says(words: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const before = this.#tell;
      const look = (): void => {
        before();
        const line = this.#lines.find((one) => one.startsWith(words));
        if (line !== undefined) resolve(line.slice(words.length));
        else if (this.#over) reject(new Error(`it ended and never said "${words}"`));
      };
      this.#tell = look;
      look();
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
