/**
 * Which part of a trace one picture shows. A long trace has more events than anybody can look at,
 * so a picture has a limit; what lies beyond it is counted, and nothing is left out silently.
 *
 *   all        the first events, up to the limit
 *   from, to   those in between, up to the limit
 *   around     as many before as after
 *   sockets    those alone, and of their peers what they have to do with them
 *
 * Pure. Read next: tell.ts.
 */
import { misuse, partitionPoint } from '../../common/index.ts';
import type { JoinedSocket, JoinedTrace, SocketEvent } from '../joined/index.ts';
import type { Names } from './names.ts';
import { asTyped } from './words.ts';

export interface ViewOptions {
  /** Times in µs. */
  from?: number | undefined;
  to?: number | undefined;
  /** An event's name, or a time in µs. */
  around?: string | number | undefined;
  /** Names, as `server:2`. */
  sockets?: readonly string[] | undefined;
  /** How many events one picture shows at most. */
  limit: number;
  /** How to see what is left out, for those who cannot give these options. */
  advice?: readonly string[] | undefined;
}

/** What is to be told. */
export interface Selection {
  from: number;
  to: number;
  /** The sockets asked for, and their peers; undefined for all. */
  sockets: ReadonlySet<number> | undefined;
  /** Whether an event of one of these sockets is meant. */
  shows: (socket: JoinedSocket, event: SocketEvent) => boolean;
  events: number;
  before: number;
  after: number;
  total: number;
  notChosen: number;
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT when there is no such socket, event or time */
export function select(
  trace: JoinedTrace,
  names: Names,
  options: ViewOptions,
): Selection {
  const choice = chooseSockets(trace, names, options.sockets);
  const times = timesOf(trace, choice);
  const total = choice.sockets ? timesOf(trace, EVERYTHING).length : times.length;
  const [first, end] = cut(trace, names, times, options);
  const outer = { from: trace.start, to: trace.stop };
  return {
    ...choice,
    // The whole picture begins with the first process, which may be before its first socket.
    from: options.from ?? (first === 0 ? outer.from : times[first]!),
    to: end === times.length ? (options.to ?? outer.to) : times[end - 1]!,
    events: end - first,
    before: first,
    after: times.length - end,
    total,
  };
}

/** Which of the times: from the first place to the one before the second. */
function cut(
  trace: JoinedTrace,
  names: Names,
  times: Float64Array,
  { from = -Infinity, to = Infinity, around, limit }: ViewOptions,
): [first: number, end: number] {
  if (around !== undefined) {
    const t = typeof around === 'number' ? around : names.findEvent(around);
    checkInside(trace, t, t);
    const middle = countBefore(times, t);
    const first = Math.max(0, Math.min(middle - (limit >> 1), times.length - limit));
    return [first, withEquals(times, Math.min(times.length, first + limit))];
  }
  if (from > to) throw misuse('--from is later than --to: nothing lies between them');
  checkInside(trace, from, to);
  const first = countBefore(times, from);
  const end = partitionPoint(times.length, (place) => times[place]! <= to);
  return [first, withEquals(times, Math.min(end, first + limit))];
}

function checkInside({ start, stop }: JoinedTrace, from: number, to: number): void {
  if (from <= stop && to >= start) return;
  throw misuse(
    `nothing happened at that time: the trace goes from ${asTyped(start)} to ${asTyped(stop)}`,
  );
}

/** Events of the same moment are kept together. */
function withEquals(times: Float64Array, end: number): number {
  let whole = end;
  while (whole > 0 && whole < times.length && times[whole] === times[whole - 1])
    whole += 1;
  return whole;
}

/** How many are before `t`. */
function countBefore(times: Float64Array, t: number): number {
  return partitionPoint(times.length, (place) => times[place]! < t);
}

type Choice = Pick<Selection, 'sockets' | 'shows' | 'notChosen'>;

const EVERYTHING: Choice = { sockets: undefined, shows: () => true, notChosen: 0 };

function timesOf(trace: JoinedTrace, { sockets, shows }: Choice): Float64Array {
  const times: number[] = [];
  const processes = new Set<number>();
  for (const socket of trace.sockets) {
    if (sockets && !sockets.has(socket.id)) continue;
    processes.add(socket.process);
    for (const event of socket.events) if (shows(socket, event)) times.push(event.t);
  }
  for (const { id, ended } of trace.processes) {
    if (ended && processes.has(id)) times.push(ended.t);
  }
  return Float64Array.from(times).sort();
}

function chooseSockets(
  trace: JoinedTrace,
  names: Names,
  wanted: readonly string[] | undefined,
): Choice {
  if (wanted === undefined || wanted.length === 0) return EVERYTHING;
  const chosen = new Set(wanted.map((name) => names.findSocket(name).id));
  for (const { id, listener } of trace.sockets) {
    // With a welcoming socket come the connections that it gave out.
    if (listener !== undefined && chosen.has(listener)) chosen.add(id);
  }
  const sockets = new Set(chosen);
  for (const { client, server } of trace.connections) {
    if (chosen.has(client)) sockets.add(server);
    if (chosen.has(server)) sockets.add(client);
  }
  const common = new Set<SocketEvent>();
  for (const { from, to, datagrams } of trace.flows) {
    if (!chosen.has(from) && !chosen.has(to)) continue;
    sockets.add(from).add(to);
    for (const { send, arrivals } of datagrams) {
      if (send) common.add(send);
      for (const { receive } of arrivals) common.add(receive);
    }
  }
  const shows = ({ id }: JoinedSocket, event: SocketEvent): boolean =>
    chosen.has(id) ||
    (event.type !== 'send' && event.type !== 'receive') ||
    common.has(event);
  return { sockets, shows, notChosen: trace.sockets.length - sockets.size };
}
