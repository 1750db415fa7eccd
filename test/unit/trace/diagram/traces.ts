/**
 * Traces for the tests: the samples, some written by hand event by event, and random ones in
 * which everything happens that can happen to a socket.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import {
  type JoinedTrace,
  joinTrace,
  parseTrace,
} from '../../../../src/trace/joined/index.ts';
import { ROOT } from '../../../support/programs.ts';

export type Sample =
  'tcp-boundaries' | 'tcp-uppercase' | 'udp-fates' | 'udp-uppercase' | 'untraced-server';

export const SAMPLES: readonly Sample[] = [
  'tcp-boundaries',
  'tcp-uppercase',
  'udp-fates',
  'udp-uppercase',
  'untraced-server',
];

export function sampleFile(name: Sample): string {
  return join(ROOT, 'test/fixtures/trace', `${name}.jsonl`);
}

export function sampleText(name: Sample): string {
  return readFileSync(sampleFile(name), 'utf8');
}

export function sample(name: Sample): JoinedTrace {
  return joinTrace(parseTrace(sampleText(name)));
}

type Fields = Record<string, unknown>;

export const address = (port: number): Fields => ({ host: '127.0.0.1', port });

/** Writes a trace, line by line. Times are in µs. */
export class Writing {
  readonly #lines: Fields[] = [];
  readonly #seqs = new Map<number, number>();
  readonly #sockets = new Map<number, number>();

  constructor(command: string[] = ['node', 'test.js']) {
    const head = { version: 1, wall: 1_760_000_000_000, command, payload: 'text' };
    this.#lines.push({ type: 'trace', ...head });
  }

  /** @returns its number */
  process(t: number, name: string): number {
    const process = this.#seqs.size + 1;
    this.#seqs.set(process, 0);
    const wall = 1_760_000_000_000 + t / 1000;
    const about = { pid: 1000 + process, name, node: 'v20.20.2', platform: 'linux' };
    this.#lines.push({ type: 'process', process, t, wall, ...about });
    return process;
  }

  event(process: number, t: number, type: string, fields: Fields): void {
    const seq = this.#seqs.get(process)!;
    this.#seqs.set(process, seq + 1);
    this.#lines.push({ type, process, seq, t, ...fields });
  }

  /** @returns its number */
  socket(process: number, t: number, transport: string, role: string): number {
    const socket = (this.#sockets.get(process) ?? 0) + 1;
    this.#sockets.set(process, socket);
    this.event(process, t, 'socket', { socket, transport, role });
    return socket;
  }

  /** A UDP socket with an address. */
  bound(process: number, t: number, port: number): number {
    const socket = this.socket(process, t, 'udp', 'datagram');
    this.event(process, t, 'bind', { socket, local: address(port) });
    return socket;
  }

  source(file: string, line: number, text: string): void {
    this.#lines.push({ type: 'source', file, line, text });
  }

  text(): string {
    return this.#lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }

  joined(): JoinedTrace {
    return joinTrace(parseTrace(this.text()));
  }
}

/** What a send or a read says of its bytes. */
export function payload(text: string): Fields {
  const bytes = Buffer.from(text);
  let digest = 0;
  for (const byte of bytes) digest = (digest * 31 + byte) >>> 0;
  return {
    bytes: bytes.length,
    digest: digest.toString(16).padStart(8, '0'),
    text: bytes.subarray(0, 64).toString(),
  };
}

/** `count` echoes over UDP: four events each. */
export function longTrace(count: number): Writing {
  const writing = new Writing();
  const server = writing.process(0, 'server');
  const client = writing.process(1, 'client');
  const socket = writing.bound(server, 10, 12_000);
  writing.bound(client, 11, 40_000);
  for (let k = 0; k < count; k += 1) {
    const t = 100 + k * 80;
    const [ask, answer] = [payload(`message ${k}`), payload(`MESSAGE ${k}`)];
    writing.event(client, t, 'send', { socket, ...ask, to: address(12_000) });
    writing.event(server, t + 20, 'receive', { socket, ...ask, from: address(40_000) });
    writing.event(server, t + 40, 'send', { socket, ...answer, to: address(40_000) });
    writing.event(client, t + 60, 'receive', {
      socket,
      ...answer,
      from: address(12_000),
    });
  }
  writing.event(server, 200 + count * 80, 'exit', { code: 0 });
  writing.event(client, 200 + count * 80, 'exit', { code: 0 });
  return writing;
}

/** Mostly short, sometimes long, sometimes nothing at all: as sockets are. */
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 500 }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 10_000, max: 3_000_000 }) },
);
const text = fc.string({ unit: 'binary', maxLength: 40 });

const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'delivered',
      'lost',
      'nobody',
      'failed',
      'twice',
      'late',
      'cut',
    ),
    from: fc.nat(4),
    to: fc.nat(4),
    text,
    pause,
    way: pause,
  }),
  fc.record({
    kind: fc.constant('tcp' as const),
    from: fc.nat(4),
    to: fc.nat(4),
    writes: fc.array(text, { maxLength: 3 }),
    reads: fc.nat(3),
    end: fc.constantFrom('fin', 'reset', 'silence', 'refused'),
    pause,
    way: pause,
  }),
);

