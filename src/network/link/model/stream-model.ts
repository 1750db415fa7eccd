/**
 * What a bad link does to a TCP stream, in one direction. Pure: takes segments and times, and
 * returns times of delivery.
 *
 * A relay works above TCP and cannot lose a packet of a connection: the two halves of the
 * connection end at the relay, and dropping bytes there would be corruption, not loss. So it
 * computes what packet loss would have done to a TCP connection, and delays the bytes
 * accordingly. That is a model, and every output calls it *modelled*.
 *
 *     offer ─► unsent ─► packets ──wire──► arrived ──in order──► delivered
 *                           ▲ │ │             │        (reassembly.ts)
 *                   lost ◄──┼─┘ └◄── acks ◄───┘
 *                     └─────┘
 *
 * The sender repeats a segment when
 *  - **later segments have been acknowledged** (RACK, RFC 8985): at once if there are 3 of
 *    them, otherwise after a quarter of a round trip, since it may just have been overtaken;
 *  - **acknowledgements stop**: a probe after two round trips (TLP, RFC 8985 §7) repeats the
 *    last segment, so that the first rule can find the others;
 *  - **the probe does not help**: the time-out, doubled each time (RFC 6298). After 15 the
 *    sender gives up.
 *
 * All losses of a round trip can be repeated within one round trip (selective
 * acknowledgements, RFC 2018): recovery is pipelined. A model with one fixed stall for each
 * loss would be wrong by half; docs/link.md has the calibration against a kernel's TCP.
 *
 * When the window is full, segments wait. A kernel sends waiting segments in one packet; with
 * `join` so does the model. Without `join` every segment is a packet, with the fate that a
 * datagram would have had; segments that a kernel would have joined leave together, and take
 * one place in the window. These are more packets than a kernel's, and more of them are lost.
 * To make up for that, the window counts bytes as long as nothing is lost, and a recovery does
 * not reduce the number of packets.
 *
 * An acknowledgement may be lost too. The next one says the same and more (selective
 * acknowledgements again), but with little in flight the next one may be a long time coming.
 *
 * Simplifications: every packet is acknowledged at once. Acknowledgements use none of the
 * rate. A corrupted packet is lost (its checksum is wrong); a duplicate has no effect.
 *
 * Read next: round-trips.ts and congestion-window.ts; then passage.ts and the relay around it.
 */
import { CongestionWindow } from './congestion-window.ts';
import { LARGEST_SEGMENT, TCP_HEADERS } from './headers.ts';
import type { Fate } from './packet.ts';
import { type Delivery, Reassembly, type Segment } from './reassembly.ts';
import { LEAST_VARIATION, RoundTrips } from './round-trips.ts';
import { Timeline } from './timeline.ts';
import { type Outcome, Wire, type WireOptions } from './wire.ts';

export interface ModelOptions extends WireOptions {
  /** What a packet takes at least, milliseconds. */
  delay: number;
  /** What an acknowledgement takes; as long as a packet unless told otherwise. */
  ackDelay?: number | undefined;
  /** Whether segments that wait for the window are sent in one packet. */
  join: boolean;
  /** The fate of a packet that begins with segment k, sent for the n-th time, n from 0. */
  fate: (k: number, attempt: number) => Fate;
  /** Whether the n-th acknowledgement, n from 1, is lost; none is unless told otherwise. */
  ackIsLost?: ((n: number) => boolean) | undefined;
  /** Told each time that a packet is sent. */
  onSent?: ((sent: Sent) => void) | undefined;
  /** Told each time that the receiver acknowledges one that begins with segment k. */
  onAcknowledged?: ((k: number) => void) | undefined;
}

export interface Sent {
  time: number;
  /** Its first segment, and how often that had been sent before. */
  k: number;
  attempt: number;
  fate: Fate;
  outcome: Outcome;
  /** Bytes since the beginning of the stream. */
  offset: number;
  size: number;
  /** The congestion window by then, packets. */
  window: number;
}

interface Packet<T> {
  segments: readonly Segment<T>[];
  /** When it was sent, and as which one of all: several may be sent at the same time. */
  sentAt: number;
  number: number;
  /** What it takes of the window, packets. */
  weight: number;
  /** It had been sent before. */
  repeated: boolean;
}

