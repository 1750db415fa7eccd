/**
 * What a bad link does to a TCP stream, in one direction. Pure: segments and times in, times
 * of delivery out.
 *
 * A relay sits above TCP. It cannot lose a packet of a connection: the two halves of the
 * connection end at the relay, and dropping bytes there would not be loss but corruption.
 * So it computes what loss would have done to a TCP connection, and makes the bytes as late.
 * That is a model, and is called *modelled* wherever its results are shown.
 *
 *     offer ─► to send ─► flying ──wire──► arrived ──in order──► delivered
 *                ▲          │ │              │                   ("head-of-line": later
 *                └── lost ◄─┘ └◄── acks ◄────┘                    ones wait for a gap)
 *
 * The sender repeats a segment when
 *  - **later ones have been acknowledged** (RACK, RFC 8985): at once when 3 of them have,
 *    otherwise after a quarter of a round trip, since it may just have been overtaken;
 *  - **nothing is acknowledged any more**: a probe after two round trips (TLP, RFC 8985 §7)
 *    repeats the last segment, so that the first rule can find the others;
 *  - **not even then**: the time-out, doubled each time (RFC 6298). After 15 it gives up.
 *
 * All segments of a round trip can be repeated at once (selective acknowledgements, RFC
 * 2018): recovery is pipelined. One fixed stall for each loss is a different thing, and wrong
 * by half; docs/link.md has the calibration against a kernel's TCP.
 *
 * Simplifications: every segment is acknowledged, at once, and acknowledgements are never
 * lost, since each later one says the same. Segments are never joined by the sender. A
 * corrupted segment is a lost one (its checksum is wrong), a doubled one is noticed by nobody.
 *
 * Read next: round-trips.ts, congestion-window.ts; then stream-relay.ts, its shell.
 */
import { CongestionWindow } from './congestion-window.ts';
import type { Fate } from './fate.ts';
import { LEAST_VARIATION, RoundTrips } from './round-trips.ts';
import { Timeline } from './timeline.ts';
import { type Outcome, Wire, type WireOptions } from './wire.ts';

export interface ModelOptions extends WireOptions {
  /** One way, milliseconds: what an acknowledgement takes. */
  delay: number;
  /** What happens to segment k the n-th time it is sent, n from 0. */
  fate: (k: number, attempt: number) => Fate;
  /** Told each time that a segment is sent. */
  onSent?: ((sent: Sent) => void) | undefined;
}

export interface Sent {
  time: number;
  k: number;
  attempt: number;
  fate: Fate;
  outcome: Outcome;
  /** Bytes since the beginning of the stream. */
  offset: number;
  size: number;
}

export interface Delivery<T> {
  item: T;
  k: number;
  offset: number;
  size: number;
  /** When the application could read it. */
  time: number;
  /** When it was offered, and when its packet arrived. */
  offeredAt: number;
  arrivedAt: number;
  /** How often it was sent. */
  attempts: number;
  /** The segment that was missing when it arrived; 0 if none was. */
  waitedFor: number;
}

interface Segment<T> {
  item: T;
  /** Its place in the stream, from 0. */
  index: number;
  k: number;
  offset: number;
  size: number;
  offeredAt: number;
  sentAt: number;
  attempts: number;
  arrivedAt: number;
  acknowledged: boolean;
}

/** One packet: a segment, as it was sent that time. */
interface Packet<T> {
  segment: Segment<T>;
  sentAt: number;
}

/** IPv4 and TCP. */
const HEADERS = 40;
/** As many later segments acknowledged prove a loss: RFC 5681's duplicate acknowledgements. */
const PROOF = 3;
/** TCP_TIMEOUT_MIN of Linux: what a probe waits besides, milliseconds. */
const PROBE_SLACK = 2;
/** tcp_retries2 of Linux, tcp(7). */
const MOST_TIMEOUTS = 15;

