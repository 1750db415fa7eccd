/**
 * A sender: which packet it sends when. Pure: it is told the time, in milliseconds.
 *
 *     messages ──► packer ──► next(now) ──► ODATA ──► kept for `recoveryInterval`
 *     NAK ──► heard(now)  ──► next(now) ──► NCF at once, RDATA when it is its turn
 *
 * Everything that leaves is paid for out of `rate`, which fills a small bucket. So the packets
 * kept are at most rate × recoveryInterval, and NAKs in any number cause no more traffic than
 * that; while there are new messages, repeated packets get half of it.
 *
 * SPMs tell receivers how far the sender is: they show that the last packet was lost, if none comes
 * after it. After a packet they come soon, and then less and less often.
 *
 * Source: RFC 3208, sections 5 and 7. Read next: receive-window.ts.
 */
import { Packer } from './messages.ts';
import {
  DATA_HEADER,
  encodeData,
  encodeNak,
  encodeSpm,
  later,
  MOST_IN_NAK,
  type Packet,
} from './packet.ts';

/** From one SPM to the next, in milliseconds: doubled each time. */
const [FIRST_SPM, LAST_SPM] = [4, 8192];
/** Nobody can make us send more than one SPM in this many milliseconds. */
const SPM_PAUSE = 25;
/** As much as the rate allows in this time may leave at once, in milliseconds … */
const BURST = 5;
/** … or this many packets. */
const LEAST_BURST = 4;
/**
 * For this long after a NAK, and after a packet was repeated, further requests for it are ignored:
 * they were sent before it came, or to two of our ports. In milliseconds.
 */
const HOLD_OFF = 10;
/** IP's and UDP's headers. */
const OUTER = 28;
/**
 * If this long has passed since the last packet, or the last NAK, nobody lacks anything. In
 * milliseconds.
 */
export const QUIET = 500;
/**
 * How many NAKs may wait to be confirmed; without a confirmation, those who asked still get the
 * packets.
 */
const MOST_CONFIRMATIONS = 64;

export interface SenderOptions {
  tsi: string;
  port: number;
  /** Ours, and the group's. */
  address: string;
  group: string;
  /** In kilobits a second. */
  rate: number;
  /** In milliseconds. */
  recoveryInterval: number;
  /** The largest packet, with all headers, in bytes. */
  packetSize: number;
}

interface Kept {
  data: Buffer;
  sentAt: number;
  deafUntil: number;
}

export class SendWindow {
  readonly packer = new Packer();
  readonly #options: SenderOptions;
  /** By sequence number, the oldest first. */
  readonly #kept = new Map<number, Kept>();
  /** The one to come. */
  #next = 0;
  readonly #repairs = new Set<number>();
  #repairedLast = false;
  readonly #confirmations: number[][] = [];
  #spmSequence = 0;
  #spmAt: number;
  #spmInterval = LAST_SPM;
  #lastSpm = -Infinity;
  #activeAt = -Infinity;
  /** How many bytes may leave; below 0 the sender has to wait. */
  #credit: number;
  #creditAt: number;

  constructor(options: SenderOptions, now: number) {
    this.#options = options;
    this.#spmAt = now; // so that receivers know of us before there is something to lose
    this.#creditAt = now;
    this.#credit = this.#mostCredit;
  }

