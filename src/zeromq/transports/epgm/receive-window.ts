/**
 * One sender's packets, in order, and those that are missing. Pure: it is told the time, in
 * milliseconds, and given its random numbers.
 *
 *              next: to be read                 lead: the newest known
 *               ▼                                ▼
 *     ┄┄ read ┄│ ? │ 8 │ 9 │ ? │ 11 │ given up │ 13 │
 *                ▲           ▲
 *                missing: first wait a little (somebody else may ask), then ask
 *
 *     state      what it waits for                    then
 *     backOff    a random time, to hear a NCF         send a NAK        → asked
 *     asked      a NCF, 200 ms                        begin again       → backOff
 *     promised   the packet, 200 ms after the NCF     begin again       → backOff
 *
 * A packet is given up when the sender no longer has it, or `recoveryInterval` is over. Then the
 * reader is told how many are lost, and continues after them.
 *
 * Source: RFC 3208 §6; the times are libzmq's. Read next: sources.ts.
 */
import { COST } from './messages.ts';
import { type DataPacket, distance, later, MOST_IN_NAK } from './packet.ts';

/** Receivers that lack the same packet do not all ask at once: they wait up to this long … */
const BACK_OFF = 50;
/** … and for an answer this long. In milliseconds. */
const ANSWER = 200;
/** If more packets than this are missing, it is no use asking for them. */
export const MOST_MISSING = 65_536;
/** At most this many are asked for at once: what an SPM claims to have sent may be a lie. */
export const MOST_ASKED = 4 * MOST_IN_NAK;

interface Missing {
  state: 'backOff' | 'asked' | 'promised';
  /** When it was found to be missing, and when the state is over. */
  since: number;
  until: number;
}

export interface WindowOptions {
  /** In milliseconds. */
  recoveryInterval: number;
  /** How much may be kept of packets that cannot be read yet, in bytes. */
  most: number;
  /** From 0 to 1. */
  random: () => number;
}

/** What `read` gives: a packet, or how many were lost before the next one. */
export type Read = { packet: DataPacket } | { lost: number };

export class ReceiveWindow {
  readonly #options: WindowOptions;
  readonly #ahead = new Map<number, DataPacket>();
  /** The oldest first. */
  readonly #missing = new Map<number, Missing>();
  /** Undefined before anything has arrived. */
  #next: number | undefined;
  #lead = 0;
  #bytes = 0;
  #lost = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  /** What it takes in memory, in bytes. */
  get held(): number {
    return this.#bytes + (this.#ahead.size + this.#missing.size) * COST;
  }

  get missing(): number {
    return this.#missing.size;
  }

  data(packet: DataPacket, now: number): void {
    const { sequence, trail, data } = packet;
    // A late receiver begins with the first packet that comes.
    if (this.#next === undefined) this.#begin(sequence);
    if (distance(this.#next!, sequence) < 0 || this.#ahead.has(sequence)) return;
    const wanted = this.#missing.has(sequence) || sequence === this.#next;
    // What is dropped here is missing later, when there is room.
    if (!wanted && this.held >= this.#options.most) return;
    this.#advance(later(sequence, -1), now);
    if (distance(this.#lead, sequence) > 0) this.#lead = sequence;
    this.#missing.delete(sequence);
    this.#ahead.set(sequence, packet);
    this.#bytes += data.length;
    this.#giveUpBefore(trail);
  }

  /** The sender says which packets it has. */
  spm(trail: number, lead: number, now: number): void {
    if (this.#next === undefined) this.#begin(later(lead));
    if (this.held < this.#options.most) this.#advance(lead, now);
    this.#giveUpBefore(trail);
  }

  /** The sender has heard that these are missing. */
  confirmed(sequences: readonly number[], now: number): void {
    for (const sequence of sequences) {
      const missing = this.#missing.get(sequence);
      if (!missing) continue;
      missing.state = 'promised';
      missing.until = now + ANSWER;
    }
  }

  /** @returns what to ask for now */
  tick(now: number): number[] {
    const { recoveryInterval } = this.#options;
    const asked: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (asked.length === MOST_ASKED) break;
      if (now - missing.since > recoveryInterval) this.#missing.delete(sequence);
      else if (missing.until > now) continue;
      else if (missing.state === 'backOff') {
        missing.state = 'asked';
        missing.until = now + ANSWER;
        asked.push(sequence);
      } else {
        missing.state = 'backOff';
        missing.until = this.#backOff(now);
      }
    }
    return asked;
  }

  /** Undefined while the next one is missing, or has not been sent. */
  read(): Read | undefined {
    for (;;) {
      const next = this.#next;
      if (next === undefined) return undefined;
      const packet = this.#ahead.get(next);
      const waits = this.#missing.has(next) || distance(next, this.#lead) < 0;
      if (this.#lost > 0 && (packet || waits)) {
        const lost = this.#lost;
        this.#lost = 0;
        return { lost };
      }
      if (waits) return undefined;
      this.#next = later(next);
      if (packet) {
        this.#ahead.delete(next);
        this.#bytes -= packet.data.length;
        return { packet };
      }
      this.#lost += 1;
    }
  }

  /** Forgets what it keeps: all of that, and all that is missing, is lost. */
  clear(): void {
    if (this.#next === undefined) return;
    this.#lost += Math.max(0, distance(this.#next, this.#lead) + 1);
    this.#begin(later(this.#lead));
  }

  #begin(next: number): void {
    this.#next = next;
    this.#lead = later(next, -1);
    this.#ahead.clear();
    this.#missing.clear();
    this.#bytes = 0;
  }

  /** All up to here exist: those that have not come are missing. */
  #advance(lead: number, now: number): void {
    if (distance(this.#lead, lead) > MOST_MISSING) {
      this.#lost += distance(this.#next!, lead);
      this.#begin(lead);
    }
    const until = this.#backOff(now); // one NAK for the whole gap
    while (distance(this.#lead, lead) > 0) {
      this.#lead = later(this.#lead);
      this.#missing.set(this.#lead, { state: 'backOff', since: now, until });
    }
  }

  #backOff(now: number): number {
    return now + this.#options.random() * BACK_OFF;
  }

  /** The sender does not have them any more. */
  #giveUpBefore(trail: number): void {
    for (const sequence of this.#missing.keys()) {
      if (distance(sequence, trail) <= 0) return;
      this.#missing.delete(sequence);
    }
  }
}
