/**
 * inproc://: sockets of one thread, in one Context. A message goes into the peer's inbox as it
 * is: no bytes, no copies. Only small ones are copied, as the native engine does, so that a
 * small buffer may be used again after `send`.
 *
 * Both high-water marks together are the limit: there is one queue, where a wire has two.
 * connect() may come before bind(): what is sent then waits here.
 *
 * Source: zmq_inproc(7). Read next: threads.ts, for a socket in another thread.
 */
import type { Pattern } from '../patterns/index.ts';
import { Pipe, type PipeHost, type Shared } from '../pipes/pipe.ts';
import { Queue } from '../pipes/queue.ts';
import type { SocketHost } from './host.ts';
import {
  asBuffer,
  type Envelope,
  mayTalk,
  NO_ENVELOPE,
  type Outgoing,
  partsOf,
} from '../zmtp/index.ts';

/** Parts up to this many bytes are copied. */
const COPY_UP_TO = 128;

/** What an end needs from its socket, or from what stands here for a socket elsewhere. */
export interface InprocHost
  extends PipeHost, Pick<SocketHost, 'arrived' | 'detach' | 'ready' | 'type'> {
  readonly pattern: Pick<Pattern, 'subscription'>;
}

/** Finds sockets of other threads. */
export interface Elsewhere {
  /** A name is bound here. */
  bound(name: string): void;
  /** A pipe waits for somebody who is bound at the name. */
  seek(name: string, pipe: InprocPipe): void;
  /** It waits no more. */
  stop(pipe: InprocPipe): void;
}

export class InprocPipe extends Pipe {
  override readonly host: InprocHost;
  override readonly local = true;
  /** Undefined until the other side is bound, and after it has closed. */
  peer: InprocPipe | undefined;
  readonly #waiting = new Queue<Buffer[]>();
  #first: Buffer[] | undefined;
  /** Both ends know each other: what is sent from now on arrives. */
  #open = false;
  #over = false;

  constructor(host: InprocHost) {
    super(host);
    this.host = host;
  }

  override get full(): boolean {
    const mine = this.host.options.sendHighWaterMark;
    const { peer } = this;
    if (this.host.options.conflate) return false;
    if (!peer) return mine !== 0 && this.#waiting.length >= mine;
    const theirs = peer.host.options.receiveHighWaterMark;
    return mine !== 0 && theirs !== 0 && peer.inbox.length >= mine + theirs;
  }

  override write(message: Outgoing, envelope: Envelope): void {
    const parts: Buffer[] = [];
    for (const part of envelope) parts.push(asBuffer(part));
    for (const part of partsOf(message)) {
      parts.push(part.length <= COPY_UP_TO ? Buffer.from(part) : asBuffer(part));
    }
    this.#give(parts);
  }

  override writeShared({ message }: Shared): void {
    this.write(message, NO_ENVELOPE);
  }

  override writeFirst(message: Uint8Array): void {
    this.#first = [Buffer.from(message)];
  }

  override writeSubscription(on: boolean, topic: Uint8Array): void {
    if (this.peer) this.peer.host.pattern.subscription(this.peer, on, Buffer.from(topic));
    this.peer?.host.arrived();
  }

  #give(parts: Buffer[]): void {
    const { peer } = this;
    if (!peer || !this.#open) {
      if (this.#over) return;
      if (this.host.options.conflate) this.#waiting.clear();
      this.#waiting.push(parts);
      return;
    }
    peer.deliver(parts);
    peer.host.arrived();
  }

  override read(): Buffer[] | undefined {
    const parts = super.read();
    const { peer } = this;
    // A sender that waits at the other end may have room now.
    if (peer && parts) peer.host.writable();
    return parts;
  }

  protected override resume(): void {}

  /** Joins both ends. */
  meet(peer: InprocPipe): void {
    this.peer = peer;
    peer.peer = this;
    for (const end of [this, peer]) {
      const id = end.host.options.routingId;
      if (id !== null && end.peer!.routingId.length === 0) {
        end.peer!.routingId = Buffer.from(id);
      }
    }
    for (const end of [peer, this]) if (!end.#over) end.host.ready(end);
    for (const end of [peer, this]) end.#begin();
    if (this.#over) this.#part();
  }

  /** A socket that is bound later still gets what waits, though this end has closed. */
  get leavesWord(): boolean {
    return this.#waiting.length > 0;
  }

  /** Delivers what waited for the other end. */
  #begin(): void {
    this.#open = true;
    if (this.#first) this.#give(this.#first);
    this.#first = undefined;
    for (let parts = this.#waiting.shift(); parts; parts = this.#waiting.shift()) {
      this.#give(parts);
    }
  }

  override close(): void {
    if (this.#over) return;
    this.#over = true;
    this.host.detach(this);
    this.#part();
  }

  #part(): void {
    const { peer } = this;
    this.peer = undefined;
    if (!peer) return;
    peer.peer = undefined;
    peer.close();
    peer.host.arrived();
  }
}

/** Which sockets are bound where in a Context, and which wait for that. */
export class InprocRegistry {
  readonly #bound = new Map<string, SocketHost>();
  readonly #waiting = new Map<string, Set<InprocPipe>>();
  /** Undefined where no other thread has a part in the Context. */
  elsewhere: Elsewhere | undefined;

  /** How many names are kept: of who is bound, and of who waits. */
  get size(): number {
    return this.#bound.size + this.#waiting.size;
  }

  /** False when somebody is bound there already. */
  bind(name: string, host: SocketHost): boolean {
    if (this.#bound.has(name)) return false;
    this.#bound.set(name, host);
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const pipe of waiting) {
      this.elsewhere?.stop(pipe);
      this.accept(host, pipe);
    }
    this.elsewhere?.bound(name);
    return true;
  }

  unbind(name: string, host: SocketHost): void {
    if (this.#bound.get(name) === host) this.#bound.delete(name);
  }

  connect(name: string, host: SocketHost, routingId?: Buffer): InprocPipe {
    const pipe = new InprocPipe(host);
    if (routingId) pipe.routingId = routingId;
    host.attach(pipe);
    const server = this.#bound.get(name);
    if (server) this.accept(server, pipe);
    else {
      const waiting = this.#waiting.get(name) ?? new Set();
      waiting.add(pipe);
      this.#waiting.set(name, waiting);
      this.elsewhere?.seek(name, pipe);
    }
    return pipe;
  }

  forget(name: string, pipe: InprocPipe): void {
    if (pipe.leavesWord) return;
    this.noLongerWaits(name, pipe);
    this.elsewhere?.stop(pipe);
  }

  /** The pipe has been closed, or somebody of another thread is bound at the name. */
  noLongerWaits(name: string, pipe: InprocPipe): void {
    const waiting = this.#waiting.get(name);
    waiting?.delete(pipe);
    if (waiting?.size === 0) this.#waiting.delete(name);
  }

  has(name: string): boolean {
    return this.#bound.has(name);
  }

  /** Who is bound at the name. */
  get(name: string): SocketHost | undefined {
    return this.#bound.get(name);
  }

  /** Joins a pipe to whoever is bound where it has come to. */
  accept(server: SocketHost, pipe: InprocPipe): void {
    if (!server.pattern.hasRoom || !mayTalk(server.type, pipe.host.type)) {
      pipe.close();
      return;
    }
    const end = new InprocPipe(server);
    server.attach(end);
    pipe.meet(end);
    server.writable();
    pipe.host.writable();
  }
}