  get #bytesPerMillisecond(): number {
    return this.#options.rate / 8;
  }

  get #mostCredit(): number {
    const { packetSize } = this.#options;
    return Math.max(this.#bytesPerMillisecond * BURST, packetSize * LEAST_BURST);
  }

  get #oldest(): number {
    return later(this.#next, -this.#kept.size);
  }

  /** How many packets can be repeated. */
  get kept(): number {
    return this.#kept.size;
  }

  /** Whether messages wait, or somebody may still lack a packet. */
  busy(now: number): boolean {
    return this.packer.messages > 0 || now - this.#activeAt < QUIET;
  }

  /** Packets from receivers; anything else is none of our business. */
  heard(packet: Packet, now: number): void {
    const { tsi, port, group } = this.#options;
    if (packet.tsi !== tsi || packet.port !== port) return;
    if (packet.type === 'SPMR') this.#hurrySpm(now);
    if (packet.type !== 'NAK' || packet.group !== group) return;
    this.#forget(now);
    const here = packet.sequences.filter((sequence) => this.#kept.has(sequence));
    // A receiver that asks for a packet that is gone should learn that.
    if (here.length < packet.sequences.length) this.#hurrySpm(now);
    const due = here.filter((sequence) => this.#kept.get(sequence)!.deafUntil <= now);
    if (due.length === 0) return;
    this.#activeAt = now;
    if (this.#confirmations.length < MOST_CONFIRMATIONS) {
      this.#confirmations.push(due.slice(0, MOST_IN_NAK));
    }
    for (const sequence of due) {
      this.#kept.get(sequence)!.deafUntil = now + HOLD_OFF;
      this.#repairs.add(sequence);
    }
  }

  #hurrySpm(now: number): void {
    this.#spmAt = Math.min(this.#spmAt, Math.max(now, this.#lastSpm + SPM_PAUSE));
  }

  /** A packet to send now. */
  next(now: number): Buffer | undefined {
    this.#earn(now);
    if (this.#credit <= 0) return undefined;
    this.#forget(now);
    const bytes =
      this.#spmAt <= now ? this.#spm(now) : (this.#confirmation() ?? this.#content(now));
    if (bytes) this.#credit -= bytes.length + OUTER;
    return bytes;
  }

  /** When `next` may have something, if nothing else happens. */
  get wakeAt(): number {
    const waits = this.packer.messages + this.#repairs.size + this.#confirmations.length;
    const paid = this.#creditAt + Math.max(0, -this.#credit) / this.#bytesPerMillisecond;
    return waits > 0 ? paid : Math.max(paid, this.#spmAt);
  }

  #earn(now: number): void {
    const earned = (now - this.#creditAt) * this.#bytesPerMillisecond;
    this.#credit = Math.min(this.#mostCredit, this.#credit + earned);
    this.#creditAt = now;
  }

  #forget(now: number): void {
    for (const [sequence, { sentAt }] of this.#kept) {
      if (now - sentAt <= this.#options.recoveryInterval) return;
      this.#kept.delete(sequence);
      this.#repairs.delete(sequence);
    }
  }

  #spm(now: number): Buffer {
    this.#lastSpm = now;
    this.#spmAt = now + this.#spmInterval;
    this.#spmInterval = Math.min(this.#spmInterval * 2, LAST_SPM);
    const [sequence, trail, lead] = [
      this.#spmSequence,
      this.#oldest,
      later(this.#next, -1),
    ];
    this.#spmSequence = later(sequence);
    return encodeSpm({ ...this.#options, sequence, trail, lead });
  }

  #confirmation(): Buffer | undefined {
    const sequences = this.#confirmations.shift();
    return sequences && encodeNak({ ...this.#options, type: 'NCF', sequences });
  }

  #content(now: number): Buffer | undefined {
    const repairFirst = !this.#repairedLast;
    const bytes = repairFirst
      ? (this.#repair(now) ?? this.#data(now))
      : (this.#data(now) ?? this.#repair(now));
    if (!bytes) return undefined;
    this.#activeAt = now;
    this.#spmInterval = FIRST_SPM;
    this.#spmAt = now + FIRST_SPM;
    return bytes;
  }

  #data(now: number): Buffer | undefined {
    const { packetSize } = this.#options;
    const data = this.packer.next(packetSize - OUTER - DATA_HEADER);
    if (!data) return undefined;
    this.#repairedLast = false;
    const sequence = this.#next;
    this.#next = later(sequence);
    this.#kept.set(sequence, { data, sentAt: now, deafUntil: now });
    return this.#encode('ODATA', sequence, data);
  }

  #repair(now: number): Buffer | undefined {
    const [sequence] = this.#repairs;
    if (sequence === undefined) return undefined;
    this.#repairedLast = true;
    this.#repairs.delete(sequence);
    const kept = this.#kept.get(sequence)!;
    kept.deafUntil = now + HOLD_OFF;
    return this.#encode('RDATA', sequence, kept.data);
  }

  #encode(type: 'ODATA' | 'RDATA', sequence: number, data: Buffer): Buffer {
    const { tsi, port } = this.#options;
    const trail = this.#oldest;
    return encodeData({ type, tsi, port, sequence, trail, data });
  }
}
