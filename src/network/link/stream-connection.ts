/**
 * One connection through a stream relay: the client's socket, one of ours towards the target,
 * and a passage in each direction.
 *
 *     client ══ near ──► Passage there ──► far ══ target
 *                    ◄── Passage back  ◄──
 *
 * A slow reader slows the writer down, as it would without a relay: while more than 512 KiB
 * of a direction (with what their objects take) have been read and not been taken by the other
 * side, nothing more is read.
 *
 * Simplifications: the client's own `connect` succeeds at once, because it reaches the relay;
 * its first bytes leave a round trip later, when a handshake over the link would be done. The
 * handshake, the end of a stream and a reset are delayed, but never lost; a reset is passed on
 * after the bytes that came before it. (A real one can overtake bytes that were lost and are
 * sent again.) Bytes on their way to the side that broke off are gone.
 */
import { connect, type Socket } from 'node:net';
import { finished } from 'node:stream';
import {
  breakOff,
  hearOut,
  type InetAddress,
  localAddressOf,
} from '../../common/index.ts';
import { Alarm } from './alarm.ts';
import {
  type AckLosses,
  type AnyAction,
  type AnyPassage,
  type Bottlenecks,
  type DeliveryEvent,
  type Direction,
  DirectPassage,
  DIRECTIONS,
  type Fates,
  isPerfect,
  type Link,
  Passage,
  type Seen,
  type Sent,
  type StreamCounts,
  type StreamFateEvent,
  Timeline,
} from './model/index.ts';

/** What all connections of a relay share. */
export interface Surroundings {
  link: Link;
  fates: Fates;
  ackLosses: AckLosses;
  bottlenecks: Bottlenecks;
  target: InetAddress;
  openedAt: number;
  counts: Record<Direction, StreamCounts>;
  onFate: ((event: StreamFateEvent) => void) | undefined;
  onDelivery: ((event: DeliveryEvent) => void) | undefined;
  onSeen: ((seen: Seen) => void) | undefined;
  onNobodyThere: () => void;
  onReset: () => void;
  onClosed: (connection: StreamConnection) => void;
}

const MOST_BUFFERED = 512 * 1024;

export class StreamConnection {
  /** Its number among the relay's connections, from 0. */
  readonly line: number;
  readonly #around: Surroundings;
  readonly #client: string;
  readonly #near: Socket;
  #far: Socket | undefined;
  readonly #passages: Record<Direction, AnyPassage>;
  /** Read, and not yet taken by the other side. */
  readonly #buffered = { there: 0, back: 0 };
  /** What else is to come: the connect. */
  readonly #plans = new Timeline<() => void>();
  readonly #alarm = new Alarm((now) => this.#wake(now));
  /** In which direction a reset has been passed on; it ends both. */
  readonly #resetSeen = new Set<Direction>();
  /** The address from which it connects to the target. */
  #exit: { host: string; port: number } | undefined;
  #hasReached = false;
  #over = false;

