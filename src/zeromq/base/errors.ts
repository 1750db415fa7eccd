/**
 * What the sockets throw: the codes and texts of the `zeromq` package, and a hint.
 *
 * A program that moves between this engine and the native one must not have to change how it
 * handles errors, so these are not the ERR_… codes of the other rooms. `hint` explains in a
 * sentence what the native engine leaves unexplained.
 */
import { constants } from 'node:os';

interface Known {
  /** The code's number on Linux, for systems that do not have the code. */
  errno: number;
  text: string;
  hint?: string;
}

/** libzmq counts its own codes, and those a system lacks, from here. */
const OWN = 156_384_712;

const KNOWN = {
  EFSM: {
    errno: OWN + 51,
    text: 'Operation cannot be accomplished in current state',
    hint: 'A Request sends, then receives; a Reply receives, then sends: always in turn',
  },
  ENOCOMPATPROTO: {
    errno: OWN + 52,
    text: 'The protocol is not compatible with the socket type',
  },
  ETERM: { errno: OWN + 53, text: 'Context was terminated' },
  EAGAIN: {
    errno: 11,
    text: 'Operation was not possible or timed out',
    hint: 'Nobody took it, or nothing came, before the time-out or close()',
  },
  EBADF: { errno: 9, text: 'Socket is closed', hint: 'close() was called earlier' },
  EBUSY: {
    errno: 16,
    text: 'Socket is busy',
    hint: 'Await the last call before the next one',
  },
  EHOSTUNREACH: {
    errno: 113,
    text: 'Host unreachable',
    hint: 'No peer has the routing id in the first part of the message',
  },
  ENOENT: {
    errno: 2,
    text: 'No such endpoint',
    hint: 'Give the address exactly as it was bound or connected; see lastEndpoint',
  },
  EPROTONOSUPPORT: {
    errno: 93,
    text: 'Protocol not supported',
    hint: 'Addresses begin with tcp://, ipc://, inproc://, ws://, epgm:// or udp://',
  },
  EADDRINUSE: {
    errno: 98,
    text: 'Address already in use',
    hint: 'Another program, or another socket of this one, is bound there. Stop it, or choose another port',
  },
  EADDRNOTAVAIL: {
    errno: 99,
    text: 'Cannot assign requested address',
    hint: 'It is not an address of this machine; tcp://127.0.0.1:PORT always is',
  },
  EACCES: { errno: 13, text: 'Permission denied' },
  EINVAL: { errno: 22, text: 'Invalid argument' },
  EMFILE: { errno: 24, text: 'Too many open file descriptors' },
  ENODEV: { errno: 19, text: 'No such device' },
  ENAMETOOLONG: { errno: 36, text: 'File name too long' },
  ENOTSUP: { errno: 95, text: 'Operation not supported' },
  EPROTO: { errno: 71, text: 'Protocol error' },
  ECONNREFUSED: {
    errno: 111,
    text: 'Connection refused',
    hint: 'inproc:// reaches sockets of the same Context only',
  },
  ECONNRESET: { errno: 104, text: 'Connection reset by peer' },
  ECONNABORTED: { errno: 103, text: 'Software caused connection abort' },
  EPIPE: { errno: 32, text: 'Broken pipe' },
  ETIMEDOUT: { errno: 110, text: 'Connection timed out' },
} as const satisfies Record<string, Known>;

export type ZmqCode = keyof typeof KNOWN;

/**
 * How a hint calls an option. A program that lets its user set the option otherwise gives its own
 * name for it; undefined: there it cannot be set.
 */
export type OptionNames = (option: string) => string | undefined;
type Hint = string | ((nameOf: OptionNames) => string);

const ownName: OptionNames = (option) => option;

export class ZmqError extends Error {
  readonly code: ZmqCode;
  /** The code's number: the system's, or libzmq's for libzmq's own codes. */
  readonly errno: number;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** Which address was bound or connected, where it was about one. */
  declare address?: string;
  readonly #hint: Hint | undefined;

  constructor(
    code: ZmqCode,
    options: { message?: string; hint?: Hint; address?: string; cause?: unknown } = {},
  ) {
    const known: Known = KNOWN[code];
    super(
      options.message ?? known.text,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    const numbers: Record<string, number> = constants.errno;
    this.errno = numbers[code] ?? known.errno;
    this.#hint = options.hint ?? known.hint;
    this.hint = this.hintFor(ownName);
    if (options.address !== undefined) this.address = options.address;
  }

  /** The hint, with other names for the options that it speaks of. */
  hintFor(names: OptionNames): string | undefined {
    return typeof this.#hint === 'function' ? this.#hint(names) : this.#hint;
  }
}

/**
 * Turns one of Node's errors into the native engine's words, if it has some, and adds the address.
 */
export function systemError(error: unknown, address?: string): Error {
  if (error instanceof ZmqError) {
    if (address !== undefined) error.address ??= address;
    return error;
  }
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!(code in KNOWN)) return error as Error;
  const known = code as ZmqCode;
  return new ZmqError(known, {
    cause: error,
    ...(address === undefined ? {} : { address }),
  });
}
