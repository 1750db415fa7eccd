/**
 * The receiving end of a modelled TCP stream: packets in, data in order and acknowledgements out.
 * Pure.
 *
 *     packets ─► reassembly.ts ─► delivered
 *                     └─► acknowledgement: what has arrived, room for more, a time stamp
 *
 * An acknowledgement is sent at once when it says something that matters: that something is
 * missing, or arrived twice, or that the window has grown; for a segment that is not full, which
 * ends what was written; and for every second full one (RFC 9293 3.8.6.3, RFC 5681 4.2). Only a
 * lone full segment waits: for the next one, or 40 ms (Linux's TCP_DELACK_MIN).
 *
 * It may be lost. The next one says the same and more (selective acknowledgements, RFC 2018), but
 * with little in flight the next one may be a long time coming.
 *
 * Source: Linux's __tcp_ack_snd_check (net/ipv4/tcp_input.c) and, for a segment that is not full,
 * __tcp_cleanup_rbuf (net/ipv4/tcp.c).
 */
import { LARGEST_SEGMENT } from './headers.ts';
import { type Delivery, Reassembly, type Segment } from './reassembly.ts';
import { ReceiveWindow } from './receive-window.ts';

/** How long a lone full segment waits for the next one, milliseconds. */
const DELAYED = 40;
/** How many acknowledgements after a duplicate are not delayed. */
const QUICK = 16;

export interface Packet<T> {
  segments: readonly Segment<T>[];
  /** When it was sent, and as which one of all: several may be sent at the same time. */
  sentAt: number;
  number: number;
  /** How much of the congestion window it takes, in packets. */
  weight: number;
  /** It had been sent before. */
  repeated: boolean;
  /** The receiver had all of it already, and says so (RFC 2883). */
  duplicate: boolean;
}

export interface Ack<T> {
  /** What it acknowledges, in the order of arrival: several if earlier ones were lost. */
  packets: readonly Packet<T>[];
  /** Up to which byte of the stream there is room. */
  room: number;
  /** When the packet had left whose time stamp it echoes (RFC 7323 4.3). */
  echoed: number;
}

export interface ReceiverOptions {
  /** How long an acknowledgement takes, and a packet at least, in milliseconds. */
  ackDelay: number;
  delay: number;
  /** Whether the n-th acknowledgement, n from 1, is lost; none is unless told otherwise. */
  ackIsLost?: ((n: number) => boolean) | undefined;
  /** Told each time that one is sent; k is the first segment of what arrived last. */
  onAcknowledged?: ((k: number) => void) | undefined;
}

export class Receiver<T> {
  readonly #options: ReceiverOptions;
  readonly #reassembly = new Reassembly<T>();
  readonly #window: ReceiveWindow;
  /** Packets that have arrived, and have not been acknowledged, or in vain. */
  #untold: Packet<T>[] = [];
  #count = 0;
  /** Bytes acknowledged last, whether or not in vain; and the time stamp that is echoed. */
  #told = 0;
  #echoed = 0;
  #quick = 0;
  #dueAt = Infinity;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#window = new ReceiveWindow(options.delay + options.ackDelay);
  }

  /** When a delayed acknowledgement leaves. */
  get nextTime(): number {
    return this.#dueAt;
  }

  /** Bytes that it has room for at first, as the handshake said. */
  get room(): number {
    return this.#told + this.#window.bytes;
  }

  /**
   * A packet arrives.
   * @param delivered what can be read now is added to it
   * @returns an acknowledgement; undefined when it is delayed, or lost
   */
  arrive(packet: Packet<T>, now: number, delivered: Delivery<T>[]): Ack<T> | undefined {
    const { segments, sentAt } = packet;
    packet.duplicate = segments.every(({ arrivedAt }) => arrivedAt < Infinity);
    const { bytes: before, hasGap: hadGap } = this.#reassembly;
    this.#takeTimeStamp(packet);
    this.#reassembly.arrive(segments, now, delivered);
    this.#untold.push(packet);
    const { bytes, hasGap } = this.#reassembly;
    const trip = now - sentAt + this.#options.ackDelay;
    const grew = this.#window.take(now, trip, bytes - before);
    // A sender that repeats what is here already does not know that it has arrived.
    if (packet.duplicate) this.#quick = QUICK;
    const isLone = sizeOf(segments) >= LARGEST_SEGMENT && this.#dueAt === Infinity;
    const nothingNew = !grew && !packet.duplicate && !hadGap && !hasGap;
    if (!isLone || !nothingNew || this.#quick > 0) return this.acknowledge();
    this.#dueAt = now + DELAYED;
    return undefined;
  }

  /**
   * Echoed is the time stamp of the next packet in order (RFC 7323 4.3), or of a duplicate of the
   * last one: its sender has not heard that it is here, and measures the repetition. Linux refuses
   * a packet that ends earlier, together with its time stamp (tcp_sequence in tcp_input.c).
   */
  #takeTimeStamp({ segments, sentAt }: Packet<T>): void {
    const { offset } = segments[0]!;
    if (offset > this.#told || offset + sizeOf(segments) < this.#told) return;
    this.#echoed = Math.max(this.#echoed, sentAt);
  }

  /** It is sent now, if it has not been sent yet. */
  acknowledge(): Ack<T> | undefined {
    this.#dueAt = Infinity;
    this.#quick = Math.max(0, this.#quick - 1);
    this.#told = this.#reassembly.bytes;
    this.#count += 1;
    this.#options.onAcknowledged?.(this.#untold.at(-1)!.segments[0]!.k);
    if (this.#options.ackIsLost?.(this.#count)) return undefined;
    const packets = this.#untold;
    this.#untold = [];
    return { packets, room: this.room, echoed: this.#echoed };
  }
}

export function sizeOf(segments: readonly { size: number }[]): number {
  let total = 0;
  for (const { size } of segments) total += size;
  return total;
}
