/**
 * One connection's conversation, from the first byte of the greeting to the last message.
 * Pure: bytes in, bytes and events out.
 *
 *                    greeting          ready
 *     ┌──────────┐   is here   ┌───────────┐    ┌─────────┐
 *     │ greeting ├────────────►│ handshake ├───►│ traffic │
 *     └──────────┘             └──┬─────▲──┘    └─────────┘
 *                             ask │     │ verdict
 *                              ┌──▼─────┴──┐       from anywhere, by an error: ┌──────┐
 *                              │  asking   │                                   │ over │
 *                              └───────────┘                                   └──────┘
 *
 * Back-pressure: `message` and `subscription` may answer false, and the session stops in the
 * middle of a chunk until `resume`. So no more is parsed than somebody has room for.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP). Read next: ../transports/engine.ts, which drives it with
 * a socket.
 */
import { constants } from 'node:buffer';
import { MisuseError, PeerError } from '../../common/index.ts';
import { type Command, decodeCommand, type Metadata, property } from './command.ts';
import { COMMAND, ZmtpFrameReader, MORE } from './frame-reader.ts';
import { decodeGreeting, encodeGreeting, GREETING_LENGTH } from './greeting.ts';
import {
  commandFrame,
  type Credentials,
  HandshakeError,
  type Mechanism,
  type NoVerdict,
  type ProtocolCode,
  type Step,
  type Verdict,
} from './mechanisms/mechanism.ts';
import { mayTalk, type TypeName } from './socket-types.ts';

/** As in the picture above. */
export type SessionState = 'greeting' | 'handshake' | 'asking' | 'traffic' | 'over';

/** No command of a handshake needs more, and no stranger may make us hold more. */
export const LONGEST_HANDSHAKE_COMMAND = 64 * 1024;
/** A message in more parts than this is an attack. */
export const MOST_PARTS = 65_536;

/** What a peer has said about itself. */
export interface Peer {
  type: TypeName;
  /** Empty when it gave none. */
  routingId: Buffer;
  metadata: Metadata;
  /** ZMTP's minor version that both sides speak: 0 has no SUBSCRIBE. */
  minor: number;
}

export interface SessionSink {
  send(bytes: Buffer): void;
  ask(credentials: Credentials): void;
  ready(peer: Peer): void;
  /** False: no more for now. */
  message(parts: Buffer[]): boolean;
  /** SUBSCRIBE (true) or CANCEL of a topic; for RADIO, JOIN or LEAVE. False: no more for now. */
  subscription(on: boolean, topic: Buffer): boolean;
  /** A PING: if the peer is silent for this many milliseconds (0: for ever), it is gone. */
  timeToLive(milliseconds: number): void;
  /** Nothing more will come, and nothing more should be sent. */
  failed(error: HandshakeError | PeerError): void;
}

export interface SessionOptions {
  type: TypeName;
  mechanism: Mechanism;
  /**
   * Largest message in bytes, all its parts together. −1 for no limit but this: no more in
   * many parts than would go into one.
   */
  maxMessageSize: number;
}

export class Session {
  #state: SessionState = 'greeting';
  readonly #type: TypeName;
  readonly #mechanism: Mechanism;
  readonly #maxMessageSize: number;
  readonly #sink: SessionSink;
  readonly #reader = new ZmtpFrameReader(LONGEST_HANDSHAKE_COMMAND);
  #greeting = Buffer.alloc(0);
  #minor = 0;
  /** The parts of a message that is not complete. */
  #parts: Buffer[] | undefined;
  /** How many bytes these parts have. */
  #bytes = 0;
  #stopped = false;

