/**
 * One peer, as its socket's pattern sees it: a queue in, a queue out.
 *
 *     pattern ── write ──►  outgoing messages ──►  wire, or the inbox of a socket of this process
 *     pattern ◄── read ───  inbox             ◄──  wire, or …
 *
 * A pipe made by connect() exists before its connection, and outlives it. One made for an accepted
 * connection ends with it; what has arrived may still be read.
 *
 * Read next: wire-pipe.ts, ../transports/inproc.ts.
 */
import type { Envelope, Outgoing } from '../zmtp/index.ts';
import type { Options } from '../base/options.ts';
import { Queue } from './queue.ts';
import type { Encoder, Piece } from './slab.ts';

/** What a pipe needs from its socket. */
export interface PipeHost {
  readonly options: Options;
  /** A message for the pipe's inbox. False: the pattern has dealt with it otherwise. */
  filter(pipe: Pipe, parts: Buffer[]): boolean;
  /** The inbox is no longer empty. */
  readable(pipe: Pipe): void;
  /** There is room again. */
  writable(): void;
}

/** A message for several pipes, encoded once, when the first of them needs it for the wire. */
export interface Shared {
  readonly message: Outgoing;
  readonly encoder: Encoder;
  /** Undefined when it is small, and lies in the encoder's slab. */
  readonly pieces: readonly Piece[] | undefined;
}

export abstract class Pipe {
  readonly host: PipeHost;
  readonly inbox = new Queue<Buffer[]>();
  /** Whether it is in its pattern's line of pipes that have something to read. */
  inLine = false;
  /** The routing id by which a ROUTER knows the peer; empty until the peer has said it. */
  routingId: Buffer = Buffer.alloc(0);
  /** Which message was last sent here by PUB, so that none goes twice. */
  lastShared = 0;
  /** What the peer is subscribed to, for PUB and RADIO: topics, or groups, as latin1. */
  topics: Set<string> | undefined;
  /** How many bytes these topics have, and those that it has asked a manual XPUB for. */
  topicBytes = 0;
  /** The peer is a socket of this process, so what it subscribes to is our own choice. */
  readonly local: boolean = false;
  /** The peer does not know SUBSCRIBE. */
  oldStyle = false;
  /** The peer cannot say what it wants: a RADIO sends it everything. */
  readonly takesAll: boolean = false;
  /** A DISH's: what it wants are groups, not topics. */
  joins = false;

  constructor(host: PipeHost) {
    this.host = host;
  }

  /** Whether another message would pass the high-water mark. */
  abstract get full(): boolean;
  /** Sends, or queues. The caller has asked `full`. */
  abstract write(message: Outgoing, envelope: Envelope): void;
  abstract writeShared(shared: Shared): void;
  /** A message of one part that goes before all that waits, to a peer that has just come. */
  abstract writeFirst(message: Uint8Array): void;
  /** SUBSCRIBE (true) or CANCEL, JOIN or LEAVE; not counted by the high-water mark. */
  abstract writeSubscription(on: boolean, topic: Uint8Array): void;
  /** Neither side sends any more; what is in the inbox stays. */
  abstract close(): void;
  /** There is room in the inbox again, for a sender that has stopped. */
  protected abstract resume(): void;
  protected stopped = false;

  /** A message has arrived. False: no more for now. */
  deliver(parts: Buffer[]): boolean {
    const { host, inbox } = this;
    const { options } = host;
    if (!host.filter(this, parts)) return !this.stopped;
    if (options.conflate) inbox.clear();
    inbox.push(parts);
    if (!this.inLine) host.readable(this);
    const most = options.receiveHighWaterMark;
    if (most === 0 || inbox.length < most) return true;
    this.stopped = true;
    return false;
  }

  read(): Buffer[] | undefined {
    const parts = this.inbox.shift();
    if (
      this.stopped &&
      this.inbox.length <= this.host.options.receiveHighWaterMark >> 1
    ) {
      this.goOn();
    }
    return parts;
  }

  /** For patterns that keep messages elsewhere than in the inbox. */
  hold(): void {
    this.stopped = true;
  }

  goOn(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.resume();
  }
}