  constructor(near: Socket, line: number, client: string, around: Surroundings) {
    this.line = line;
    this.#near = near;
    this.#client = client;
    this.#around = around;
    const now = performance.now();
    const { link, fates, ackLosses, bottlenecks } = around;
    const isHeard = around.onFate !== undefined || around.onDelivery !== undefined;
    const passage = (direction: Direction, opensAt: number): AnyPassage => {
      if (!isHeard && isPerfect(link)) {
        return new DirectPassage(link[direction].segment, (count) => {
          around.counts[direction].segments += count;
          around.counts[direction].acknowledgements += count;
        });
      }
      return new Passage({
        link,
        fates,
        ackLosses,
        bottleneck: bottlenecks[direction],
        direction,
        line,
        opensAt,
        onSent: (sent) => this.#noteSent(direction, sent),
        onAcknowledged: () => (around.counts[direction].acknowledgements += 1),
      });
    };
    this.#passages = {
      there: passage('there', now + link.there.delay + link.back.delay),
      back: passage('back', now),
    };
    this.#listen(near, 'there');
    this.#see('there', 'came', 'begin');
    this.#plans.add(now + link.there.delay, () => this.#connect());
    this.#wake(now);
  }

  #see(
    direction: Direction,
    stage: Seen['stage'],
    what: Seen['what'],
    more?: Partial<Pick<Seen, 'at' | 'exit'>>,
  ): void {
    const { line } = this;
    this.#around.onSeen?.({
      at: performance.now(),
      direction,
      stage,
      what,
      client: this.#client,
      line,
      ...more,
    });
  }

  /** Resets it at once, for both sides. */
  destroy(): void {
    if (!this.#near.destroyed) breakOff(this.#near);
    if (this.#far && !this.#far.destroyed) breakOff(this.#far);
    this.#finish();
  }

  #connect(): void {
    const { host, port } = this.#around.target;
    const far = connect({ host, port, noDelay: true, allowHalfOpen: true });
    this.#far = far;
    this.#listen(far, 'back');
    far.once('connect', () => {
      const { localAddress = '', localPort = 0 } = far;
      this.#reached({ host: localAddress, port: localPort });
    });
    // Node connects in a tick of its own, which comes before this one.
    process.nextTick(() => (this.#exit = localAddressOf(far)));
  }

  /** The target answered. One that reset at once did so too, although Node does not say so. */
  #reached(exit = this.#exit): void {
    if (this.#hasReached) return;
    this.#hasReached = true;
    this.#see('there', 'went', 'begin', exit && { exit });
  }

  /** What comes out of `socket` goes in `direction`. */
  #listen(socket: Socket, direction: Direction): void {
    const passage = this.#passages[direction];
    // The system tells of a reset once: when the write hears of it, the read sees an end.
    let writeHeard = false;
    hearOut(socket, (error: NodeJS.ErrnoException) => {
      writeHeard = error.code === 'ECONNRESET';
    });
    socket.on('data', (chunk) => this.#read(socket, direction, chunk));
    socket.on('end', () => {
      const now = performance.now();
      this.#see(direction, 'came', writeHeard ? 'reset' : 'end');
      if (writeHeard) passage.reset(now);
      else passage.end(now);
      this.#wake(now);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A connect that was reset had been answered.
      const { syscall, code } = error;
      const refused = syscall === 'connect' && code !== 'ECONNRESET';
      if (refused) this.#around.onNobodyThere();
      if (direction === 'back' && !refused) this.#reached();
      this.#see(direction, 'came', refused ? 'refused' : 'reset');
      const now = performance.now();
      passage.reset(now);
      this.#wake(now);
    });
    socket.on('close', () => {
      if (this.#near.destroyed && this.#far?.destroyed) this.#finish();
    });
  }

  #read(socket: Socket, direction: Direction, chunk: Buffer): void {
    const now = performance.now();
    if (direction === 'back') this.#reached();
    this.#see(direction, 'came', chunk, { at: now });
    this.#around.counts[direction].bytes += chunk.length;
    this.#buffered[direction] += this.#passages[direction].push(now, chunk);
    if (this.#buffered[direction] > MOST_BUFFERED) socket.pause();
    this.#wake(now);
  }

  /** Does what is due, and sets the alarm for what is not. */
  #wake(now: number): void {
    if (this.#over) return;
    for (let plan = this.#plans.take(now); plan; plan = this.#plans.take(now))
      plan.item();
    for (const direction of DIRECTIONS) {
      this.#act(direction, this.#passages[direction].advance(now), now);
      if (this.#passages[direction].gaveUp) this.#reset();
    }
    if (this.#over) return;
    const { there, back } = this.#passages;
    this.#alarm.set(Math.min(there.nextTime, back.nextTime, this.#plans.nextTime), now);
  }

  #act(direction: Direction, actions: readonly AnyAction[], at: number): void {
    if (actions.length === 0) return;
    const sink = direction === 'there' ? this.#far : this.#near;
    if (!sink || sink.destroyed) return;
    // What becomes readable at the same time is one read, as behind a gap that is closed.
    sink.cork();
    for (const action of actions) {
      const what = action.type === 'bytes' ? action.data : action.type;
      this.#see(direction, 'went', what, { at });
      if (action.type === 'reset') this.#resetSeen.add(direction);
      if (action.type === 'bytes') this.#write(direction, sink, action);
      else if (action.type === 'end') sink.end();
      else if (sink.writableEnded) finished(sink, { readable: false }, this.#reset);
      else sink.write('', this.#reset);
    }
    sink.uncork();
  }

  #write(
    direction: Direction,
    sink: Socket,
    { data, weight, delivery }: AnyAction & { type: 'bytes' },
  ): void {
    const { counts, onDelivery, openedAt } = this.#around;
    counts[direction].deliveredBytes += data.length;
    if (delivery && delivery.waitedFor > 0) counts[direction].waited += 1;
    sink.write(data, () => this.#taken(direction, weight));
    if (!onDelivery || !delivery) return;
    const { item: _, time, offeredAt, arrivedAt, ...rest } = delivery;
    onDelivery({
      modelled: true,
      direction,
      line: this.line,
      ...rest,
      time: time - openedAt,
      offeredAt: offeredAt - openedAt,
      arrivedAt: arrivedAt - openedAt,
    });
  }

  #taken(direction: Direction, weight: number): void {
    this.#buffered[direction] -= weight;
    if (this.#buffered[direction] > MOST_BUFFERED / 2) return;
    const source = direction === 'there' ? this.#near : this.#far;
    if (source?.isPaused()) source.resume();
  }

  #noteSent(direction: Direction, sent: Sent): void {
    const { counts, onFate, openedAt } = this.#around;
    const count = counts[direction];
    if (sent.attempt === 0) count.segments += 1;
    else count.retransmissions += 1;
    if (sent.outcome === 'lost') count.lost += 1;
    else if (sent.outcome !== 'sent') count.queueFull += 1;
    onFate?.({
      ...sent,
      time: sent.time - openedAt,
      direction,
      client: this.#client,
      line: this.line,
      modelled: true,
    });
  }

  readonly #reset = (): void => {
    if (this.#over) return;
    this.#around.onReset();
    for (const direction of DIRECTIONS) {
      const sink = direction === 'there' ? this.#far : this.#near;
      if (sink && !sink.destroyed && !this.#resetSeen.has(direction))
        this.#see(direction, 'went', 'reset');
    }
    this.destroy();
  };

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#alarm.stop();
    this.#see('there', 'came', 'close');
    this.#around.onClosed(this);
  }
}