export class StreamModel<T> {
  readonly #options: ModelOptions;
  readonly #wire: Wire<Packet<T>>;
  readonly #acks = new Timeline<Packet<T>>();
  readonly #trips: RoundTrips;
  readonly #window = new CongestionWindow();
  /** Offered, and not yet sent a first time. */
  readonly #unsent: Segment<T>[] = [];
  /** Sent and not acknowledged, in the order of their last sending. */
  readonly #flying = new Map<number, Segment<T>>();
  #flyingBytes = 0;
  /** To be sent again. */
  readonly #lost = new Map<number, Segment<T>>();
  /** Sent, and everything before it not yet acknowledged: by index. */
  readonly #open = new Map<number, Segment<T>>();
  /** The first that is not acknowledged. */
  #first = 0;
  /** Those above the first that are acknowledged. */
  #ahead = 0;
  #offered = 0;
  #sent = 0;
  #offset = 0;
  /** The receiver's: what came too early, and what it waits for. */
  readonly #early = new Map<number, Segment<T>>();
  #expected = 0;
  /** The latest sending that is known to have arrived (RACK's time), and its round trip. */
  #latestSending = -Infinity;
  #latestTrip = 0;
  /** In recovery until this one is acknowledged; −1 when not. */
  #recoverUntil = -1;
  #windowWasFull = false;
  #probed = false;
  #timeouts = 0;
  #timeoutAt = Infinity;
  #probeAt = Infinity;
  #doubtAt = Infinity;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#wire = new Wire(options);
    this.#trips = new RoundTrips(2 * options.delay);
  }

  /** True after 15 time-outs in a row: the connection is as good as dead. */
  get gaveUp(): boolean {
    return this.#timeouts > MOST_TIMEOUTS;
  }

  /** When to call `advance` next; Infinity for not before the next `offer`. */
  get nextTime(): number {
    if (this.gaveUp) return Infinity;
    return Math.min(
      this.#wire.nextTime,
      this.#acks.nextTime,
      this.#timeoutAt,
      this.#probeAt,
      this.#doubtAt,
    );
  }

  /** The application writes a segment at `now` (milliseconds, never less than before). */
  offer(now: number, k: number, size: number, item: T): void {
    this.#unsent.push({
      item,
      index: this.#offered,
      k,
      offset: this.#offset,
      size,
      offeredAt: now,
      sentAt: -Infinity,
      attempts: 0,
      arrivedAt: Infinity,
      acknowledged: false,
    });
    this.#offered += 1;
    this.#offset += size;
    this.#send(now);
  }

  /** Lets everything happen that is due by `now`, each at its own time. */
  advance(now: number): Delivery<T>[] {
    const delivered: Delivery<T>[] = [];
    for (let time = this.nextTime; time <= now; time = this.nextTime) {
      for (const { item } of this.#wire.take(time)) this.#arrive(item, time, delivered);
      for (let ack = this.#acks.take(time); ack; ack = this.#acks.take(time)) {
        this.#acknowledge(ack.item, time);
      }
      if (this.#doubtAt <= time) this.#findLost(time);
      if (this.#probeAt <= time) this.#probe(time);
      if (this.#timeoutAt <= time) this.#timeOut(time);
      this.#send(time);
    }
    return delivered;
  }

  #arrive(packet: Packet<T>, time: number, delivered: Delivery<T>[]): void {
    this.#acks.add(time + this.#options.delay, packet);
    const { segment } = packet;
    if (segment.arrivedAt !== Infinity) return; // a copy, or repeated without need
    segment.arrivedAt = time;
    this.#early.set(segment.index, segment);
    if (segment.index !== this.#expected) return;
    for (let next = this.#early.get(this.#expected); next;) {
      const { item, k, offset, size, offeredAt, arrivedAt, attempts } = next;
      const waitedFor = next === segment ? 0 : segment.k;
      delivered.push({
        item,
        k,
        offset,
        size,
        time,
        offeredAt,
        arrivedAt,
        attempts,
        waitedFor,
      });
      this.#early.delete(this.#expected);
      this.#expected += 1;
      next = this.#early.get(this.#expected);
    }
  }

  #acknowledge({ segment, sentAt }: Packet<T>, time: number): void {
    if (segment.acknowledged) return;
    segment.acknowledged = true;
    // The acknowledgement says which sending it answers: TCP's time stamps, RFC 7323.
    this.#trips.add(time - sentAt);
    if (sentAt > this.#latestSending) {
      this.#latestSending = sentAt;
      this.#latestTrip = time - sentAt;
    }
    if (this.#flying.delete(segment.index)) this.#flyingBytes -= segment.size;
    this.#lost.delete(segment.index);
    this.#ahead += 1;
    if (segment.index === this.#first) this.#progress(time);
    if (this.#recoverUntil < 0 && this.#windowWasFull) this.#window.grow(segment.size);
    this.#findLost(time);
    this.#armProbe(time);
  }

  /** The first gap is closed. */
  #progress(time: number): void {
    for (let next = this.#open.get(this.#first); next?.acknowledged;) {
      this.#open.delete(this.#first);
      this.#first += 1;
      this.#ahead -= 1;
      next = this.#open.get(this.#first);
    }
    if (this.#first > this.#recoverUntil) this.#recoverUntil = -1;
    this.#trips.progress();
    this.#timeouts = 0;
    this.#probed = false;
    this.#armTimeout(time);
  }

  /** RACK: whatever was sent before something that has arrived should be here too. */
  #findLost(time: number): void {
    this.#doubtAt = Infinity;
    const proven = this.#recoverUntil >= 0 || this.#ahead >= PROOF;
    const tolerance = proven ? 0 : this.#trips.least / 4;
    for (const segment of this.#flying.values()) {
      if (segment.sentAt >= this.#latestSending) break;
      const doubtfulAt = segment.sentAt + this.#latestTrip + tolerance;
      if (doubtfulAt <= time) this.#lose(segment);
      else this.#doubtAt = Math.min(this.#doubtAt, doubtfulAt);
    }
    if (this.#lost.size > 0 && this.#recoverUntil < 0) {
      this.#recoverUntil = this.#sent - 1;
      this.#window.shrink();
    }
  }

  #lose(segment: Segment<T>): void {
    this.#flying.delete(segment.index);
    this.#flyingBytes -= segment.size;
    this.#lost.set(segment.index, segment);
  }

  /** Silence: one more segment, to provoke an acknowledgement. */
  #probe(time: number): void {
    this.#probeAt = Infinity;
    this.#probed = true;
    const last = [...this.#flying.values()].at(-1);
    if (last) this.#transmit(last, time);
    this.#armTimeout(time);
  }

  #timeOut(time: number): void {
    this.#timeouts += 1;
    this.#trips.backOff();
    for (const segment of this.#flying.values()) this.#lose(segment);
    this.#recoverUntil = this.#sent - 1;
    this.#window.collapse();
    this.#probeAt = Infinity;
    this.#armTimeout(time);
  }

  #armTimeout(time: number): void {
    this.#timeoutAt = this.#open.size > 0 ? time + this.#trips.timeout : Infinity;
  }

  /** Only while all is well: otherwise the other two rules are at work already. */
  #armProbe(time: number): void {
    this.#probeAt = Infinity;
    if (this.#open.size === 0 || this.#ahead > 0 || this.#probed) return;
    if (this.#recoverUntil >= 0) return;
    // A lone segment may wait for the receiver's delayed acknowledgement.
    const slack = this.#open.size === 1 ? LEAST_VARIATION : PROBE_SLACK;
    const patience = 2 * this.#trips.smoothed + slack;
    this.#probeAt = Math.min(time + patience, this.#timeoutAt);
  }

  /** Sends what the window allows: what was lost first, then what is new. */
  #send(time: number): void {
    for (;;) {
      const again = this.#lost.values().next().value;
      const segment = again ?? this.#unsent[0];
      if (!segment) break;
      const fits = this.#flyingBytes + segment.size <= this.#window.bytes;
      this.#windowWasFull = !fits;
      if (!fits && this.#flying.size > 0) break;
      if (again) this.#lost.delete(segment.index);
      else {
        this.#unsent.shift();
        this.#open.set(segment.index, segment);
        this.#sent += 1;
      }
      this.#transmit(segment, time);
      if (this.#timeoutAt === Infinity) this.#armTimeout(time);
      if (!again) this.#armProbe(time);
    }
  }

  #transmit(segment: Segment<T>, time: number): void {
    const { fate: fateOf, onSent } = this.#options;
    const { k, size, offset, attempts: attempt } = segment;
    const fate = fateOf(k, attempt);
    segment.sentAt = time;
    segment.attempts += 1;
    // Deleted first, so that it goes to the end: the order is that of sending.
    if (!this.#flying.delete(segment.index)) this.#flyingBytes += size;
    this.#flying.set(segment.index, segment);
    const packet = { segment, sentAt: time };
    const outcome: Outcome =
      fate.flippedAt >= 0 ? 'lost' : this.#wire.offer(time, packet, size + HEADERS, fate);
    onSent?.({ time, k, attempt, fate, outcome, offset, size });
  }
}
