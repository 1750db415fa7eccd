/**
 * What a bad link does to a TCP stream, in one direction. Pure: takes segments and times, and
 * returns times of delivery.
 *
 * A relay works above TCP and cannot lose a packet of a connection: the two halves of the
 * connection end at the relay, and dropping bytes there would be corruption, not loss. So it
 * computes what packet loss would have done to a TCP connection, and delays the bytes
 * accordingly. That is a model, and every output calls it *modelled*.
 *
 *     offer ─► unsent ─► packets ──wire──► receiver.ts ──in order──► delivered
 *                           ▲ │ │             │
 *                   lost ◄──┼─┘ └◄── acks ◄───┘
 *                     └─────┘
 *
 * The sender repeats a segment when
 *  - **later segments have been acknowledged** (RACK, RFC 8985): at once if there are 3 of
 *    them, otherwise after a quarter of a round trip, since it may just have been overtaken;
 *  - **acknowledgements stop**: a probe after two round trips, and not after the time-out (TLP,
 *    RFC 8985 7.2), repeats the last segment, so that the first rule can find the others;
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
 * What was repeated may turn out not to have been lost: then the window is what it was before
 * (repeats.ts).
 *
 * Simplifications: acknowledgements use none of the rate. A corrupted packet is lost (its checksum
 * is wrong). The sender never learns that the link reorders: then RACK would wait for the quarter
 * of a round trip every time (RFC 8985 6.2).
 *
 * Read next: receiver.ts, round-trips.ts and congestion-window.ts; then passage.ts and the relay
 * around it.
 */
import { CongestionWindow } from './congestion-window.ts';
import { LARGEST_SEGMENT, TCP_HEADERS } from './headers.ts';
import type { Fate } from './packet.ts';
import { Flight } from './flight.ts';
import type { Delivery, Segment } from './reassembly.ts';
import { type Ack, type Packet, Receiver, sizeOf } from './receiver.ts';
import { Repeats } from './repeats.ts';
import { LEAST_VARIATION, RoundTrips } from './round-trips.ts';
import { Timeline } from './timeline.ts';
import { type Outcome, Wire, type WireOptions } from './wire.ts';

