/**
 * Decides which socket gets which column. Pure.
 *
 * Every socket has a column of its own, as long as there is room for all. Otherwise sockets of
 * one process share: whoever comes after another has gone takes over its column.
 *
 *   server                         server
 *     1    2    3    4               1    2
 *     │    ╷    ┊    ┊               │    ╷
 *     │    │    ┊    ┊               │    │
 *     │    ╵    ╷    ┊               │    ╵
 *     │    ┊    │    ┊               │    ╷ 3
 *     │    ┊    ╵    ╷               │    ╵
 *
 * If that does not help either, those that come last are left out: both ends of a connection,
 * and never one alone.
 */
import type { JoinedTrace } from '../joined/index.ts';
import type { Arrow } from './story.ts';

export interface Places {
  /** By socket, in the order of the columns. */
  columns: Map<number, number>;
  /** Sockets without room, in the order in which they would have come. */
  noRoom: number[];
}

export interface LaneRoom {
  comfortable: number;
  most: number;
}

interface Stay {
  socket: number;
  process: number;
  from: number;
  to: number;
}

/**
 * @param active the sockets that have something to do in the picture
 * @param room for how many columns: up to `comfortable` nobody has to share; never more than
 *   `most`, which is at least 2
 */
export function chooseLanes(
  trace: JoinedTrace,
  active: ReadonlySet<number>,
  arrows: readonly Arrow[],
  { comfortable, most }: LaneRoom,
): Places {
  const share = active.size > comfortable;
  const table = new ColumnPlan(share, most);
  const noRoom = new Set<number>();
  for (const unit of unitsOf(active, arrows)) {
    const added = unit.filter((socket) => !table.has(socket) && !noRoom.has(socket));
    if (!table.add(added.map((socket) => stayOf(trace, socket)))) {
      for (const socket of added) noRoom.add(socket);
    }
  }
  return { columns: table.columns(), noRoom: [...noRoom] };
}

/** Both ends of each arrow, in the order of time, and then the sockets without arrows. */
function unitsOf(active: ReadonlySet<number>, arrows: readonly Arrow[]): number[][] {
  const timed = arrows
    .map((arrow) => ({
      t: Math.min(arrow.from.mark?.t ?? Infinity, arrow.to.mark?.t ?? Infinity),
      sockets: socketsOf(arrow),
    }))
    .sort((a, b) => a.t - b.t);
  const units = new Map<string, number[]>();
  for (const { sockets } of timed) {
    const key = sockets.toSorted((a, b) => a - b).join(' ');
    if (!units.has(key)) units.set(key, sockets);
  }
  return [...units.values(), ...[...active].map((socket) => [socket])];
}

/**
 * The lanes that an arrow needs: those of its ends, and that of the event at its end. A
 * handshake ends at the welcoming socket, when another socket comes into being.
 */
export function socketsOf({ from, to }: Arrow): number[] {
  const needed = [from.lane, to.lane, from.mark?.lane, to.mark?.lane];
  return [...new Set(needed.filter((lane) => lane !== undefined))];
}

function stayOf(trace: JoinedTrace, socket: number): Stay {
  const { process, opened, closed } = trace.sockets[socket]!;
  const end = closed ?? trace.processes[process]!.ended?.t;
  return { socket, process, from: opened ?? -Infinity, to: end ?? Infinity };
}

interface Column {
  process: number;
  stays: Stay[];
}

class ColumnPlan {
  readonly #share: boolean;
  readonly #most: number;
  #columns: Column[] = [];
  readonly #placed = new Set<number>();

  constructor(share: boolean, most: number) {
    this.#share = share;
    this.#most = most;
  }

  has(socket: number): boolean {
    return this.#placed.has(socket);
  }

  /** All of them, or none. */
  add(stays: readonly Stay[]): boolean {
    const before = this.#columns.map((column) => ({
      ...column,
      stays: [...column.stays],
    }));
    for (const stay of stays) {
      if (this.#place(stay)) continue;
      this.#columns = before;
      return false;
    }
    for (const { socket } of stays) this.#placed.add(socket);
    return true;
  }

  #place(stay: Stay): boolean {
    const free = this.#columns.find(
      ({ process, stays }) =>
        this.#share &&
        process === stay.process &&
        stays.every(({ from, to }) => to < stay.from || from > stay.to),
    );
    if (free) {
      free.stays.push(stay);
      return true;
    }
    if (this.#columns.length >= this.#most) return false;
    this.#columns.push({ process: stay.process, stays: [stay] });
    return true;
  }

  /** Numbered: processes in their order, and in each whoever comes first. */
  columns(): Map<number, number> {
    const sorted = this.#columns.toSorted(
      (a, b) => a.process - b.process || first(a) - first(b),
    );
    return new Map(
      sorted.flatMap(({ stays }, column) => stays.map(({ socket }) => [socket, column])),
    );
  }
}

function first({ stays }: Column): number {
  return stays.reduce((least, { socket }) => Math.min(least, socket), Infinity);
}
