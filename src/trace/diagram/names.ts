/**
 * Names for everything in a trace, to be shown and to be typed.
 *
 *   server        a process; a second one of that name is server-2
 *   server:2      its second socket
 *   server#12     its event with seq 12
 *
 * Pure.
 */
import { misuse } from '../../common/index.ts';
import { visible } from '../../common/text/index.ts';
import type { JoinedSocket, JoinedTrace } from '../joined/index.ts';

/** Longer ones are cut: a name stands above a lane. */
const LONGEST_NAME = 60;

export class Names {
  readonly #trace: JoinedTrace;
  readonly #processes: string[];

  constructor(trace: JoinedTrace) {
    this.#trace = trace;
    const taken = new Set<string>();
    this.#processes = trace.processes.map(({ name, traced }) => {
      const plain = visible(name).slice(0, LONGEST_NAME) || 'process';
      // An address: two of the same are a TCP and a UDP socket, and nobody has to type it.
      if (!traced) return plain;
      let unique = plain;
      for (let number = 2; taken.has(unique); number += 1) unique = `${plain}-${number}`;
      taken.add(unique);
      return unique;
    });
  }

  process(id: number): string {
    return this.#processes[id]!;
  }

  /** An end of which there are no events has no number, and is called as its process. */
  socket({ process, number }: JoinedSocket): string {
    return number === 0 ? this.process(process) : `${this.process(process)}:${number}`;
  }

  event(process: number, seq: number): string {
    return `${this.process(process)}#${seq}`;
  }

  /** @throws {MisuseError} ERR_BAD_ARGUMENT */
  findSocket(wanted: string): JoinedSocket {
    const found = this.#trace.sockets.find(
      (socket) => socket.traced && this.socket(socket) === wanted,
    );
    if (found) return found;
    const known = this.#trace.sockets
      .filter(({ traced }) => traced)
      .map((socket) => this.socket(socket));
    throw misuse(`no socket is called ${wanted}: there ${listOf(known)}`);
  }

  /** @returns its time; @throws {MisuseError} ERR_BAD_ARGUMENT */
  findEvent(wanted: string): number {
    const [, name = '', seq = ''] = /^(.*)#(\d+)$/s.exec(wanted) ?? [];
    const process = this.#trace.processes[this.#processes.indexOf(name)];
    if (!process) {
      const known = this.#trace.processes
        .filter(({ traced }) => traced)
        .map(({ id }) => `${this.process(id)}#0`);
      throw misuse(
        `no event is called ${wanted}: events are numbered in each process, and there ${listOf(known)}`,
      );
    }
    for (const id of process.sockets) {
      const event = this.#trace.sockets[id]!.events.find(
        (one) => one.seq === Number(seq),
      );
      if (event) return event.t;
    }
    throw misuse(`${name} has no event number ${seq} that belongs to a socket`);
  }
}

const MOST_NAMES = 8;

function listOf(names: readonly string[]): string {
  if (names.length === 0) return 'is none';
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length - MOST_NAMES;
  return `${names.length === 1 ? 'is' : 'are'} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