/** Some processes, some sockets, and a life for them. */
export const randomTrace: fc.Arbitrary<JoinedTrace> = fc
  .record({
    names: fc.array(fc.string({ unit: 'binary', maxLength: 12 }), {
      minLength: 1,
      maxLength: 3,
    }),
    steps: fc.array(step, { minLength: 1, maxLength: 14 }),
    exits: fc.boolean(),
  })
  .map(({ names, steps, exits }) => {
    const play = new Play(names);
    for (const one of steps) play.step(one);
    return play.end(exits);
  });

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Play {
  readonly #writing = new Writing();
  readonly #processes: number[];
  readonly #datagrams: { process: number; socket: number; port: number }[] = [];
  #t = 1000;
  #port = 30_000;
  /** Events that are to come later than the next ones: the order of time is kept. */
  #later: { t: number; write: () => void }[] = [];

  constructor(names: readonly string[]) {
    this.#processes = names.map((name) => this.#writing.process(this.#t, name));
    for (const process of [...this.#processes, ...this.#processes]) {
      const port = (this.#port += 1);
      const socket = this.#writing.bound(process, (this.#t += 20), port);
      this.#datagrams.push({ process, socket, port });
    }
  }

  step(step: Step): void {
    this.#t += step.pause;
    if (step.kind === 'tcp') this.#connection(step);
    else this.#datagram(step);
  }

  end(exits: boolean): JoinedTrace {
    this.#flush(Infinity);
    if (exits) {
      for (const process of this.#processes) {
        this.#at(5, () => this.#writing.event(process, this.#t, 'exit', { code: 0 }));
      }
      this.#flush(Infinity);
    }
    return this.#writing.joined();
  }

  #flush(until: number): void {
    this.#later.sort((a, b) => a.t - b.t);
    while (this.#later[0] && this.#later[0].t <= until) {
      const { t, write } = this.#later.shift()!;
      this.#t = Math.max(this.#t, t);
      write();
    }
  }

  #at(after: number, write: () => void): void {
    this.#later.push({ t: this.#t + after, write });
  }

  #datagram({ kind, from, to, text, way }: Exclude<Step, { kind: 'tcp' }>): void {
    this.#flush(this.#t);
    const sender = this.#datagrams[from % this.#datagrams.length]!;
    const receiver = this.#datagrams[to % this.#datagrams.length]!;
    const what = payload(text);
    const { process, socket } = sender;
    const port = kind === 'nobody' ? 9999 : receiver.port;
    const fate = kind === 'failed' ? { error: 'EMSGSIZE' } : {};
    const send = { socket, ...what, to: address(port), ...fate };
    this.#writing.event(process, this.#t, 'send', send);
    if (kind === 'lost' || kind === 'nobody' || kind === 'failed') return;
    const arrive = (after: number, got: Fields): void =>
      this.#at(after, () => {
        const fields = { socket: receiver.socket, ...got, from: address(sender.port) };
        this.#writing.event(receiver.process, this.#t, 'receive', fields);
      });
    const cut = kind === 'cut' ? payload(text.slice(0, 1)) : what;
    arrive(kind === 'late' ? way + 2000 : way, cut);
    if (kind === 'twice') arrive(way + 30, what);
  }

  #connection({ from, to, writes, reads, end, way }: Step & { kind: 'tcp' }): void {
    const w = this.#writing;
    const [client, server] = [from, to].map(
      (place) => this.#processes[place % this.#processes.length]!,
    ) as [number, number];
    const [listening, own] = [(this.#port += 1), (this.#port += 1)];
    this.#flush(this.#t);
    const welcoming = w.socket(server, this.#t, 'tcp', 'welcoming');
    w.event(server, this.#t, 'listen', { socket: welcoming, local: address(listening) });
    const socket = w.socket(client, this.#t, 'tcp', 'connection');
    w.event(client, this.#t, 'connect', { socket, to: address(listening) });
    if (end === 'refused') {
      const error = { socket, code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' };
      w.event(client, (this.#t += 50), 'error', error);
      w.event(client, this.#t, 'close', { socket });
      return;
    }
    const ends = { local: address(own), remote: address(listening) };
    w.event(client, (this.#t += 50), 'connected', { socket, ...ends });
    const accepted = w.socket(server, (this.#t += 20), 'tcp', 'connection');
    const turned = { local: address(listening), remote: address(own) };
    w.event(server, this.#t, 'accept', {
      socket: accepted,
      listener: welcoming,
      ...turned,
    });
    let offset = 0;
    for (const text of writes) {
      const what = payload(text);
      w.event(client, (this.#t += 10), 'write', { socket, ...what, offset });
      offset += what['bytes'] as number;
    }
    const whole = Buffer.from(writes.join(''));
    for (let read = 0; read < reads; read += 1) {
      const part = whole.subarray(
        Math.floor((whole.length * read) / reads),
        Math.floor((whole.length * (read + 1)) / reads),
      );
      if (part.length === 0) continue;
      const start = part.byteOffset - whole.byteOffset;
      const what = { ...payload(part.toString('latin1')), bytes: part.length };
      this.#t += way;
      w.event(server, this.#t, 'read', { socket: accepted, ...what, offset: start });
    }
    if (end === 'fin') {
      w.event(client, (this.#t += 10), 'shutdown', { socket, offset });
      w.event(server, (this.#t += 10), 'end', { socket: accepted, offset });
      w.event(server, this.#t, 'close', { socket: accepted });
    }
    if (end === 'reset') {
      w.event(client, (this.#t += 10), 'close', { socket, reset: true });
      const error = { socket: accepted, code: 'ECONNRESET', message: 'read ECONNRESET' };
      w.event(server, (this.#t += 10), 'error', error);
    }
  }
}
