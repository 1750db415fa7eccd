/**
 * Reads a log, whose layout is in layout.cjs, and returns its events as they appear in a trace.
 * A record that a killed process left unfinished ends the log.
 *
 * Read next: merge.ts.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { wholeCharacters } from '../../common/index.ts';
import { type Line, PREVIEW_BYTES } from '../joined/index.ts';
import { FULL, HEAD, REFUSED, TYPES, WAITS } from './layout.cjs';

/** An event without the number of its process. The reader of the trace checks it. */
export interface Entry {
  type: string;
  t: number;
  fields: Record<string, unknown>;
}

/** How much is read at a time, in bytes: more than the longest record. */
const CHUNK = 262_144;

export class EventLogReader {
  /** The process line, without its number; undefined when the log has none. */
  readonly head: Omit<Line<'process'>, 'process'> | undefined;
  readonly #fd: number;
  readonly #preview: 'none' | 'text' | 'hex';
  /** What was read from the file, and where in it the next record begins. */
  #bytes = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  #seq = 0;
  readonly #texts = new Map<number, unknown>();

  /** @param preview how the first bytes of payloads are to be shown */
  constructor(file: string, preview: 'none' | 'text' | 'hex') {
    this.#preview = preview;
    this.#fd = openSync(file, 'r');
    const record = this.#record();
    if (record?.type !== 'process') return;
    const process = record.json() as Omit<Line<'process'>, 'type' | 'process' | 't'>;
    this.head = { type: 'process', t: rounded(record.t), ...process };
  }

  /** The next event, in the order in which they were written. */
  next(): Entry | undefined {
    for (;;) {
      const record = this.#record();
      if (record === undefined) return undefined;
      if (record.type === 'define') this.#texts.set(record.u32(44), record.json());
      else if (record.type !== 'process') return this.#entry(record);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #entry(record: RecordAt): Entry {
    const { type: kind } = record;
    const base = { seq: this.#seq++, t: rounded(record.t) };
    if (kind === 'json') {
      const { type, ...rest } = record.json() as { type: string };
      return { type, t: base.t, fields: { ...base, ...rest } };
    }
    const at = this.#texts.get(record.u32(32));
    const fields: Record<string, unknown> = { ...base, socket: record.u32(4) };
    if (at !== undefined) fields['at'] = at;
    fields['bytes'] = record.u32(24);
    fields['digest'] = record.u32(28).toString(16).padStart(8, '0');
    Object.assign(fields, this.#previewOf(record));
    if (kind === 'write' || kind === 'read') fields['offset'] = record.offset;
    if (kind === 'send') fields['to'] = this.#texts.get(record.u32(36));
    if (kind === 'receive') fields['from'] = this.#texts.get(record.u32(36));
    const error = this.#texts.get(record.u32(40));
    if (error !== undefined) fields['error'] = error;
    if (record.flags & FULL) fields['full'] = true;
    if (record.flags & WAITS) fields['waits'] = true;
    if (record.flags & REFUSED) fields['refused'] = true;
    return { type: kind, t: base.t, fields };
  }

  #previewOf(record: RecordAt): { text?: string; hex?: string } {
    const { extra } = record;
    if (this.#preview === 'none') return {};
    if (this.#preview === 'hex') return { hex: extra.toString('hex') };
    const cut = record.u32(24) > PREVIEW_BYTES;
    return {
      text: extra.toString('utf8', 0, cut ? whole(extra) : extra.length),
    };
  }

  #record(): RecordAt | undefined {
    if (!this.#has(HEAD)) return undefined;
    const record = new RecordAt(this.#bytes, this.#at);
    if (!record.known || !this.#has(record.length)) return undefined;
    const whole = new RecordAt(this.#bytes, this.#at);
    this.#at += whole.length;
    return whole;
  }

  /** Reads on until this many bytes are there. */
  #has(length: number): boolean {
    while (this.#bytes.length - this.#at < length) {
      // Whoever merges logs asks again after each event that it takes.
      if (this.#ended) return false;
      const rest = this.#bytes.subarray(this.#at);
      const chunk = Buffer.allocUnsafe(CHUNK);
      rest.copy(chunk);
      const more = readSync(this.#fd, chunk, rest.length, CHUNK - rest.length, null);
      this.#ended = more === 0;
      if (this.#ended) return false;
      this.#bytes = chunk.subarray(0, rest.length + more);
      this.#at = 0;
    }
    return true;
  }
}

/** One record, where it stands. */
class RecordAt {
  readonly type: (typeof TYPES)[number];
  /** False for what no recorder wrote. */
  readonly known: boolean;
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #start: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#start = start;
    const type = TYPES[bytes.readUInt8(start)];
    this.known = type !== undefined;
    this.type = type ?? 'json';
    this.length = HEAD + bytes.readUInt16LE(start + 2);
  }

  get t(): number {
    return this.#bytes.readDoubleLE(this.#start + 8);
  }

  get flags(): number {
    return this.#bytes.readUInt8(this.#start + 1);
  }

  get offset(): number {
    return this.#bytes.readDoubleLE(this.#start + 16);
  }

  get extra(): Buffer {
    return this.#bytes.subarray(this.#start + HEAD, this.#start + this.length);
  }

  u32(at: number): number {
    return this.#bytes.readUInt32LE(this.#start + at);
  }

  json(): unknown {
    return JSON.parse(this.extra.toString());
  }
}

/** To a tenth of a microsecond: a finer one is noise. */
function rounded(t: number): number {
  return Math.round(t * 10) / 10;
}

function whole(bytes: Buffer): number {
  return wholeCharacters(bytes.length, (index) => bytes[index]!);
}