/** This many later packets acknowledged prove a loss: RFC 5681's duplicate acknowledgements. */
const PROOF = 3;
/** TCP_TIMEOUT_MIN of Linux: what a probe waits in addition, milliseconds. */
const PROBE_SLACK = 2;
/** Less than the weight of any packet: for sums of fractions. */
const TINY = 1e-6;
/** tcp_retries2 of Linux, tcp(7). */
const MOST_TIMEOUTS = 15;

export class StreamModel<T> {
  readonly #options: ModelOptions;
  readonly #ackDelay: number;
  readonly #wire: Wire<Packet<T>>;
  readonly #acks = new Timeline<Packet<T>[]>();
  /** Packets that have arrived, but whose acknowledgements were lost. */
  #untold: Packet<T>[] = [];
  #ackCount = 0;
  readonly #reassembly = new Reassembly<T>();
  readonly #trips: RoundTrips;
  readonly #window = new CongestionWindow();
  /** Offered, and not yet sent a first time. */
  readonly #unsent: Segment<T>[] = [];
  /** Sent and neither acknowledged nor given up for lost, in the order of sending. */
  readonly #flying = new Set<Packet<T>>();
  #flyingBytes = 0;
  /** How many packets of the window they take. */
  #flyingWeight = 0;
  /** To be sent again, in the order of the stream. */
  #lost: Segment<T>[] = [];
  /** Sent, and something before them not yet acknowledged: by index. */
  readonly #open = new Map<number, Segment<T>>();
  /** The first that is not acknowledged. */
  #first = 0;
  /** The last segments of packets above the first that have been acknowledged. */
  #ahead: number[] = [];
  #offered = 0;
  #offset = 0;
  #packets = 0;
  /** The latest packet that is known to have arrived (RACK's), and its round trip. */
  #latestNumber = 0;
  #latestTrip = 0;
  /** Losses are repeated until this one is acknowledged; −1 when there are none. */
  #recoverUntil = -1;
  /** It was a time-out that told of them. */
  #afterTimeout = false;
  #windowWasFull = false;
  #probed = false;
  #timeouts = 0;
  #timeoutAt = Infinity;
  #probeAt = Infinity;
  #doubtAt = Infinity;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#wire = new Wire(options);
    this.#ackDelay = options.ackDelay ?? options.delay;
    this.#trips = new RoundTrips(options.delay + this.#ackDelay);
  }

  /** True after 15 time-outs in a row: TCP would give the connection up. */
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
      attempts: 0,
      arrivedAt: Infinity,
      acknowledged: false,
    });
    this.#offered += 1;
    this.#offset += size;
    this.#send(now);
  }

  /** Does everything that is due by `now`, each at its own time. */
  advance(now: number): Delivery<T>[] {
    const delivered: Delivery<T>[] = [];
    for (let time = this.nextTime; time <= now; time = this.nextTime) {
      for (const { item: packet } of this.#wire.take(time)) {
        this.#tell(packet, time);
        this.#reassembly.arrive(packet.segments, time, delivered);
      }
      for (let ack = this.#acks.take(time); ack; ack = this.#acks.take(time)) {
        this.#acknowledge(ack.item, time);
      }
      if (this.#doubtAt <= time) this.#doubtIsOver(time);
      if (this.#probeAt <= time) this.#probe(time);
      if (this.#timeoutAt <= time) this.#timeOut(time);
      this.#send(time);
    }
    return delivered;
  }

  /** The receiver acknowledges what it has; one that is lost, the next one makes up for. */
  #tell(packet: Packet<T>, time: number): void {
    this.#untold.push(packet);
    this.#ackCount += 1;
    this.#options.onAcknowledged?.(packet.segments[0]!.k);
    if (this.#options.ackIsLost?.(this.#ackCount)) return;
    this.#acks.add(time + this.#ackDelay, this.#untold);
    this.#untold = [];
  }

  #acknowledge(packets: readonly Packet<T>[], time: number): void {
    const used = this.#flyingWeight;
    let weight = 0;
    let oldest: Packet<T> | undefined;
    for (const packet of packets) {
      this.#land(packet);
      const news = packet.segments.filter(({ acknowledged }) => !acknowledged);
      if (news.length === 0) continue;
      if (!packet.repeated) oldest ??= packet;
      for (const segment of news) segment.acknowledged = true;
      this.#ahead.push(packet.segments.at(-1)!.index);
      weight += packet.weight;
    }
    if (weight === 0) return;
    if (this.#lost.length > 0) {
      this.#lost = this.#lost.filter(({ acknowledged }) => !acknowledged);
    }
    // Linux measures the oldest packet that is acknowledged now and was sent once: where an
    // acknowledgement was lost, that takes longer. A repeated one is told by its time stamp (RFC
    // 7323).
    const { number, sentAt } = packets.at(-1)!;
    const measured = (oldest ?? packets.at(-1)!).sentAt;
    this.#trips.add(time - measured, this.#first, this.#first + this.#open.size);
    if (number > this.#latestNumber) {
      this.#latestNumber = number;
      this.#latestTrip = time - sentAt;
    }
    const closed = this.#open.get(this.#first)?.acknowledged === true;
    if (closed) this.#progress(time);
    const foundMore = this.#findLost(time);
    this.#recover(weight, closed && !foundMore);
    this.#window.grow(weight, used, this.#windowWasFull);
    this.#armProbe(time);
  }

  /** The first gap is closed. */
  #progress(time: number): void {
    while (this.#open.get(this.#first)?.acknowledged) {
      this.#open.delete(this.#first);
      this.#first += 1;
    }
    this.#ahead = this.#ahead.filter((index) => index >= this.#first);
    if (this.#first > this.#recoverUntil) {
      this.#recoverUntil = -1;
      this.#afterTimeout = false;
      this.#window.endRecovery();
    }
    this.#trips.progress();
    this.#timeouts = 0;
    this.#probed = false;
    this.#armTimeout(time);
  }

  /**
   * RACK: whatever was sent before something that has arrived should be here too.
   * @returns whether anything is
   */
  #findLost(time: number): boolean {
    this.#doubtAt = Infinity;
    const proven = this.#recoverUntil >= 0 || this.#ahead.length >= PROOF;
    const tolerance = proven ? 0 : this.#trips.least / 4;
    let found = false;
    let foundRepeated = false;
    for (const packet of this.#flying) {
      if (packet.number > this.#latestNumber) break;
      const doubtfulAt = packet.sentAt + this.#latestTrip + tolerance;
      if (doubtfulAt <= time) {
        this.#lose(packet);
        found = true;
        foundRepeated ||= packet.repeated;
      } else this.#doubtAt = Math.min(this.#doubtAt, doubtfulAt);
    }
    // What a time-out has given up is repeated as slow start allows, until some of it is lost
    // again.
    const isNews = this.#recoverUntil < 0 || (this.#afterTimeout && foundRepeated);
    if (found && isNews) {
      this.#recoverUntil = this.#lastSent;
      this.#afterTimeout = false;
      this.#window.startRecovery();
    }
    return found;
  }

  /** The time of doubt is over, and nothing was heard that would let a packet go. */
  #doubtIsOver(time: number): void {
    if (this.#findLost(time)) this.#recover(1, false);
  }

  #recover(arrived: number, closed: boolean): void {
    const { join } = this.#options;
    this.#window.recover(arrived, this.#flyingWeight, closed, join);
  }

  /** Everything that was sent is open or before the first that is. */
  get #lastSent(): number {
    return this.#first + this.#open.size - 1;
  }

  #lose(packet: Packet<T>): void {
    this.#land(packet);
    this.#lost.push(...packet.segments.filter(({ acknowledged }) => !acknowledged));
    this.#lost.sort((one, other) => one.index - other.index);
  }

  /** It is not in the air any more, whatever became of it. */
  #land(packet: Packet<T>): void {
    if (!this.#flying.delete(packet)) return;
    this.#flyingBytes -= sizeOf(packet.segments);
    this.#flyingWeight -= packet.weight;
    if (this.#flying.size === 0) this.#flyingWeight = 0; // sums of thirds are no whole numbers
  }

  /**
   * Silence: a packet to provoke an acknowledgement (RFC 8985 7.3). One that is new if there is
   * one, even if the window is full; otherwise the last one again.
   */
  #probe(time: number): void {
    this.#probeAt = Infinity;
    this.#probed = true;
    const count = this.#fitting(this.#unsent);
    const last = [...this.#flying].at(-1);
    if (count > 0) this.#sendNew(this.#unsent.splice(0, count), time);
    else if (last) {
      this.#land(last);
      this.#transmit(last.segments, time, last.weight);
    }
    this.#armTimeout(time);
  }

  #sendNew(segments: readonly Segment<T>[], time: number): void {
    for (const segment of segments) this.#open.set(segment.index, segment);
    const weight = Math.ceil(sizeOf(segments) / LARGEST_SEGMENT) || 1;
    if (this.#options.join) this.#transmit(segments, time, weight);
    else
      for (const one of segments) this.#transmit([one], time, weight / segments.length);
  }

  #timeOut(time: number): void {
    this.#timeouts += 1;
    this.#trips.backOff();
    for (const packet of this.#flying) this.#lose(packet);
    const again = this.#recoverUntil >= 0;
    this.#recoverUntil = this.#lastSent;
    this.#afterTimeout = true;
    this.#window.collapse(again);
    this.#probeAt = Infinity;
    this.#armTimeout(time);
  }

  #armTimeout(time: number): void {
    this.#timeoutAt = this.#open.size > 0 ? time + this.#trips.timeout : Infinity;
  }

  /** Only while all is well: otherwise the other two rules are at work already. */
  #armProbe(time: number): void {
    this.#probeAt = Infinity;
    if (this.#open.size === 0 || this.#ahead.length > 0 || this.#probed) return;
    if (this.#recoverUntil >= 0) return;
    // A lone packet may wait for the receiver's delayed acknowledgement.
    const slack = this.#flying.size === 1 ? LEAST_VARIATION : PROBE_SLACK;
    const patience = 2 * this.#trips.smoothed + slack;
    this.#probeAt = Math.min(time + patience, this.#timeoutAt);
  }

  /** Sends what the window allows: what was lost first, then what is new. */
  #send(time: number): void {
    for (;;) {
      const again = this.#lost.length > 0;
      const waiting = again ? this.#lost : this.#unsent;
      const count = this.#fitting(waiting);
      if (count === 0) return;
      const segments = waiting.slice(0, count);
      const weight = Math.ceil(sizeOf(segments) / LARGEST_SEGMENT) || 1;
      const fits = this.#fits(sizeOf(segments), weight);
      this.#windowWasFull = !fits;
      if (!fits && this.#flying.size > 0) return;
      waiting.splice(0, count);
      if (!again) for (const segment of segments) this.#open.set(segment.index, segment);
      this.#window.noteSent(weight);
      if (this.#options.join) this.#transmit(segments, time, weight);
      else for (const one of segments) this.#transmit([one], time, weight / count);
      const firstAgain = again && segments[0]!.index === this.#first;
      if (firstAgain || this.#timeoutAt === Infinity) this.#armTimeout(time);
      if (!again) this.#armProbe(time);
    }
  }

  #fits(size: number, weight: number): boolean {
    const { packets } = this.#window;
    const inPackets = this.#options.join || this.#recoverUntil >= 0;
    if (inPackets) return this.#flyingWeight + weight <= packets + TINY;
    return this.#flyingBytes + size <= packets * LARGEST_SEGMENT;
  }

  /** How many of those that wait, from the first on, go into one packet. */
  #fitting(waiting: readonly Segment<T>[]): number {
    let count = 0;
    let size = 0;
    for (const segment of waiting) {
      size += segment.size;
      const follows = segment.index === waiting[0]!.index + count;
      if (count > 0 && (size > LARGEST_SEGMENT || !follows)) break;
      count += 1;
    }
    return count;
  }

  #transmit(segments: readonly Segment<T>[], time: number, weight: number): void {
    const { fate: fateOf, onSent } = this.#options;
    const { k, offset, attempts: attempt } = segments[0]!;
    const size = sizeOf(segments);
    const fate = fateOf(k, attempt);
    for (const segment of segments) segment.attempts += 1;
    this.#packets += 1;
    const number = this.#packets;
    const packet = { segments, sentAt: time, number, weight, repeated: attempt > 0 };
    this.#flying.add(packet);
    this.#flyingBytes += size;
    this.#flyingWeight += weight;
    const outcome: Outcome =
      fate.flippedAt >= 0
        ? 'lost'
        : this.#wire.offer(time, packet, size + TCP_HEADERS, fate);
    const window = this.#window.packets;
    onSent?.({ time, k, attempt, fate, outcome, offset, size, window });
  }
}

function sizeOf(segments: readonly { size: number }[]): number {
  let total = 0;
  for (const { size } of segments) total += size;
  return total;
}
