/**
 * What goes over a connection that speaks ZMTP, by name: its greeting, its commands, and its
 * messages with their parts. Pure.
 *
 *   "\x01\0\0\x0bHello There"     ►     message [] [Hello There]
 *   "\x04&\x05READY\x0bSocket-T…  ►     READY REQ
 *
 * A trace holds only the first bytes of each write. So frames are followed as far as their
 * heads can be seen; a frame whose body is longer is named with its length, and one whose head
 * was not recorded is not named. After that, reading resumes at a write that consists of whole
 * frames, from its first byte to its last.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP). Read next: connection-arrows.ts.
 */
import type { Direction, Line } from '../joined/index.ts';
import { visible } from '../../common/text/index.ts';
import { decodeCommand, GREETING_LENGTH, property } from '../../zeromq/zmtp/index.ts';
import { size } from './words.ts';

/** Something with a name, in the bytes start … stop − 1 of a direction. */
export interface Spoken {
  start: number;
  stop: number;
  words: string;
  /** The same where there is little room. */
  brief: string;
}

type Chunk = Line<'write'> | Line<'read'>;

const [MORE, LONG, COMMAND] = [1, 2, 4];
/** A part that is shown is no longer than this, in characters. */
const LONGEST_PART = 24;
const MOST_PARTS = 6;
const NOTHING: readonly Spoken[] = [];

/** Empty when this direction speaks no ZMTP. */
export function spokenIn({ writes, reads }: Direction): readonly Spoken[] {
  const chunks: readonly Chunk[] = writes.length > 0 ? writes : reads;
  const version = greetingOf(chunks);
  if (version === undefined) return NOTHING;
  const words = `greeting ${version}`;
  const greeting = { start: 0, stop: GREETING_LENGTH, words, brief: 'greeting' };
  return [greeting, ...new Listener().hear(chunks)];
}

/** The names of what begins in these bytes. Undefined: nothing that is known does. */
export function namesBetween(
  spoken: readonly Spoken[],
  start: number,
  stop: number,
): [long: string, brief: string] | undefined {
  const begun = spoken.filter((one) => one.start >= start && one.start < stop);
  if (begun.length === 0) return undefined;
  const known = begun.at(-1)!.stop >= stop && begun[0]!.start === start;
  const rest = known ? '' : ', …';
  const long = begun.map(({ words }) => words).join(', ') + rest;
  return [long, begun.map(({ brief }) => brief).join(', ') + rest];
}

/** Bytes 0 … 63: ff, padding, 7f, the version, the mechanism's name. */
function greetingOf([first]: readonly Chunk[]): string | undefined {
  if (first?.offset !== 0 || first.bytes < 12) return undefined;
  const head = first.hex?.startsWith('ff') ? Buffer.from(first.hex, 'hex') : undefined;
  // In text the ff, which is not UTF-8, stands as U+FFFD, and all after it is ASCII.
  const text = head?.toString('latin1') ?? first.text?.replace(/^\uFFFD/, 'ÿ') ?? '';
  if (text[0] !== 'ÿ' || text[9] !== '\u007F') return undefined;
  const [major, minor] = [text.charCodeAt(10), text.charCodeAt(11)];
  const mechanism = /^[A-Z]+/.exec(text.slice(12, 32))?.[0];
  if (major < 3 || mechanism === undefined) return undefined;
  return `ZMTP ${major}.${minor} ${mechanism}`;
}

/** Follows the frames of one direction. */
class Listener {
  readonly #spoken: Spoken[] = [];
  /** Where the next frame begins; undefined when that is not known. */
  #next: number | undefined = GREETING_LENGTH;
  /** The parts of a message that goes on. */
  #parts: string[] = [];
  #begun = 0;
  #type = '';

  hear(chunks: readonly Chunk[]): readonly Spoken[] {
    for (const chunk of chunks) {
      const end = chunk.offset + chunk.bytes;
      const bytes = bytesOf(chunk);
      if (this.#next === undefined && isWholeFrames(bytes, chunk.bytes)) {
        this.#next = chunk.offset;
      }
      while (this.#next !== undefined && this.#next < end) {
        if (this.#next < chunk.offset) this.#lose();
        else this.#frame(bytes, this.#next - chunk.offset, this.#next);
      }
    }
    return this.#spoken;
  }

  #lose(): void {
    this.#next = undefined;
    this.#parts = [];
  }

