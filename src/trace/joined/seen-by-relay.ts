/**
 * The ends of a relay's conversations that nobody recorded, with what the relay saw of them, at the
 * times when it saw it. What came from one end was sent by that end; what went on to the other end
 * was received there. All clients of one machine count as one process. Pure.
 *
 *     client ──send──► relay ──receive──► server      came: the sender's event
 *                                                     went: the receiver's
 */
import { addressName } from './addresses.ts';
import type { Line, SocketEvent, TraceAddress } from './format.ts';
import type { TraceFile } from './read-trace.ts';
import type { Conversation, Ends, Passing } from './relay-conversations.ts';

interface Process {
  line: Line<'process'>;
  sockets: number;
  events: SocketEvent[];
}

/** One end of a conversation: a socket of a process. */
interface End {
  process: Process;
  socket: number;
  local: TraceAddress;
  peer: TraceAddress;
  /** Where its events also go. */
  own: SocketEvent[];
  /** Bytes that it has sent and been given. */
  sent: number;
  given: number;
  closed: boolean;
}

/** An event of an end, without what all of them have. */
type Draft = {
  [T in SocketEvent['type']]: Omit<Line<T>, keyof Place>;
}[SocketEvent['type']];
type Place = Pick<SocketEvent, 'process' | 'seq' | 't' | 'socket'>;

export class SeenByRelay {
  /** By number: whether the relay saw all that they did. */
  readonly processes = new Map<number, 'all' | 'some'>();
  readonly #first: number;
  readonly #wall: number;
  readonly #known = new Map<string, Process>();
  /** Of datagrams. */
  readonly #sockets = new Map<string, End>();

  /**
   * @param first the number of the first process
   * @param wall the time of day at t = 0, in ms
   */
  constructor(first: number, wall: number) {
    this.#first = first;
    this.#wall = wall;
  }

  /** Makes the events of the ends that nobody recorded, and adds them to them. */
  add(ends: Ends): void {
    if (isEncrypted(ends)) return;
    const { conversation, recorded } = ends;
    const { transport, begun } = conversation;
    const client = recorded.client ? undefined : this.#client(ends);
    let server: End | undefined;
    const ended = new Set<string>();
    const refused = refusedIn(conversation);
    for (const event of conversation.events) {
      const { type: stage, direction, t } = event;
      const what = 'what' in event ? event.what : event;
      const reached = what === 'begin' ? transport === 'tcp' : true;
      const gone = event.type === 'went' && !refused.has(event);
      const speaks =
        direction === 'there' ? gone : stage === 'came' && what !== 'refused';
      if (!recorded.server && reached && speaks)
        server ??= this.#server(ends, transport === 'udp' ? begun : t);
      const sender = direction === 'there' ? client : server;
      const receiver = direction === 'there' ? server : client;
      if (what === 'close') {
        // A datagram socket says no goodbye: the relay knows nothing but its silence.
        if (transport === 'udp' || ended.size < 2) continue;
        for (const end of [client, server]) this.#close(end, t);
      } else if (what === 'end' && stage === 'came') {
        ended.add(direction);
        if (sender) this.#event(sender, t, { type: 'shutdown', offset: sender.sent });
      } else if (what === 'end') {
        if (receiver) this.#event(receiver, t, { type: 'end', offset: receiver.given });
      } else if (what === 'reset') {
        if (stage === 'came') this.#close(sender, t, { reset: true });
        else this.#brokenOff(receiver, t);
      } else if (typeof what === 'object') {
        if (stage === 'came') this.#bytes(sender, what, 'sent');
        else if (gone) this.#bytes(receiver, what, 'given');
      }
    }
  }

  /** In the order of time; each process before its events. */
  lines(): TraceFile['lines'] {
    const lines: TraceFile['lines'] = [];
    for (const { line, events } of this.#known.values()) {
      events.sort((a, b) => a.t - b.t);
      for (const [seq, event] of events.entries()) event.seq = seq;
      lines.push(line);
      for (const event of events) lines.push(event);
    }
    return lines;
  }

