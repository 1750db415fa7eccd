/**
 * One connection: a session that speaks, a carrier of its bytes, timers that watch.
 *
 *     carrier ── data ──► session ── message ──► pipe.deliver
 *     carrier ◄─ write ── out queue ◄─────────── pipe.write
 *
 * The carrier is a `net.Socket`, or a WebSocket in the shape of one.
 *
 * Writing paces itself. Messages of one turn of the event loop leave in one write. Until the kernel
 * has taken all of it, nothing else is handed over: what arrives in the meantime is gathered, and
 * leaves together.
 *
 * Read next: listener.ts, connector.ts, which make engines; ../socket/core.ts.
 */
import type * as net from 'node:net';
import { hearOut, type PeerError } from '../../common/index.ts';
import type { Options } from '../base/options.ts';
import { Patience } from '../base/patience.ts';
import { turned } from '../base/turn.ts';
import type { Piece } from '../pipes/slab.ts';
import type { Rest, Wire, WirePipe } from '../pipes/wire-pipe.ts';
import {
  commandFrame,
  type Credentials,
  EMPTY,
  HandshakeError,
  type Mechanism,
  type NoVerdict,
  type Peer,
  Session,
  type SessionSink,
  type TypeName,
  type Verdict,
} from '../zmtp/index.ts';
import { restOf } from './rest.ts';
import { WebSocketStream } from './websocket/stream.ts';

/** About this many bytes are handed to the kernel at once. */
const WRITE = 256 * 1024;
/** When this many bytes wait in Node for a peer, nothing more is answered to it. */
const UNREAD = 1024 * 1024;
/** How long a peer may take to answer our end of a connection with its own. */
const PARTING = 30_000;
/** How long telling a peer what it did wrong may take. */
const LAST_WORDS = 1000;

/** Who owns a connection: a connector, or a listener. */
export interface EngineOwner {
  readonly options: Options;
  readonly type: TypeName;
  mechanism(): Mechanism;
  ask(
    credentials: Credentials,
    engine: Engine,
    answer: (verdict: Verdict | NoVerdict | undefined) => void,
  ): void;
  /** The pipe that this peer gets; undefined when it is not welcome. */
  ready(engine: Engine, peer: Peer | undefined): WirePipe | undefined;
  subscription(pipe: WirePipe, on: boolean, topic: Buffer): boolean;
  /** Something may have arrived for a program that waits. */
  arrived(): void;
  /** There may be room again. */
  writable(): void;
  /** Once. `error` when the peer broke a rule. */
  gone(engine: Engine, error: HandshakeError | PeerError | undefined): void;
}

export type Carrier = net.Socket | WebSocketStream;

export class Engine implements Wire, SessionSink {
  readonly socket: Carrier;
  readonly #owner: EngineOwner;
  readonly #session: Session | undefined;
  #pipe: WirePipe | undefined;
  #scheduled = false;
  #congested = false;
  /** Commands that follow what is in flight. */
  #behind: Uint8Array[] = [];
  #finishing = false;
  #ended = false;
  /** The peer takes no more; what it sent before is still read. */
  #mute = false;
  #destroyed = false;
  #gone = false;
  #error: HandshakeError | PeerError | undefined;
  #handshake: Patience | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  /** With a peer that owes us a sign of life, or its end. */
  #patience: Patience | undefined;
  #timeToLive: Patience | undefined;

  constructor(socket: Carrier, owner: EngineOwner) {
    this.socket = socket;
    this.#owner = owner;
    if (owner.type !== 'STREAM') {
      this.#session = new Session(
        {
          type: owner.type,
          mechanism: owner.mechanism(),
          maxMessageSize: owner.options.maxMessageSize,
        },
        this,
      );
    }
    hearOut(socket, this.#onFailedWrite);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('error', () => {}); // 'close' follows
    socket.unref();
  }

  /** The peer's address, as ZAP wants it. */
  get remoteAddress(): string {
    return this.socket.remoteAddress ?? '';
  }

