/**
 * The first half of joining: assigns events to sockets and sockets to processes, and makes
 * stand-ins for peers that were not traced.
 */
import { addressName, plainHost } from './addresses.ts';
import type {
  Line,
  RelayEvent,
  SocketEvent,
  TraceAddress,
  TraceEvent,
} from './format.ts';
import type { JoinedProcess, JoinedSocket, Problem, Transport } from './joined.ts';
import type { TraceFile } from './read-trace.ts';
import { isOfRelay } from './relay-conversations.ts';
import { eventKey, type Packet } from './relayed-packets.ts';
import type { Relayed, RelayedConnection } from './through-relay.ts';

/** If the times of day differ by more than this, two processes do not share a clock; in µs. */
const CLOCKS_DISAGREE = 1_000_000;

export interface DatagramEvent {
  socket: JoinedSocket;
  event: Line<'send'> | Line<'receive'>;
}

export class JoinModel {
  readonly processes: JoinedProcess[] = [];
  readonly sockets: JoinedSocket[] = [];
  /** Those of them that listen. */
  readonly welcoming: JoinedSocket[] = [];
  /** Every datagram that was sent or received, in the order of time. */
  readonly datagrams: DatagramEvent[] = [];
  readonly sources = new Map<string, string>();
  readonly problems: Problem[];
  /** Processes of which events are missing. */
  readonly incomplete = new Set<number>();
  /** Sockets that went on where nobody was watching. */
  readonly handedOver = new Map<JoinedSocket, Line<'handover'>['to']>();
  /** What each welcoming socket dropped, by conversation and address; made when somebody asks. */
  readonly drops = new Map<JoinedSocket, Map<string, Line<'drop'>[]>>();
  readonly #relayed: Relayed;
  readonly #byNumber = new Map<number, JoinedProcess>();
  readonly #bySocket = new Map<string, JoinedSocket>();
  readonly #names = new Set<string>();
  readonly #outsiders = new Map<string, JoinedProcess>();

  constructor(relayed: Relayed) {
    const { head, lines, problems } = relayed.file;
    this.#relayed = relayed;
    this.problems = [...problems];
    const shifts = this.#readProcesses(lines, head.wall);
    const events: Exclude<TraceEvent, RelayEvent>[] = [];
    for (const line of lines) {
      if (line.type === 'source')
        this.sources.set(`${line.file}:${line.line}`, line.text);
      else if (line.type !== 'process' && !isOfRelay(line)) {
        const shift = shifts.get(line.process);
        events.push(shift === undefined ? line : { ...line, t: line.t + shift });
      }
    }
    this.#findGaps(events);
    events.sort((a, b) => a.t - b.t || a.process - b.process || a.seq - b.seq);
    for (const event of events) {
      if (event.type === 'exit') this.#noteExit(event);
      else this.#noteSocketEvent(event);
    }
    this.#findKilled();
  }

  socketOf(process: number, number: number): JoinedSocket | undefined {
    return this.#bySocket.get(`${process} ${number}`);
  }

  /** Of a datagram that went through a relay. */
  packetOf(event: Line<'send'> | Line<'receive'>): Packet | undefined {
    const { packets } = this.#relayed;
    return packets.size === 0 ? undefined : packets.get(eventKey(event));
  }

  /** Of a connection that went through a relay. */
  relayed(
    event: Line<'connected'> | Line<'accept'> | Line<'drop'> | Line<'close'>,
  ): RelayedConnection | undefined {
    const { connections } = this.#relayed;
    return connections.size === 0 ? undefined : connections.get(eventKey(event));
  }

  /** A stand-in process for the other end, one for each `key`. */
  outsider(key: string, name: string): JoinedProcess {
    const known = this.#outsiders.get(key);
    if (known) return known;
    const process = this.#addProcess({ name, traced: false });
    this.#outsiders.set(key, process);
    return process;
  }

  /** The peer at an address that traced programs called: most likely a server. */
  outsideServer(transport: Transport, address: TraceAddress): JoinedProcess {
    const name = addressName(address);
    return this.outsider(`${transport} ${name}`, name);
  }

  /** The peer that called from a host: its ports say nothing about its processes. */
  outsideClients(address: TraceAddress): JoinedProcess {
    const host = 'path' in address ? '' : plainHost(address.host);
    return this.outsider(`from ${host}`, host || 'somebody');
  }

  /** The end of a connection, or of a flow, of which there are no events. */
  standIn(
    process: JoinedProcess,
    socket: Omit<JoinedSocket, 'id' | 'process' | 'number' | 'traced' | 'events'>,
  ): JoinedSocket {
    return this.#addSocket(process, { number: 0, traced: false, ...socket });
  }