  #client({ conversation, client: own }: Ends): End {
    const { client: local, target: peer, begun, transport } = conversation;
    const host = 'host' in local ? local.host : local.path;
    const process = this.#process(
      `client ${host}`,
      'client, seen by the relay',
      conversation,
    );
    const ends = { local, peer, own };
    if (transport === 'udp') return this.#datagrams(process, conversation, ends, begun);
    const end = this.#end(process, conversation, ends, begun);
    this.#event(end, begun, { type: 'connect', to: peer });
    this.#event(end, begun, { type: 'connected', local, remote: peer });
    return end;
  }

  #server({ conversation, server: own }: Ends, t: number): End {
    const { client: peer, target: local, transport } = conversation;
    const name = addressName(local);
    const process = this.#process(
      `server ${name}`,
      'server, seen by the relay',
      conversation,
      t,
    );
    const ends = { local, peer, own };
    if (transport === 'udp') return this.#datagrams(process, conversation, ends, t);
    const end = this.#end(process, conversation, ends, t);
    this.#event(end, t, { type: 'accept', local, remote: peer });
    return end;
  }

  /** One socket for each address, which was there before. */
  #datagrams(
    process: Process,
    conversation: Conversation,
    ends: Pick<End, 'local' | 'peer' | 'own'>,
    t: number,
  ): End {
    const name = `${process.line.process} ${addressName(ends.local)}`;
    const known = this.#sockets.get(name);
    if (known) return { ...known, ...ends };
    const end = this.#end(process, conversation, ends, t);
    this.#event(end, t, { type: 'bind', local: ends.local, implicit: true });
    this.#sockets.set(name, end);
    return end;
  }

  #process(
    key: string,
    name: string,
    { whole, begun }: Conversation,
    t = begun,
  ): Process {
    const known = this.#known.get(key);
    const number = known?.line.process ?? this.#first + this.#known.size;
    if (!whole || !known) this.processes.set(number, whole ? 'all' : 'some');
    if (known) return known;
    const wall = this.#wall + t / 1000;
    const line = { type: 'process' as const, process: number, t, wall, name };
    const made = {
      line: { ...line, pid: 0, node: '', platform: '' },
      sockets: 0,
      events: [],
    };
    this.#known.set(key, made);
    return made;
  }

  #end(
    process: Process,
    { transport }: Conversation,
    ends: Pick<End, 'local' | 'peer' | 'own'>,
    t: number,
  ): End {
    process.sockets += 1;
    const { sockets: socket } = process;
    const end = { process, socket, ...ends, sent: 0, given: 0, closed: false };
    const role = transport === 'udp' ? 'datagram' : 'connection';
    this.#event(end, t, { type: 'socket', transport, role });
    return end;
  }

  #bytes(end: End | undefined, event: Passing, way: 'sent' | 'given'): void {
    if (!end) return;
    const { peer, [way]: offset } = end;
    const { t, packet } = event;
    const payload = payloadOf(event);
    if (packet === undefined) {
      const type = way === 'sent' ? 'write' : 'read';
      this.#event(end, t, { type, ...payload, offset });
    } else if (way === 'sent')
      this.#event(end, t, { type: 'send', ...payload, to: peer });
    else this.#event(end, t, { type: 'receive', ...payload, from: peer });
    end[way] += event.bytes;
  }

  #brokenOff(end: End | undefined, t: number): void {
    if (!end) return;
    const message = 'the connection was broken off';
    this.#event(end, t, { type: 'error', code: 'ECONNRESET', message });
    this.#close(end, t);
  }

  #close(end: End | undefined, t: number, how: { reset?: true } = {}): void {
    if (!end || end.closed) return;
    this.#event(end, t, { type: 'close', ...how });
    end.closed = true;
  }

  #event({ process, socket, own, closed }: End, t: number, draft: Draft): void {
    if (closed) return;
    const place = { process: process.line.process, seq: 0, t, socket };
    const event: SocketEvent = { ...place, ...draft };
    process.events.push(event);
    own.push(event);
  }
}

function payloadOf({
  bytes,
  digest,
  text,
  hex,
}: Passing): Pick<Passing, 'bytes' | 'digest' | 'text' | 'hex'> {
  return {
    bytes,
    digest,
    ...(text !== undefined && { text }),
    ...(hex !== undefined && { hex }),
  };
}

/**
 * A program that speaks TLS was recorded above it, and the relay saw what lies beneath: other
 * bytes. Nothing is known then of what the other end's program read and wrote.
 */
function isEncrypted({ recorded, client, server }: Ends): boolean {
  if (recorded.client === recorded.server) return false;
  return (recorded.client ? client : server).some(({ type }) => type === 'tls');
}

/** The datagrams that went to the target when nobody was there: each time the latest. */
function refusedIn({
  transport,
  events,
}: Conversation): Set<Conversation['events'][number]> {
  const refused = new Set<Conversation['events'][number]>();
  if (transport === 'tcp') return refused;
  const gone: Conversation['events'] = [];
  for (const event of events) {
    if (event.type === 'went' && event.direction === 'there' && 'bytes' in event)
      gone.push(event);
    else if ('what' in event && event.what === 'refused') {
      const last = gone.pop();
      if (last) refused.add(last);
    }
  }
  return refused;
}
