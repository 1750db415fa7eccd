/**
 * ZMTP's commands: the bodies of command frames. Pure.
 *
 *   ┌──────┬───────────┬──────────  ─┐
 *   │ size │ name      │ data …      │
 *   └──────┴───────────┴──────────  ─┘
 *     1      ASCII
 *
 *   READY, INITIATE   metadata: size (1) name, size (4) value, again and again
 *   HELLO             size (1) user name, size (1) password
 *   WELCOME           nothing
 *   ERROR             size (1) reason
 *   SUBSCRIBE, CANCEL the topic
 *   JOIN, LEAVE       the group
 *   PING              how long to live, in tenths of a second (2), context (0 to 16)
 *   PONG              the context of the PING that it answers
 *
 * Sources: ZMTP 3.1 (RFC 37/ZMTP), "Commands"; PLAIN (RFC 24/ZMTP-PLAIN); RFC 48/RADIO-DISH.
 */
import { misuse, PeerError } from '../../common/index.ts';

/** Names as they were sent; look them up with `property`, which ignores their case. */
export type Metadata = ReadonlyMap<string, Buffer>;

export type Command =
  | { name: 'READY' | 'INITIATE'; metadata: Metadata }
  | { name: 'HELLO'; username: Buffer; password: Buffer }
  | { name: 'WELCOME' }
  | { name: 'ERROR'; reason: string }
  | { name: 'SUBSCRIBE' | 'CANCEL' | 'JOIN' | 'LEAVE'; topic: Buffer }
  /** `timeToLive` in milliseconds, in steps of 100; 0 for none. */
  | { name: 'PING'; timeToLive: number; context: Buffer }
  | { name: 'PONG'; context: Buffer };

/**
 * How libzmq (4.3.4, 4.3.5) writes the name of PLAIN's ERROR: 5E in place of 05 and E. Its
 * clients know no other, so nobody there has noticed.
 */
const MISSPELT_ERROR = Buffer.from('^RROR');
const LARGEST_CONTEXT = 16;
const TENTH = 100;

/** @throws {MisuseError} ERR_BAD_ARGUMENT for what does not fit its field */
export function encodeCommand(command: Command): Buffer {
  const name = short('a command name', Buffer.from(command.name, 'latin1'));
  return Buffer.concat([name, ...dataOf(command)]);
}

function dataOf(command: Command): Buffer[] {
  switch (command.name) {
    case 'READY':
    case 'INITIATE':
      return [...command.metadata].flatMap(([name, value]) => {
        const size = Buffer.alloc(4);
        size.writeUInt32BE(value.length);
        return [short('a property name', Buffer.from(name, 'latin1')), size, value];
      });
    case 'HELLO':
      return [
        short('a user name', command.username),
        short('a password', command.password),
      ];
    case 'WELCOME':
      return [];
    case 'ERROR':
      return [short('a reason', Buffer.from(command.reason))];
    case 'SUBSCRIBE':
    case 'CANCEL':
    case 'JOIN':
    case 'LEAVE':
      return [command.topic];
    case 'PING': {
      const tenths = Buffer.alloc(2);
      tenths.writeUInt16BE(Math.min(0xffff, Math.round(command.timeToLive / TENTH)));
      return [tenths, context(command.context)];
    }
    case 'PONG':
      return [context(command.context)];
  }
}

/**
 * @returns undefined for a command that we do not know: a later version may have it
 * @throws {PeerError} ERR_ZMTP_COMMAND when its data does not match its name
 */
export function decodeCommand(body: Buffer): Command | undefined {
  const reader = new Reader(body);
  const name = reader.name();
  reader.command = name;
  switch (name) {
    case 'READY':
    case 'INITIATE':
      return { name, metadata: metadataOf(reader) };
    case 'HELLO': {
      const username = reader.short('user name');
      const password = reader.short('password');
      return reader.atEnd({ name, username, password });
    }
    case 'WELCOME':
      return reader.atEnd({ name });
    case 'ERROR':
      return reader.atEnd({ name, reason: reader.short('reason').toString() });
    case 'SUBSCRIBE':
    case 'CANCEL':
    case 'JOIN':
    case 'LEAVE':
      return { name, topic: reader.rest() };
    case 'PING': {
      const timeToLive = reader.take(2, 'time to live').readUInt16BE() * TENTH;
      return { name, timeToLive, context: reader.context() };
    }
    case 'PONG':
      return { name, context: reader.context() };
    default:
      return undefined;
  }
}

/** The value of a property. Its name may be in upper or lower case. */
export function property(metadata: Metadata, wanted: string): Buffer | undefined {
  for (const [name, value] of metadata) {
    if (name.toLowerCase() === wanted.toLowerCase()) return value;
  }
  return undefined;
}

/** Properties by themselves, as a ZAP handler answers them. @throws {PeerError} ERR_ZMTP_COMMAND */
export function decodeMetadata(bytes: Buffer): Metadata {
  return metadataOf(new Reader(bytes));
}

function metadataOf(reader: Reader): Metadata {
  const metadata = new Map<string, Buffer>();
  while (reader.left > 0) {
    const name = reader.short('property name').toString('latin1');
    if (!/^[A-Za-z0-9\-_.+]+$/.test(name)) {
      throw reader.bad(
        'a property name that is empty, or not made of letters and digits',
      );
    }
    if (property(metadata, name)) throw reader.bad(`the property ${name} twice`);
    const size = reader.take(4, 'size of a property').readUInt32BE();
    metadata.set(name, reader.take(size, `value of ${name}`));
  }
  return metadata;
}

/** Takes a body apart, field by field. */
class Reader {
  /** The command's name for error messages, once it is known. */
  command = '';
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get left(): number {
    return this.#body.length - this.#at;
  }

  take(size: number, what: string): Buffer {
    if (size > this.left) {
      throw this.bad(`a ${what} of ${size} bytes, of which ${this.left} are there`);
    }
    this.#at += size;
    return this.#body.subarray(this.#at - size, this.#at);
  }

  /** A field that follows one byte with its size. */
  short(what: string): Buffer {
    const size = this.take(1, `size of the ${what}`)[0]!;
    return this.take(size, what);
  }

  name(): string {
    if (this.#body[0] === MISSPELT_ERROR[0]) {
      const { length } = MISSPELT_ERROR;
      if (this.#body.subarray(0, length).equals(MISSPELT_ERROR)) {
        this.#at = length;
        return 'ERROR';
      }
    }
    return this.short('name').toString('latin1');
  }

  rest(): Buffer {
    return this.take(this.left, 'rest');
  }

  context(): Buffer {
    if (this.left > LARGEST_CONTEXT) {
      throw this.bad(`a context of ${this.left} bytes, more than ${LARGEST_CONTEXT}`);
    }
    return this.rest();
  }

  atEnd<T>(command: T): T {
    if (this.left > 0) throw this.bad(`${this.left} bytes too many`);
    return command;
  }

  bad(why: string): PeerError {
    const name = /^[A-Z]+$/.test(this.command) ? this.command : 'a command';
    return new PeerError('ERR_ZMTP_COMMAND', `the peer sent ${name} with ${why}`);
  }
}

function short(what: string, bytes: Buffer): Buffer {
  if (bytes.length > 255) {
    throw misuse(`${what} has at most 255 bytes, not ${bytes.length}`);
  }
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function context(bytes: Buffer): Buffer {
  if (bytes.length <= LARGEST_CONTEXT) return bytes;
  throw misuse(`a context has at most ${LARGEST_CONTEXT} bytes, not ${bytes.length}`);
}
