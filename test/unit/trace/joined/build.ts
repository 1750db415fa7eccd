/** Writes traces for tests: says what happened, and fills in the rest. */
import {
  joinTrace,
  type JoinedTrace,
  parseTrace,
  type TraceFile,
} from '../../../../src/trace/index.ts';
import { digest } from '../../../../src/trace/recorder/digest.cjs';

type Fields = Record<string, unknown>;

export const at = (port: number, host = '127.0.0.1'): Fields => ({ host, port });

/** The fields that a payload has. */
export function payload(bytes: Uint8Array | string): Fields {
  const buffer = Buffer.from(bytes as string);
  return { bytes: buffer.length, digest: digest(buffer), text: buffer.toString() };
}

export class Story {
  readonly #lines: Fields[] = [];
  readonly #seq = new Map<number, number>();
  #t = 0;

  /** A process begins; returns how to tell what happens in it. */
  process(process: number, name = `p${process}`, fields: Fields = {}): Teller {
    this.#lines.push({
      type: 'process',
      process,
      t: this.#t,
      wall: 1000 + this.#t / 1000,
      pid: 100 + process,
      name,
      node: 'v20',
      platform: 'linux',
      ...fields,
    });
    return (type, socket, fields = {}, t = this.#t + 100) => {
      this.#t = Math.max(this.#t, t);
      const seq = this.#seq.get(process) ?? 0;
      this.#seq.set(process, seq + 1);
      const place = type === 'exit' ? {} : { socket };
      this.#lines.push({ type, process, seq, t, ...place, ...fields });
    };
  }

  /** All processes end in order: what did not come by then never came. */
  ended(): this {
    for (const [process, seq] of this.#seq) {
      this.#lines.push({ type: 'exit', process, seq, t: (this.#t += 100), code: 0 });
    }
    this.#seq.clear();
    return this;
  }

  get text(): string {
    const head = { type: 'trace', version: 1, wall: 1000, payload: 'text' };
    return [head, ...this.#lines].map((line) => JSON.stringify(line)).join('\n');
  }

  file(): TraceFile {
    return parseTrace(this.text);
  }

  join(): JoinedTrace {
    return joinTrace(this.file());
  }
}

/** `t` is later than all before unless it is given. */
export type Teller = (type: string, socket: number, fields?: Fields, t?: number) => void;

/** A connection: socket 1 of the client calls, socket 2 of the server is accepted. */
export function connect(
  client: Teller,
  server: Teller,
  [from, to]: [number, number],
  [mine, theirs]: [number, number] = [1, 2],
): void {
  const kind = { transport: 'tcp', role: 'connection' };
  client('socket', mine, kind);
  client('connect', mine, { to: at(to) });
  server('socket', theirs, kind);
  server('accept', theirs, { local: at(to), remote: at(from) });
  client('connected', mine, { local: at(from), remote: at(to) });
}
