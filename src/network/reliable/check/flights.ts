/**
 * Records what a sender has sent, and what it knows about it. Pure.
 *
 * Of what has arrived, a sender must know the least that an answer says (the cumulative number, and
 * from selective repeat on the packet answered), and may know the most (the blocks too). What it
 * does is judged by whichever of the two is better for it.
 */
import { ahead } from '../core.ts';
import type { RungOptions } from '../options.ts';
import type { Packet } from '../packet.ts';

export interface Flight {
  packet: Packet;
  /** When it was last sent, and the number of that transmission among all. */
  at: number;
  order: number;
  /** Whether a round trip had been measured when it was sent last. */
  measured: boolean;
  /** Whether the sender must know that it has arrived. */
  known: boolean;
  /** Whether the sender may know that. */
  arrived: boolean;
}

export class Flights {
  readonly #options: RungOptions;
  /** Whether an answer acknowledges nothing but what is before its number. */
  readonly #isCumulative: boolean;
  /** By the message's number, from 0. */
  readonly sent: Flight[] = [];
  #transmissions = 0;
  /** How many it must know to have arrived, and whether any acknowledgement has arrived. */
  acknowledged = 0;
  measured = false;
  /** The first message without room at the receiver; before any answer there is room for one. */
  edge = 1;

  constructor(rung: string, options: RungOptions) {
    this.#options = options;
    this.#isCumulative = rung === 'stop-and-wait' || rung === 'go-back-n';
  }

  /** The oldest message that is missing, as the sender must know, and as it may know. */
  get oldest(): Flight | undefined {
    return this.sent.find(({ known }) => !known);
  }

  get missing(): number {
    const k = this.sent.findIndex(({ arrived }) => !arrived);
    return k < 0 ? this.sent.length : k;
  }

  /** Messages from the oldest to the next one. */
  get used(): number {
    const base = this.sent.findIndex(({ known }) => !known);
    return base < 0 ? 0 : this.sent.length - base;
  }

  /** The latest message with this sequence number; −1 if there is none. */
  withNumber(seq: number): number {
    return this.sent.findLastIndex((_, k) => k % this.#options.space === seq);
  }

  add(packet: Packet, now: number): void {
    const flight = {
      packet,
      at: 0,
      order: 0,
      measured: false,
      known: false,
      arrived: false,
    };
    this.sent.push(flight);
    this.send(flight, packet, now);
  }

  send(flight: Flight, packet: Packet, now: number): void {
    this.#transmissions += 1;
    const { measured } = this;
    Object.assign(flight, { packet, at: now, order: this.#transmissions, measured });
  }

  /** @returns whether it says that something new has arrived */
  hear({ ack, blocks, kind, seq, session, window }: Packet): boolean {
    const { session: ours, space } = this.#options;
    if ((kind !== 'ack' && kind !== 'update') || session !== ours) return false;
    const before = this.acknowledged;
    const base = this.sent.length - this.used;
    const upTo = base + ahead(base % space, ack, space);
    const isPlausible = upTo <= this.sent.length;
    for (let k = base; k < this.sent.length; k += 1) {
      const flight = this.sent[k]!;
      const number = k % space;
      const isNamed = kind === 'ack' && number === seq && !this.#isCumulative;
      const isInBlock = blocks.some(
        ({ from, to }) => ahead(from, number, space) < ahead(from, to, space),
      );
      const mustKnow = isNamed || (isPlausible && k < upTo);
      if (mustKnow && !flight.known) this.acknowledged += 1;
      flight.known ||= mustKnow;
      flight.arrived ||= mustKnow || isInBlock;
    }
    if (isPlausible) this.edge = Math.max(this.edge, upTo + window);
    const isNews = this.acknowledged > before;
    this.measured ||= isNews && kind === 'ack';
    return isNews;
  }
}
