/**
 * What a relay sees of the two ends, as a trace (docs/trace-format.md): two processes that were
 * never recorded, and what each did, with the times at which the relay saw it.
 *
 *     client ──send──► relay ──receive──► server      came: the sender's event, when it came
 *                                                     went: the receiver's, when it went on
 *
 * Each end speaks to the other, not to the relay: so both ends of a datagram or connection are
 * found by their addresses, as in any trace.
 */
import type { Direction, Seen } from '../network/link/index.ts';
import { payloadOf, TRACE_VERSION, type TraceAddress } from '../trace/index.ts';

interface Process {
  number: number;
  events: number;
  sockets: number;
}

/** One end of a conversation: a socket of a process. */
interface End {
  process: Process;
  socket: number;
  local: TraceAddress;
  remote: TraceAddress;
  /** Bytes that it has sent and been given. */
  sent: number;
  given: number;
  /** What it sends has ended. */
  ended: boolean;
  closed: boolean;
}

type Ends = Record<'client' | 'server', End | undefined>;

const SENDER = { there: 'client', back: 'server' } as const;
const RECEIVER = { there: 'server', back: 'client' } as const;

export class RelayTrace {
  readonly #write: (line: string) => void;
  readonly #transport: 'udp' | 'tcp';
  readonly #target: TraceAddress;
  readonly #zero = performance.now();
  readonly #processes = new Map<string, Process>();
  readonly #conversations = new Map<string, Ends>();
  #server: End | undefined;

  /** @param write takes each line, its end included */
  constructor(
    transport: 'udp' | 'tcp',
    target: { host: string; port: number },
    write: (line: string) => void,
  ) {
    this.#transport = transport;
    this.#target = { host: target.host, port: target.port };
    this.#write = write;
    const wall = Date.now();
    const clock = Number(process.hrtime.bigint()) / 1000;
    const command = ['socketlab', 'relay'];
    const version = TRACE_VERSION;
    this.#line({ type: 'trace', version, wall, clock, command, payload: 'text' });
  }

  see(seen: Seen): void {
    const { direction, stage, what, client, line, time } = seen;
    const name = `${client} ${line}`;
    const known = this.#conversations.get(name);
    const ends = known ?? { client: this.#client(client, time), server: undefined };
    if (!known) this.#conversations.set(name, ends);
    const datagrams = this.#transport === 'udp';
    if (datagrams || stage === 'went') ends.server ??= this.#accept(ends.client!, time);
    if (what === 'close') {
      this.#conversations.delete(name);
      this.#over(ends, time);
    } else if (what !== 'begin') {
      if (stage === 'came') this.#sent(ends, direction, what, time);
      else this.#given(ends, direction, what, time);
    }
  }

  #sent(
    ends: Ends,
    direction: Direction,
    what: Buffer | 'end' | 'reset',
    t: number,
  ): void {
    const end = ends[SENDER[direction]];
    if (!end || end.closed) return;
    if (what === 'reset') this.#close(end, t, { reset: true });
    else if (what === 'end') {
      end.ended = true;
      this.#event(end, t, 'shutdown', { offset: end.sent });
    } else if (this.#transport === 'udp') {
      this.#event(end, t, 'send', { ...payloadOf(what), to: end.remote });
    } else {
      this.#event(end, t, 'write', { ...payloadOf(what), offset: end.sent });
      end.sent += what.length;
    }
  }

  #given(
    ends: Ends,
    direction: Direction,
    what: Buffer | 'end' | 'reset',
    t: number,
  ): void {
    const end = ends[RECEIVER[direction]];
    if (!end || end.closed) return;
    if (what === 'reset') {
      const message = 'the connection was broken off';
      this.#event(end, t, 'error', { code: 'ECONNRESET', message });
      this.#close(end, t, {});
    } else if (what === 'end') this.#event(end, t, 'end', { offset: end.given });
    else if (this.#transport === 'udp') {
      this.#event(end, t, 'receive', { ...payloadOf(what), from: end.remote });
    } else {
      this.#event(end, t, 'read', { ...payloadOf(what), offset: end.given });
      end.given += what.length;
    }
  }

  /** A datagram's client has gone; a connection has ended, or the relay broke it off. */
  #over({ client, server }: Ends, t: number): void {
    if (this.#transport === 'udp') this.#close(client!, t, {});
    else if (client!.ended && server?.ended) {
      for (const end of [client!, server]) this.#close(end, t, {});
    }
  }

  #client(name: string, t: number): End {
    const [, host = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(name) ?? [];
    const local = { host, port: Number(port) };
    const process = this.#process(`client at ${host}`, 'client, seen by the relay', t);
    const end = this.#end(process, local, this.#target, t);
    if (this.#transport === 'udp') this.#event(end, t, 'bind', { local });
    else {
      this.#event(end, t, 'connect', { to: this.#target });
      this.#event(end, t, 'connected', { local, remote: this.#target });
    }
    return end;
  }

  /** The server has a socket for all datagrams, which is there, and one for each connection. */
  #accept(client: End, t: number): End {
    const local = this.#target;
    const remote = client.local;
    const process = this.#process('server', 'server, seen by the relay', t);
    if (this.#transport === 'udp') {
      if (!this.#server) {
        this.#server = this.#end(process, local, remote, t);
        this.#event(this.#server, t, 'bind', { local });
      }
      return { ...this.#server, remote };
    }
    const end = this.#end(process, local, remote, t);
    this.#event(end, t, 'accept', { local, remote });
    return end;
  }

  #process(key: string, name: string, time: number): Process {
    const known = this.#processes.get(key);
    if (known) return known;
    const number = this.#processes.size + 1;
    const added = { number, events: 0, sockets: 0 };
    this.#processes.set(key, added);
    const t = this.#micros(time);
    const { platform } = process;
    const seen = { pid: 0, name, node: '', platform, seenBy: 'relay' };
    this.#line({ type: 'process', process: number, t, wall: Date.now(), ...seen });
    return added;
  }

  #end(process: Process, local: TraceAddress, remote: TraceAddress, t: number): End {
    const role = this.#transport === 'udp' ? 'datagram' : 'connection';
    process.sockets += 1;
    const socket = process.sockets;
    const none = { sent: 0, given: 0, ended: false, closed: false };
    const end = { process, socket, local, remote, ...none };
    this.#event(end, t, 'socket', { transport: this.#transport, role });
    return end;
  }

  #close(end: End, t: number, how: { reset?: true }): void {
    if (end.closed) return;
    end.closed = true;
    this.#event(end, t, 'close', how);
  }

  #event({ process, socket }: End, time: number, type: string, fields: object): void {
    const seq = process.events;
    process.events += 1;
    const t = this.#micros(time);
    this.#line({ type, process: process.number, seq, t, socket, ...fields });
  }

  #micros(time: number): number {
    return Math.round((time - this.#zero) * 10_000) / 10;
  }

  #line(fields: object): void {
    this.#write(`${JSON.stringify(fields)}\n`);
  }
}