export interface ModelOptions extends WireOptions {
  /** The shortest time that a packet takes, in milliseconds. */
  delay: number;
  /** How long an acknowledgement takes; as long as a packet unless told otherwise. */
  ackDelay?: number | undefined;
  /** Whether segments that wait for the window are sent in one packet. */
  join: boolean;
  /** The fate of a packet that begins with segment k, sent for the n-th time, n from 0. */
  fate: (k: number, attempt: number) => Fate;
  /** Whether the n-th acknowledgement, n from 1, is lost; none is unless told otherwise. */
  ackIsLost?: ((n: number) => boolean) | undefined;
  /** Called each time that a packet is sent. */
  onSent?: ((sent: Sent) => void) | undefined;
  /** Called each time that the receiver acknowledges a packet that begins with segment k. */
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
  /** The congestion window at that time, in packets. */
  window: number;
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
  readonly #acks = new Timeline<Ack<T>>();
  readonly #receiver: Receiver<T>;
  /** Up to where the receiver has room, bytes of the stream. */
  #room: number;
  readonly #trips: RoundTrips;
  readonly #window = new CongestionWindow();
  /** Offered, and not yet sent a first time. */
  readonly #unsent: Segment<T>[] = [];
  readonly #flight = new Flight<T>();
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
  /** A time-out revealed them. */
  #afterTimeout = false;
  readonly #repeats = new Repeats();
  /** After a time-out: whether it is still open if anything was lost (F-RTO). */
  #inDoubt = false;
  /** Send what is new before what was lost, to find that out. */
  #newFirst = false;
  /** What a probe was the last of, by index; and whether it was a repetition. */
  #probeEnds = -1;
  #probeRepeats = false;
  #timeouts = 0;
  #timeoutAt = Infinity;
  #probeAt = Infinity;
  #doubtAt = Infinity;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#wire = new Wire(options);
    this.#ackDelay = options.ackDelay ?? options.delay;
    this.#trips = new RoundTrips(options.delay + this.#ackDelay);
    this.#receiver = new Receiver({ ...options, ackDelay: this.#ackDelay });
    this.#room = this.#receiver.room;
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
      this.#receiver.nextTime,
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
      sentAt: now,
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
        this.#reply(this.#receiver.arrive(packet, time, delivered), time);
      }
      if (this.#receiver.nextTime <= time)
        this.#reply(this.#receiver.acknowledge(), time);
      for (let ack = this.#acks.take(time); ack; ack = this.#acks.take(time)) {
        this.#room = Math.max(this.#room, ack.item.room);
        this.#acknowledge(ack.item, time);
      }
      if (this.#doubtAt <= time) this.#doubtIsOver(time);
      if (this.#probeAt <= time) this.#probe(time);
      if (this.#timeoutAt <= time) this.#timeOut(time);
      this.#send(time);
    }
    return delivered;
  }

  #reply(ack: Ack<T> | undefined, time: number): void {
    if (ack) this.#acks.add(time + this.#ackDelay, ack);
  }

  #acknowledge({ echoed, packets }: Ack<T>, time: number): void {
    const last = packets.at(-1)!;
    const first = this.#first;
    const headSentAt = this.#open.get(first)?.sentAt ?? time;
    const news = new Set<Segment<T>>();
    let weight = 0;
    for (const packet of packets) {
      this.#flight.land(packet);
      const before = news.size;
      for (const segment of packet.segments) {
        if (!segment.acknowledged) news.add(segment);
        segment.acknowledged = true;
      }
      if (news.size === before) continue;
      this.#ahead.push(packet.segments.at(-1)!.index);
      weight += packet.weight;
    }
    if (weight > 0) this.#lost = this.#lost.filter(({ acknowledged }) => !acknowledged);
    const closed = this.#open.get(first)?.acknowledged === true;
    const again = closed && this.#passAcknowledged();
    const once = [...news].filter(({ attempts }) => attempts === 1);
    // A retransmission, and everything acknowledged with it, measures nothing (Karn).
    const certain = again ? once.filter(({ index }) => index >= this.#first) : once;
    if (last.number > this.#latestNumber) {
      this.#latestNumber = last.number;
      this.#latestTrip = time - last.sentAt;
    }
    this.#measure(certain, closed ? echoed : undefined, time);
    // A duplicate that the link made says nothing about what was retransmitted.
    const { index: end, attempts } = last.segments.at(-1)!;
    if (last.duplicate && (end < first || attempts > 1)) this.#repeats.noteDuplicate();
    this.#hearOfProbe(last.duplicate, weight > 0);
    if (closed || certain.some(({ sentAt }) => sentAt < headSentAt))
      this.#armTimeout(time);
    const original = once.some(({ index }) => index <= this.#recoverUntil);
    if (this.#wasNeedless(closed ? echoed : Infinity, original)) this.#undo();
    else if (this.#first > this.#recoverUntil) this.#endRecovery();
    else if (this.#inDoubt) this.#doubt(closed, weight > 0);
    if (weight === 0) return;
    const foundMore = this.#findLost(time);
    this.#recover(weight, closed && !foundMore);
    if (closed) this.#window.grow(weight, time);
    if (closed) this.#armProbe(time);
    else if (this.#ahead.length > 0) this.#probeAt = Infinity;
  }

  /**
   * Linux measures the oldest segment that is acknowledged now and was sent once: where an
   * acknowledgement was lost, that takes longer. Otherwise the time stamp tells (RFC 7323).
   */
  #measure(
    certain: readonly Segment<T>[],
    echoed: number | undefined,
    now: number,
  ): void {
    const sentAt = certain[0]?.sentAt ?? echoed;
    if (sentAt === undefined) return;
    const next = this.#first + this.#open.size;
    this.#trips.add(now - sentAt, this.#first, next);
    const trip = now - (certain.at(-1)?.sentAt ?? sentAt);
    this.#window.hear({ now, trip, first: this.#first, next });
  }

  /** The first gap is closed. @returns whether anything in it had been sent again */
  #passAcknowledged(): boolean {
    let again = false;
    for (
      let segment = this.#open.get(this.#first);
      segment?.acknowledged;
      segment = this.#open.get(this.#first)
    ) {
      again ||= segment.attempts > 1;
      this.#open.delete(this.#first);
      this.#first += 1;
    }
    this.#ahead = this.#ahead.filter((index) => index >= this.#first);
    this.#timeouts = 0;
    return again;
  }

  /** A probe that was a repetition may have repaired a loss: that counts (RFC 8985 7.4). */
  #hearOfProbe(duplicate: boolean, news: boolean): void {
    if (this.#probeEnds < 0 || this.#first < this.#probeEnds) return;
    const repaired = this.#probeRepeats && !duplicate && this.#first > this.#probeEnds;
    if (repaired) this.#window.reduceOnce();
    if (repaired || duplicate || !this.#probeRepeats || !news) this.#probeEnds = -1;
  }

  /** Whether nothing that was sent again since the losses were noticed had been lost. */
  #wasNeedless(echoed: number, original: boolean): boolean {
    if (this.#recoverUntil < 0) return this.#repeats.wereNeedless;
    if (this.#inDoubt && original) return true;
    return this.#repeats.areOlder(echoed) || this.#repeats.wereNeedless;
  }

  /** What had been presumed lost is on its way after all. */
  #undo(): void {
    this.#window.undo();
    this.#repeats.begin();
    this.#flight.restore(({ segments }) => this.#lost.includes(segments[0]!));
    this.#lost = [];
    this.#endRecovery();
  }

  #endRecovery(): void {
    this.#recoverUntil = -1;
    this.#afterTimeout = false;
    this.#inDoubt = false;
    this.#flight.forget();
    this.#window.endRecovery();
  }

  /**
   * RFC 5682 3.1: after the first acknowledgement, send something new to see what becomes of it.
   */
  #doubt(closed: boolean, news: boolean): void {
    if (this.#lastSent > this.#recoverUntil) {
      if (news && !closed) this.#inDoubt = false;
    } else if (closed) {
      this.#recoverUntil = this.#lastSent;
      this.#newFirst = this.#unsent.length > 0;
      this.#inDoubt = this.#newFirst;
    }
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
    for (const packet of this.#flight) {
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
      this.#inDoubt = false;
      this.#probeEnds = -1;
      this.#repeats.begin();
      this.#window.startRecovery();
    }
    return found;
  }

  /** The waiting time is over, and no acknowledgement has cleared the packet. */
  #doubtIsOver(time: number): void {
    if (this.#findLost(time)) this.#recover(1, false);
  }

  #recover(arrived: number, closed: boolean): void {
    const { join } = this.#options;
    this.#window.recover(arrived, this.#flight.weight, closed, join);
  }

  /** Everything that was sent is open or before the first that is. */
  get #lastSent(): number {
    return this.#first + this.#open.size - 1;
  }

  #lose(packet: Packet<T>): void {
    this.#flight.giveUp(packet);
    this.#lost.push(...packet.segments.filter(({ acknowledged }) => !acknowledged));
    this.#lost.sort((one, other) => one.index - other.index);
  }

  /**
   * Silence: a packet to provoke an acknowledgement (RFC 8985 7.3). One that is new if there is
   * one, even if the window is full; otherwise the last one again.
   */
  #probe(time: number): void {
    this.#probeAt = Infinity;
    const count = this.#fitting(this.#unsent);
    const isNew = count > 0 && this.#hasRoom(this.#unsent.slice(0, count));
    const { last } = this.#flight;
    this.#probeRepeats = !isNew;
    if (isNew) this.#sendNew(this.#unsent.splice(0, count), time);
    else if (last) {
      this.#flight.land(last);
      this.#transmit(last.segments, time, last.weight);
    }
    this.#probeEnds = this.#lastSent + 1;
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
    const noticed = this.#recoverUntil >= 0;
    const progressed = this.#afterTimeout && this.#timeouts === 0;
    const again = noticed && !progressed;
    this.#inDoubt = !again || this.#timeouts > 0;
    this.#timeouts += 1;
    this.#trips.backOff();
    // What left just now may still arrive (RFC 8985 6.3).
    for (const packet of this.#flight) {
      const isFirst = packet.segments.some(({ index }) => index === this.#first);
      if (isFirst || packet.sentAt + this.#latestTrip <= time) this.#lose(packet);
    }
    if (!again) this.#repeats.begin();
    this.#recoverUntil = this.#lastSent;
    this.#afterTimeout = true;
    this.#window.collapse(this.#flight.weight, again);
    this.#probeAt = Infinity;
    this.#probeEnds = -1;
    this.#armTimeout(time);
  }

  #armTimeout(time: number): void {
    this.#timeoutAt = this.#open.size > 0 ? time + this.#trips.timeout : Infinity;
  }

  /** Only while all is well, one at a time: otherwise the other two rules are at work already. */
  #armProbe(time: number): void {
    this.#probeAt = Infinity;
    if (this.#open.size === 0 || this.#ahead.length > 0) return;
    if (this.#recoverUntil >= 0 || this.#probeEnds >= 0) return;
    // A lone packet may wait for the receiver's delayed acknowledgement.
    const slack = this.#flight.count === 1 ? LEAST_VARIATION : PROBE_SLACK;
    const patience = 2 * this.#trips.smoothed + slack;
    this.#probeAt = Math.min(time + patience, this.#timeoutAt);
  }

  /** Sends what the window allows: what was lost first, then what is new. */
  #send(time: number): void {
    while (this.#sendOne(time));
    this.#newFirst = false;
  }

  /** @returns whether a packet has left */
  #sendOne(time: number): boolean {
    const again = this.#lost.length > 0 && !this.#newFirst;
    const waiting = again ? this.#lost : this.#unsent;
    const count = this.#fitting(waiting);
    if (count === 0) return false;
    const segments = waiting.slice(0, count);
    if (!again && !this.#hasRoom(segments)) return false;
    const weight = Math.ceil(sizeOf(segments) / LARGEST_SEGMENT) || 1;
    if (!this.#fits(sizeOf(segments), weight) && this.#flight.count > 0) {
      if (!again) this.#noteUse();
      return false;
    }
    waiting.splice(0, count);
    this.#window.noteSent(weight);
    if (!again) {
      this.#sendNew(segments, time);
      this.#noteUse();
    } else if (this.#options.join) this.#transmit(segments, time, weight);
    else for (const one of segments) this.#transmit([one], time, weight / count);
    const firstAgain = again && segments[0]!.index === this.#first;
    if (firstAgain || this.#timeoutAt === Infinity) this.#armTimeout(time);
    if (!again) this.#armProbe(time); // at the time-out at the latest
    return true;
  }

  #noteUse(): void {
    const next = this.#first + this.#open.size;
    this.#window.noteUse(this.#flight.weight, { first: this.#first, next });
  }

  #hasRoom(segments: readonly Segment<T>[]): boolean {
    const last = segments.at(-1)!;
    return last.offset + last.size <= this.#room;
  }

  #fits(size: number, weight: number): boolean {
    const { packets } = this.#window;
    const inPackets = this.#options.join || this.#recoverUntil >= 0;
    if (inPackets) return this.#flight.weight + weight <= packets + TINY;
    return this.#flight.bytes + size <= packets * LARGEST_SEGMENT;
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
    for (const segment of segments) {
      segment.attempts += 1;
      segment.sentAt = time;
    }
    const repeated = attempt > 0;
    if (repeated) this.#repeats.noteRepeated(time);
    this.#packets += 1;
    const number = this.#packets;
    const packet = { segments, sentAt: time, number, weight, repeated, duplicate: false };
    this.#flight.add(packet);
    const outcome: Outcome =
      fate.flippedAt >= 0
        ? 'lost'
        : this.#wire.offer(time, packet, size + TCP_HEADERS, fate);
    const window = this.#window.packets;
    onSent?.({ time, k, attempt, fate, outcome, offset, size, window });
  }
}