  #frame(bytes: Buffer, from: number, at: number): void {
    const head = headAt(bytes, from);
    if (!head) {
      this.#lose();
      return;
    }
    const { flags, bodyAt, length } = head;
    const body = bytes.subarray(bodyAt, bodyAt + length);
    const seen = body.length === length;
    this.#next = at + (bodyAt - from) + length;
    if (flags & COMMAND) {
      this.#say(at, seen ? this.#command(body) : `command of ${size(length)}`);
      return;
    }
    if (this.#parts.length === 0) this.#begun = at;
    this.#parts.push(seen ? this.#part(body, flags) : `[${size(length)}]`);
    if (flags & MORE) return;
    const most = this.#parts.length > MOST_PARTS ? ' …' : '';
    const parts = this.#parts.slice(0, MOST_PARTS).join(' ') + most;
    this.#parts = [];
    this.#say(this.#begun, parts.startsWith('[') ? `message ${parts}` : parts, parts);
  }

  #say(start: number, words: string, brief = words): void {
    this.#spoken.push({ start, stop: this.#next!, words, brief });
  }

  /** In ZMTP 3.0 a subscription is a message of a SUB: 1 or 0, and the topic. */
  #part(body: Buffer, flags: number): string {
    const isSub = this.#type === 'SUB' || this.#type === 'XSUB';
    const [first] = body;
    if (isSub && flags === 0 && (first === 0 || first === 1)) {
      return `${first === 1 ? 'subscribe' : 'unsubscribe'} ${shown(body.subarray(1))}`;
    }
    return shown(body);
  }

  #command(body: Buffer): string {
    let command: ReturnType<typeof decodeCommand>;
    try {
      command = decodeCommand(body);
    } catch {
      return 'a broken command';
    }
    if (!command) return 'an unknown command';
    switch (command.name) {
      case 'READY':
      case 'INITIATE': {
        this.#type = String(property(command.metadata, 'Socket-Type') ?? '');
        const identity = property(command.metadata, 'Identity');
        const name = identity && identity.length > 0 ? ` as ${shown(identity)}` : '';
        return `${command.name} ${visible(this.#type)}${name}`;
      }
      case 'SUBSCRIBE':
      case 'CANCEL':
        return `${command.name} ${shown(command.topic)}`;
      case 'ERROR':
        return `ERROR ${visible(command.reason)}`;
      default:
        return command.name;
    }
  }
}

function shown(part: Buffer): string {
  const text = part.toString('utf8');
  const cut = Array.from(text).slice(0, LONGEST_PART).join('');
  return `[${visible(cut)}${cut.length < text.length ? '…' : ''}]`;
}

/** As many of the first bytes as are recorded, and are certain. */
export function bytesOf({ text, hex }: Pick<Chunk, 'hex' | 'text'>): Buffer {
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  // Text has U+FFFD for what is not UTF-8: how many bytes that was, nobody knows.
  return Buffer.from((text ?? '').replace(/\uFFFD[^]*$/, ''));
}

interface Head {
  flags: number;
  bodyAt: number;
  length: number;
}

/** Undefined where no frame can begin, or its head was not recorded. */
function headAt(bytes: Buffer, from: number): Head | undefined {
  const flags = bytes[from];
  if (flags === undefined || flags > 6 || (flags & COMMAND && flags & MORE)) {
    return undefined;
  }
  if (!(flags & LONG)) {
    const length = bytes[from + 1];
    return length === undefined ? undefined : { flags, bodyAt: from + 2, length };
  }
  if (bytes.length < from + 9 || bytes.readUInt32BE(from + 1) !== 0) return undefined;
  return { flags, bodyAt: from + 9, length: bytes.readUInt32BE(from + 5) };
}

/** Whether these bytes, all recorded, are frames from the first to the last. */
function isWholeFrames(bytes: Buffer, length: number): boolean {
  let at = 0;
  while (at < length) {
    const head = headAt(bytes, at);
    if (!head) return false;
    at = head.bodyAt + head.length;
  }
  return at === length && length > 0;
}