  start(): void {
    const { handshakeInterval } = this.#owner.options;
    if (!this.#session) {
      this.ready(undefined);
      return;
    }
    if (handshakeInterval > 0) {
      this.#handshake = new Patience(handshakeInterval, () => {
        const why = 'the peer did not finish its handshake in time';
        this.failed(new HandshakeError('other', why, { system: 'EAGAIN' }));
      });
    }
    this.#session.start();
  }

  // ── in ──────────────────────────────────────────────────────────────────────────────────

  readonly #onData = (chunk: Buffer): void => {
    turned();
    this.#handshake?.heard();
    if (this.#patience) {
      this.#patience.end();
      this.#patience = undefined;
    }
    this.#timeToLive?.refresh();
    if (this.#finishing) return; // nobody reads it any more
    if (this.#session) {
      // Pausing costs system calls: only when a chunk comes before the last one is used up.
      if (this.#session.stopped) this.socket.pause();
      this.#session.push(chunk);
    } else if (!this.message([chunk])) {
      this.socket.pause();
    }
    this.#owner.arrived();
  };

  resume(): void {
    this.#session?.resume();
    if (this.#session?.stopped) return;
    if (this.#ended) this.#part();
    else this.socket.resume();
  }

  readonly #onEnd = (): void => {
    this.#ended = true;
    if (!this.#session?.stopped) this.#part();
  };

  readonly #onClose = (): void => {
    this.#ended = true;
    this.#patience?.end(); // or it would keep all this in memory
    if (this.#session?.stopped && !this.#finishing && !this.#error) {
      // What was parsed to here is still to be read; the rest follows through `resume`.
      if (this.#pipe?.wire === this) this.#pipe.out.landed();
      return;
    }
    this.#part();
  };

  /** As with libzmq, a connection is over when a read says so. */
  readonly #onFailedWrite = (): void => {
    this.#mute = true;
    clearInterval(this.#heartbeat);
    this.#patience?.end();
    this.#timeToLive?.end();
    if (this.#finishing) this.destroy();
  };

  // ── the session's events ────────────────────────────────────────────────────────────────

  send(bytes: Uint8Array): void {
    // A peer that asks (PING) and never reads must not make us hold all the answers.
    if (this.socket.writableLength < UNREAD) this.sendNow(bytes);
  }

  sendNow(bytes: Uint8Array): void {
    if (this.#mute || !this.socket.writable) return;
    if (this.#congested) this.#behind.push(bytes);
    this.socket.write(bytes, this.#written);
  }

  ask(credentials: Credentials): void {
    this.#owner.ask(credentials, this, (verdict) => {
      this.#session?.verdict(verdict);
      if (!this.#gone) this.resume(); // which parts from a peer that has left meanwhile
    });
  }

  ready(peer: Peer | undefined): void {
    this.#handshake?.end();
    this.#handshake = undefined;
    const pipe = this.#owner.ready(this, peer);
    if (!pipe) {
      this.finish();
      return;
    }
    this.#pipe = pipe;
    this.#beat();
    this.schedule();
  }

  message(parts: Buffer[]): boolean {
    return this.#pipe?.deliver(parts) ?? true;
  }

  subscription(on: boolean, topic: Buffer): boolean {
    return this.#pipe ? this.#owner.subscription(this.#pipe, on, topic) : true;
  }

  timeToLive(milliseconds: number): void {
    this.#timeToLive?.end();
    this.#timeToLive =
      milliseconds > 0
        ? new Patience(milliseconds, () => this.#silent(this.#timeToLive!))
        : undefined;
  }

  failed(error: HandshakeError | PeerError): void {
    this.#error = error;
    // The last words may leave before the end.
    if (this.socket.destroyed) this.#part();
    else {
      this.socket.destroySoon();
      this.#patience?.end();
      this.#patience = new Patience(LAST_WORDS, () => this.socket.destroy());
      this.#part();
    }
  }

  #beat(): void {
    const { heartbeatInterval, heartbeatTimeout, heartbeatTimeToLive } =
      this.#owner.options;
    if (heartbeatInterval <= 0 || !this.#session) return;
    const ping = commandFrame({
      name: 'PING',
      timeToLive: Math.floor(heartbeatTimeToLive / 100) * 100,
      context: EMPTY,
    });
    const patience = heartbeatTimeout < 0 ? heartbeatInterval : heartbeatTimeout;
    this.#heartbeat = setInterval(() => {
      this.send(ping);
      if (patience > 0) {
        this.#patience ??= new Patience(patience, () => this.#silent(this.#patience!));
      }
    }, heartbeatInterval).unref();
  }

  /** Time is up. But while nobody reads what the peer has sent, it is we who do not hear it. */
  #silent(patience: Patience): void {
    if (this.#session?.stopped) patience.refresh();
    else this.destroy();
  }

  // ── out ─────────────────────────────────────────────────────────────────────────────────

  schedule(): void {
    if (this.#scheduled || this.#congested) return;
    this.#scheduled = true;
    process.nextTick(this.#tick);
  }

  readonly #tick = (): void => {
    this.#scheduled = false;
    this.flush();
    this.#owner.writable();
  };

  flush(): void {
    const out = this.#pipe?.out;
    if (!out || this.#gone) return;
    const { socket } = this;
    while (!this.#congested && !this.#mute && out.waiting && !socket.destroyed) {
      this.#hand(out.take(WRITE));
      // Zero: the kernel has taken all of it, and no callback that matters will follow.
      if (socket.writableLength === 0) out.landed();
      else this.#congested = true;
    }
    if (this.#finishing && !this.#congested && !out.waiting) this.#end();
  }

  #hand(pieces: readonly Piece[]): void {
    const { socket } = this;
    if (pieces.length === 1) {
      const { bytes, start, end } = pieces[0]!;
      socket.write(bytes.subarray(start, end), this.#written);
      return;
    }
    socket.cork();
    const last = pieces.length - 1;
    for (let i = 0; i <= last; i += 1) {
      const { bytes, start, end } = pieces[i]!;
      const view =
        start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
      if (i === last) socket.write(view, this.#written);
      else socket.write(view);
    }
    socket.uncork();
  }

  readonly #written = (error?: Error | null): void => {
    if (!this.#congested || error || this.socket.writableLength > 0) return;
    this.#congested = false;
    this.#behind = [];
    this.#pipe?.out.landed();
    turned();
    this.flush();
    this.#owner.writable();
  };

  rest(): Rest | undefined {
    if (!this.#pipe || this.#mute) return undefined;
    const { flying, waiting } = this.#pipe.out.unsent();
    const given = [...flying, ...this.#behind];
    if (this.socket instanceof WebSocketStream) return this.socket.rest(given, waiting);
    const rest = restOf(this.socket, given);
    return rest && { fd: rest.fd, bytes: [...rest.bytes, ...waiting] };
  }

  /** Sends what is queued, then ends. */
  finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    this.socket.resume();
    if (this.#mute) this.destroy();
    else if (!this.#pipe || (!this.#congested && !this.#pipe.out.waiting)) this.#end();
    else this.schedule();
  }

  /** FIN, not RST: a reset could destroy what the peer's kernel holds for it. */
  #end(): void {
    if (this.socket.destroyed) return;
    this.socket.end();
    this.#patience ??= new Patience(PARTING, () => this.socket.destroy());
  }

  /** Hands the kernel what has been sent but not handed over yet, without waiting. */
  destroy(): void {
    this.#destroyed = true;
    this.flush();
    this.socket.destroy();
  }

  /** The peer has ended: what was handed over still leaves, and closing says goodbye. */
  #hangUp(): void {
    const { socket } = this;
    if (socket instanceof WebSocketStream || socket.writableLength > 0)
      socket.destroySoon();
    else socket.destroy();
  }

  #part(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#handshake?.end();
    clearInterval(this.#heartbeat);
    this.#timeToLive?.end();
    const pipe = this.#pipe;
    if (pipe?.wire === this) {
      pipe.out.landed();
      pipe.wire = undefined;
    }
    if (!pipe && this.#session && !this.#destroyed && !this.#finishing) {
      const why = 'the peer hung up before the handshake was over';
      this.#error ??= new HandshakeError('other', why, { system: 'EPIPE' });
    }
    if (!this.#error && !this.#finishing) this.#hangUp();
    this.#owner.gone(this, this.#error);
  }
}