  constructor(options: SessionOptions, sink: SessionSink) {
    this.#type = options.type;
    this.#mechanism = options.mechanism;
    this.#maxMessageSize =
      options.maxMessageSize < 0 ? constants.MAX_LENGTH : options.maxMessageSize;
    this.#sink = sink;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Whether it waits for `resume`, or for a verdict. */
  get stopped(): boolean {
    return this.#stopped || this.#state === 'asking';
  }

  /** What has begun and is not complete, if the stream ends here. */
  get unfinished(): string | undefined {
    if (this.#state === 'greeting' && this.#greeting.length > 0) return 'the greeting';
    return this.#reader.missing ?? (this.#parts && 'the other parts of a message');
  }

  /** Says the greeting. */
  start(): void {
    const { name, asServer } = this.#mechanism;
    this.#sink.send(encodeGreeting({ major: 3, minor: 1, mechanism: name, asServer }));
  }

  /** Takes what has arrived. It is not copied: leave it unchanged from now on. */
  push(chunk: Buffer): void {
    if (this.#state === 'over') return;
    try {
      this.#reader.feed(this.#state === 'greeting' ? this.#greet(chunk) : chunk);
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** There is room again, after `message` had refused more. */
  resume(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    try {
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What the ZAP handler has answered; undefined when there is none. */
  verdict(verdict: Verdict | NoVerdict | undefined): void {
    if (this.#state !== 'asking') return;
    try {
      if (!verdict) {
        throw new HandshakeError(
          'other',
          'nobody is bound to inproc://zeromq.zap.01 to decide who may connect',
        );
      }
      if ('malformed' in verdict) {
        const what =
          'the ZAP handler at inproc://zeromq.zap.01 did not answer as ZAP 1.0 requires';
        throw new HandshakeError('protocol', what, { code: verdict.malformed });
      }
      this.#state = 'handshake';
      this.#step(this.#mechanism.authenticated(verdict));
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes the parts of a greeting that are needed, and returns what follows it. */
  #greet(chunk: Buffer): Buffer {
    const needed = GREETING_LENGTH - this.#greeting.length;
    this.#greeting = Buffer.concat([this.#greeting, chunk.subarray(0, needed)]);
    const greeting = decodeGreeting(this.#greeting);
    if (!greeting) return chunk.subarray(needed);
    const mine = this.#mechanism;
    // libzmq leaves as-server at 0 on both sides: only two servers are known by it.
    if (
      greeting.mechanism !== mine.name ||
      (mine.name !== 'NULL' && greeting.asServer && mine.asServer)
    ) {
      throw new HandshakeError(
        'protocol',
        `the peer wants the mechanism ${greeting.mechanism}${greeting.asServer ? ' as server' : ''}, ` +
          `and we ${mine.name}${mine.asServer ? ' as server' : ''}`,
        { code: 'ERR_ZMTP_MECHANISM_MISMATCH' },
      );
    }
    this.#minor = greeting.major > 3 ? 1 : Math.min(1, greeting.minor);
    this.#state = 'handshake';
    this.#step(mine.start());
    return chunk.subarray(needed);
  }

  #pump(): void {
    const reader = this.#reader;
    while (!this.#stopped && this.#state !== 'asking' && reader.next()) {
      if (this.#state === 'traffic') this.#frame(reader.flags, reader.body);
      else if (this.#state === 'handshake') this.#shake(reader.flags, reader.body);
      else return;
    }
  }

  #frame(flags: number, body: Buffer): void {
    if ((flags & COMMAND) !== 0) {
      this.#command(body);
      return;
    }
    let parts = this.#parts;
    if ((flags & MORE) !== 0) {
      if (parts === undefined) {
        parts = this.#parts = [];
        this.#bytes = 0;
      }
      this.#addPart(parts, body);
      return;
    }
    if (parts) {
      this.#addPart(parts, body);
      this.#parts = undefined;
    } else {
      parts = [body];
    }
    if (!this.#sink.message(parts)) this.#stopped = true;
  }

  /** Each part is under the limit already; all of them together must be, too. */
  #addPart(parts: Buffer[], body: Buffer): void {
    this.#bytes += body.length;
    if (parts.length >= MOST_PARTS || this.#bytes > this.#maxMessageSize) {
      throw new PeerError(
        'ERR_ZMTP_FRAME',
        `the peer sent a message of more than ${MOST_PARTS} parts, ` +
          `or more than ${this.#maxMessageSize} bytes`,
      );
    }
    parts.push(body);
  }

  /** A command between messages. */
  #command(body: Buffer): void {
    const command = decodeCommand(body);
    switch (command?.name) {
      case 'SUBSCRIBE':
      case 'CANCEL':
        if (this.#type !== 'RADIO') this.#subscription('SUBSCRIBE', command);
        break;
      case 'JOIN':
      case 'LEAVE':
        if (this.#type === 'RADIO') this.#subscription('JOIN', command);
        break;
      case 'PING':
        this.#sink.timeToLive(command.timeToLive);
        this.#sink.send(commandFrame({ name: 'PONG', context: command.context }));
        break;
      case 'PONG':
      case undefined: // a later version may have it
        break;
      default:
        throw new PeerError(
          'ERR_ZMTP_COMMAND',
          `the peer sent ${command!.name} after the handshake`,
        );
    }
  }

  #subscription(on: string, { name, topic }: { name: string; topic: Buffer }): void {
    if (!this.#sink.subscription(name === on, topic)) this.#stopped = true;
  }

  /** A frame of the handshake. */
  #shake(flags: number, body: Buffer): void {
    if ((flags & COMMAND) === 0) {
      throw new HandshakeError(
        'protocol',
        'the peer sent a message before the handshake',
        {
          code: 'ERR_ZMTP_UNEXPECTED_COMMAND',
        },
      );
    }
    const command = decodeHandshake(body);
    this.#step(this.#mechanism.receive(command));
  }

  #step({ send = [], ask, ready }: Step): void {
    const peer = ready && this.#peer(ready);
    for (const frame of send) this.#sink.send(frame);
    if (ask) {
      this.#state = 'asking';
      this.#sink.ask(ask);
    }
    if (!peer) return;
    this.#state = 'traffic';
    this.#reader.maxLength = this.#maxMessageSize;
    this.#sink.ready(peer);
  }

  #peer(metadata: Metadata): Peer {
    const name = property(metadata, 'Socket-Type')?.toString('latin1') ?? '';
    const routingId = property(metadata, 'Identity') ?? Buffer.alloc(0);
    if (!mayTalk(this.#type, name)) {
      throw invalid(
        `a ${this.#type} socket cannot talk to a peer that is '${name.slice(0, 20)}'`,
      );
    }
    if (routingId.length > 255 || routingId[0] === 0) {
      throw invalid(
        'the peer gave an identity that has more than 255 bytes or begins with a zero byte',
      );
    }
    // A copy: the metadata are a view of a chunk, and stay as long as the peer.
    return {
      type: name as TypeName,
      routingId: Buffer.from(routingId),
      metadata,
      minor: this.#minor,
    };
  }

  #fail(thrown: unknown): void {
    const inTraffic = this.#state === 'traffic';
    const greeting = this.#state === 'greeting';
    this.#state = 'over';
    this.#parts = undefined;
    let error = thrown as Error;
    if (error instanceof PeerError && !inTraffic) {
      error = new HandshakeError(greeting ? 'other' : 'protocol', error.message, {
        cause: error,
        ...(greeting ? {} : { code: 'ERR_ZMTP_UNSPECIFIED' as const }),
      });
    }
    if (error instanceof HandshakeError) {
      for (const command of error.send) this.#sink.send(commandFrame(command));
      this.#sink.failed(error);
    } else if (error instanceof PeerError) {
      this.#sink.failed(error);
    } else {
      throw error;
    }
  }
}

const MALFORMED: Record<string, ProtocolCode> = {
  READY: 'ERR_ZMTP_MALFORMED_COMMAND_READY',
  INITIATE: 'ERR_ZMTP_MALFORMED_COMMAND_INITIATE',
  HELLO: 'ERR_ZMTP_MALFORMED_COMMAND_HELLO',
  WELCOME: 'ERR_ZMTP_MALFORMED_COMMAND_WELCOME',
  ERROR: 'ERR_ZMTP_MALFORMED_COMMAND_ERROR',
};

function decodeHandshake(body: Buffer): Command {
  let command: Command | undefined;
  try {
    command = decodeCommand(body);
  } catch (error) {
    if (error instanceof MisuseError || !(error instanceof PeerError)) throw error;
    const name = body.subarray(1, 1 + (body[0] ?? 0)).toString('latin1');
    throw new HandshakeError('protocol', error.message, {
      code: MALFORMED[name] ?? 'ERR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED',
      cause: error,
    });
  }
  if (command) return command;
  throw new HandshakeError('protocol', 'the peer sent a command that no handshake has', {
    code: 'ERR_ZMTP_UNEXPECTED_COMMAND',
  });
}

function invalid(message: string): HandshakeError {
  return new HandshakeError('protocol', message, { code: 'ERR_ZMTP_INVALID_METADATA' });
}
