/**
 * What a relay sees, as events of a trace (docs/trace-format.md): who speaks to whom through it,
 * and everything that came to it and went on.
 *
 *     client ──► entry   relay   from ──► target      `relay`, then `went begin`
 *            ──came──►       ──went──►                bytes, ends, resets
 *
 * Read next: ../trace/joined/through-relay.ts, which puts the two ends in the relay's place.
 */
import type { HostPort } from '../common/index.ts';
import type { Seen } from '../network/link/index.ts';
import { payloadOf, TRACE_VERSION } from '../trace/index.ts';

/**
 * Takes an event; whoever has it adds the process, the number and the time.
 *
 * @param at when it was, by `performance.now()`; now unless given
 */
export type Note = (type: string, fields: object, at?: number) => void;

interface Conversation {
  socket: number;
  /** How many bytes of each stream have come and gone. */
  offsets: Map<string, number>;
}

export class RelayTrace {
  readonly #note: Note;
  readonly #ends: { entry: HostPort; target: HostPort };
  readonly #conversations = new Map<string, Conversation>();
  #ever = 0;

  constructor(relay: { address: HostPort; target: HostPort }, note: Note) {
    this.#ends = { entry: plain(relay.address), target: plain(relay.target) };
    this.#note = note;
  }

  see(transport: 'udp' | 'tcp', seen: Seen): void {
    const { at, direction, stage, what, exit, packet, lost } = seen;
    const name = `${transport} ${seen.client} ${seen.line}`;
    const { socket, offsets } =
      this.#conversations.get(name) ?? this.#begin(name, transport, seen.client);
    if (what === 'begin' && stage === 'came') return;
    if (what === 'close') this.#conversations.delete(name);
    if (typeof what === 'string') {
      this.#note(stage, { socket, direction, what, ...(exit && { from: exit }) }, at);
      return;
    }
    const stream = `${stage} ${direction}`;
    const offset = offsets.get(stream) ?? 0;
    offsets.set(stream, offset + what.length);
    const place = transport === 'udp' ? { packet } : { offset };
    const fate = lost ? { lost } : {};
    this.#note(stage, { socket, direction, ...payloadOf(what), ...place, ...fate }, at);
  }

  #begin(name: string, transport: 'udp' | 'tcp', address: string): Conversation {
    this.#ever += 1;
    const begun = { socket: this.#ever, offsets: new Map<string, number>() };
    this.#conversations.set(name, begun);
    const [, host = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
    const client = { host, port: Number(port) };
    this.#note('relay', { socket: this.#ever, transport, client, ...this.#ends });
    return begun;
  }
}

/** A trace of this process alone. @param write takes each line, its end included */
export function traceLines(write: (line: string) => void): Note {
  const line = (fields: object): void => write(`${JSON.stringify(fields)}\n`);
  const { pid, platform, version: node } = process;
  const clock = Number(process.hrtime.bigint()) / 1000;
  const start = performance.now();
  const wall = Date.now();
  const command = ['socketlab', 'relay'];
  line({ type: 'trace', version: TRACE_VERSION, wall, clock, command, payload: 'text' });
  line({ type: 'process', process: 1, t: 0, wall, pid, name: 'relay', node, platform });
  let seq = 0;
  let t = 0;
  return (type, fields, at = performance.now()) => {
    // Microseconds, to a tenth. An event that is reported late happened earlier, but the lines stay
    // in order.
    t = Math.max(t, Math.round((at - start) * 10_000) / 10);
    line({ type, process: 1, seq, t, ...fields });
    seq += 1;
  };
}

function plain({ host, port }: HostPort): HostPort {
  return { host: host!, port };
}