  #addProcess(process: Omit<JoinedProcess, 'id' | 'sockets'>): JoinedProcess {
    const name = process.traced ? this.#unique(process.name) : process.name;
    const added = { id: this.processes.length, ...process, name, sockets: [] };
    this.processes.push(added);
    return added;
  }

  /** The name as in the lanes: a second `server` is `server-2`, in the notes too. */
  #unique(name: string): string {
    let unique = name;
    for (let number = 2; this.#names.has(unique); number += 1) {
      unique = `${name}-${number}`;
    }
    this.#names.add(unique);
    return unique;
  }

  #addSocket(
    process: JoinedProcess,
    socket: Omit<JoinedSocket, 'id' | 'process' | 'events'>,
  ): JoinedSocket {
    const added = {
      id: this.sockets.length,
      process: process.id,
      ...socket,
      events: [],
    };
    this.sockets.push(added);
    if (added.role === 'welcoming') this.welcoming.push(added);
    process.sockets.push(added.id);
    return added;
  }

  /** @returns by how much to move the events of processes whose clock is another one */
  #readProcesses(lines: TraceFile['lines'], wall: number): Map<number, number> {
    const shifts = new Map<number, number>();
    const found = lines.filter(
      (line): line is Line<'process'> => line.type === 'process',
    );
    for (const line of found.sort((a, b) => a.t - b.t)) {
      if (this.#byNumber.has(line.process)) continue;
      const seenBy = this.#relayed.seen.get(line.process);
      const shift = (line.wall - wall) * 1000 - line.t;
      const process = this.#addProcess({
        name: line.name,
        traced: true,
        ...(seenBy ? { seenByRelay: true as const } : { pid: line.pid }),
        ...(line.program !== undefined && { program: line.program }),
        started: line.t,
      });
      this.#byNumber.set(line.process, process);
      if (seenBy === 'some') this.incomplete.add(process.id);
      if (Math.abs(shift) < CLOCKS_DISAGREE) continue;
      shifts.set(line.process, shift);
      process.started = line.t + shift;
      this.#tell('clock', process, {
        text:
          `${process.name} has a clock that is ${seconds(-shift)} off from the others, ` +
          'and was aligned by the time of day: times between it and them are rough',
      });
    }
    return shifts;
  }

  #processOf(number: number): JoinedProcess {
    const known = this.#byNumber.get(number);
    if (known) return known;
    const process = this.#addProcess({ name: `process ${number}`, traced: true });
    this.#byNumber.set(number, process);
    this.#tell('gap', process, { text: `the beginning of ${process.name} is missing` });
    return process;
  }

  #findGaps(events: readonly Pick<TraceEvent, 'process' | 'seq'>[]): void {
    const seen = new Map<number, { count: number; last: number }>();
    for (const { process, seq } of events) {
      const known = seen.get(process) ?? { count: 0, last: -1 };
      seen.set(process, { count: known.count + 1, last: Math.max(known.last, seq) });
    }
    for (const [number, { count, last }] of seen) {
      const missing = last + 1 - count;
      if (missing <= 0) continue;
      const process = this.#processOf(number);
      this.incomplete.add(process.id);
      this.#tell('gap', process, {
        text: `${missing} events of ${process.name} are missing`,
      });
    }
  }

  #findKilled(): void {
    for (const process of this.processes) {
      if (process.ended || process.seenByRelay) continue;
      this.#tell('killed', process, {
        text: `${process.name} was killed or kept running: its last events may be missing`,
      });
    }
  }

  #noteExit({ process: number, t, code }: Line<'exit'>): void {
    this.#processOf(number).ended = { t, code };
  }

  #noteSocketEvent(event: SocketEvent): void {
    const process = this.#processOf(event.process);
    const key = `${event.process} ${event.socket}`;
    let socket = this.#bySocket.get(key);
    if (!socket) {
      socket = this.#addSocket(process, {
        number: event.socket,
        traced: true,
        ...kindOf(event),
        opened: event.t,
      });
      this.#bySocket.set(key, socket);
    }
    socket.events.push(event);
    if (event.type === 'send' || event.type === 'receive') {
      if (socket.transport === 'udp') this.datagrams.push({ socket, event });
      return;
    }
    if (event.type === 'handover') this.handedOver.set(socket, event.to);
    if (event.type === 'close') socket.closed ??= event.t;
    noteAddresses(socket, event);
    if (event.type === 'accept' && event.listener !== undefined) {
      const listener = this.socketOf(event.process, event.listener);
      if (listener) socket.listener = listener.id;
    }
  }

  #tell(
    kind: Problem['kind'],
    process: JoinedProcess,
    { text }: Pick<Problem, 'text'>,
  ): void {
    this.problems.push({ kind, text, process: process.id });
  }
}

function noteAddresses(socket: JoinedSocket, event: SocketEvent): void {
  switch (event.type) {
    case 'bind':
    case 'listen':
      socket.local = event.local;
      break;
    case 'connect':
      socket.remote = event.to;
      if (socket.role === 'connection') socket.side = 'client';
      break;
    case 'connected':
    case 'accept':
      socket.local = event.local;
      socket.remote = event.remote;
      if (socket.role === 'connection') {
        socket.side = event.type === 'accept' ? 'server' : 'client';
      }
      break;
    case 'close':
      if (event.local) socket.local = event.local;
      if (event.remote) socket.remote = event.remote;
      break;
    default:
  }
}

/** From its `socket` event; from what happens to it when that one is missing. */
function kindOf(event: SocketEvent): Pick<JoinedSocket, 'transport' | 'role'> {
  switch (event.type) {
    case 'socket':
      return { transport: event.transport, role: event.role };
    case 'bind':
    case 'send':
    case 'receive':
      return { transport: 'udp', role: 'datagram' };
    case 'listen':
      return { transport: 'path' in event.local ? 'path' : 'tcp', role: 'welcoming' };
    default:
      return { transport: 'tcp', role: 'connection' };
  }
}

function seconds(microseconds: number): string {
  return `${(microseconds / 1e6).toFixed(1)} s`;
}
