/**
 * What every security mechanism is to a session: commands in, commands out, and in the end
 * the peer's metadata. Pure.
 *
 *     session                       mechanism
 *        │ ── start() ──────────────►  │   what to say first
 *        │ ── receive(command) ─────►  │   what to answer; whom to ask; or `ready`
 *        │ ── authenticated(…) ─────►  │   after `ask`
 *
 * The seam for CURVE: a mechanism that encrypts would also turn frames into MESSAGE commands,
 * and back. Both places where frames pass, the session's `#frame` and the engine's write, know
 * their mechanism.
 *
 * Read next: null.ts, plain.ts.
 */
import { type Command, encodeCommand, type Metadata } from '../command.ts';
import { encodeFrame } from '../frame.ts';

/** What a ZAP handler is asked (RFC 27), and what it answers. */
export interface Credentials {
  mechanism: 'NULL' | 'PLAIN';
  frames: readonly Buffer[];
}
export interface Verdict {
  /** 200 welcome, 300 try again later, 400 no, 500 the handler failed. */
  status: 200 | 300 | 400 | 500;
  userId: string;
}
/** An answer of the handler that is not a valid one. */
export interface NoVerdict {
  malformed: ZapCode;
}

/** The result of a command. */
export interface Step {
  /** Frames. */
  send?: readonly Buffer[];
  /** Somebody has to judge these before the handshake goes on. */
  ask?: Credentials;
  /** The handshake is over, and this is what the peer said of itself. */
  ready?: Metadata;
}

export interface Mechanism {
  readonly name: 'NULL' | 'PLAIN';
  readonly asServer: boolean;
  start(): Step;
  /** @throws {HandshakeError} when the command must not come now */
  receive(command: Command): Step;
  /** @throws {HandshakeError} when the verdict is no */
  authenticated(verdict: Verdict): Step;
}

type ZapCode =
  | 'ERR_ZAP_UNSPECIFIED'
  | 'ERR_ZAP_MALFORMED_REPLY'
  | 'ERR_ZAP_BAD_VERSION'
  | 'ERR_ZAP_BAD_REQUEST_ID'
  | 'ERR_ZAP_INVALID_STATUS_CODE'
  | 'ERR_ZAP_INVALID_METADATA';
export type ProtocolCode =
  | ZapCode
  | 'ERR_ZMTP_UNSPECIFIED'
  | 'ERR_ZMTP_UNEXPECTED_COMMAND'
  | 'ERR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED'
  | 'ERR_ZMTP_MALFORMED_COMMAND_HELLO'
  | 'ERR_ZMTP_MALFORMED_COMMAND_INITIATE'
  | 'ERR_ZMTP_MALFORMED_COMMAND_ERROR'
  | 'ERR_ZMTP_MALFORMED_COMMAND_READY'
  | 'ERR_ZMTP_MALFORMED_COMMAND_WELCOME'
  | 'ERR_ZMTP_INVALID_METADATA'
  | 'ERR_ZMTP_MECHANISM_MISMATCH';

/** A handshake that failed. `socket/observer.ts` makes the native engine's events of it. */
export class HandshakeError extends Error {
  /** `protocol`: the peer broke the rules; `auth`: refused; `other`: not even ZMTP. */
  readonly kind: 'protocol' | 'auth' | 'other';
  readonly code: ProtocolCode | undefined;
  /** For `auth`: 300, 400 or 500, as in ZAP. */
  readonly status: Verdict['status'] | undefined;
  /** For `other`: what the system would call it. */
  readonly system: 'EPIPE' | 'EAGAIN' | 'EPROTO';
  /** The next attempt would fail as this one did: do not make it. */
  readonly final: boolean;
  /** The last words for the peer. */
  readonly send: readonly Command[];

  constructor(
    kind: 'protocol' | 'auth' | 'other',
    message: string,
    more: {
      code?: ProtocolCode;
      status?: Verdict['status'];
      system?: 'EPIPE' | 'EAGAIN';
      final?: boolean;
      send?: readonly Command[];
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'HandshakeError';
    this.kind = kind;
    this.code = more.code;
    this.status = more.status;
    this.system = more.system ?? 'EPROTO';
    this.final = more.final ?? kind !== 'other';
    this.send = more.send ?? [];
  }
}

/** What all mechanisms have in common: they give up after an ERROR, and after a no. */
export abstract class Handshake implements Mechanism {
  abstract readonly name: Mechanism['name'];
  readonly asServer: boolean = false;
  /** What this side says of itself. */
  protected readonly metadata: Metadata;

  constructor(metadata: Metadata) {
    this.metadata = metadata;
  }

  abstract start(): Step;
  protected abstract heard(command: Command): Step;
  /** After a yes to what was asked. */
  protected welcomed(): Step {
    return {};
  }

  receive(command: Command): Step {
    if (command.name === 'ERROR') throw refusedByPeer(command.reason);
    return this.heard(command);
  }

  authenticated(verdict: Verdict): Step {
    if (verdict.status !== 200) throw refusedByUs(verdict);
    return this.welcomed();
  }
}

export function unexpected(command: Command, wanted: string): HandshakeError {
  return new HandshakeError(
    'protocol',
    `the peer sent ${command.name} where ${wanted} was expected`,
    { code: 'ERR_ZMTP_UNEXPECTED_COMMAND' },
  );
}

/** The peer's ERROR: a status of ZAP's as its reason means that it does not want us. */
function refusedByPeer(reason: string): HandshakeError {
  if (/^[345]00$/.test(reason)) {
    const status = Number(reason) as Verdict['status'];
    return new HandshakeError('auth', `the peer refused us: ${reason}`, { status });
  }
  const why = `the peer refused us: '${reason.slice(0, 100)}'`;
  return new HandshakeError('other', why, { final: true });
}

/** "Later" is said by hanging up without a word: then the peer tries again (RFC 27). */
function refusedByUs({ status }: Verdict): HandshakeError {
  return new HandshakeError('auth', `the peer was refused: ${status}`, {
    status,
    send: status === 300 ? [] : [{ name: 'ERROR', reason: String(status) }],
  });
}

export function commandFrame(command: Command): Buffer {
  return encodeFrame({ command: true, more: false, body: encodeCommand(command) });
}
