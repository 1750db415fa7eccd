/** Sums up a run of a rung: what was sent, and whether the right messages were read. Pure. */
import type { Direction, Outcome } from '../link/model/index.ts';
import type { Packet } from './packet.ts';

export interface Run {
  /** `late`: something was still due at the deadline. */
  end: 'done' | 'gave-up' | 'late';
  /** Messages that the application has read. */
  delivered: number;
  /** The first message that was delivered out of turn; undefined if there was none. */
  wrong: string | undefined;
  /** Messages that came when the application had no room, and were lost. */
  dropped: number;
  /** When the last message was read, milliseconds. */
  time: number;
  /** Data packets sent for the first time, and sent again. */
  sent: number;
  again: number;
  /** How many of those sent again came after the receiver had taken an earlier attempt. */
  needless: number;
  acknowledgements: number;
  /**
   * How long the link towards the receiver had been busy by then, in milliseconds; 0 without a
   * rate.
   */
  busy: number;
}

/** How long the link there is busy sending, whoever sends. */
export class LinkUse {
  readonly #rate: number;
  /** How long the sending of all packets takes, and when the last of them has left. */
  #sending = 0;
  #freeAt = 0;

  /** @param rate bits a second */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** A packet has entered the link. */
  entered(direction: Direction, size: number, outcome: Outcome, now: number): void {
    if (direction === 'back' || (outcome !== 'sent' && outcome !== 'lost')) return;
    const sending = (size * 8 * 1000) / this.#rate;
    this.#freeAt = Math.max(this.#freeAt, now) + sending;
    this.#sending += sending;
  }

  /** Milliseconds. */
  busyBy(now: number): number {
    return this.#sending - Math.max(0, this.#freeAt - now);
  }
}

export class Tally {
  readonly #messages: readonly Uint8Array[];
  readonly #use: LinkUse;
  #delivered = 0;
  #wrong: string | undefined;
  #time = 0;
  #busy = 0;
  #first = 0;
  #again = 0;
  #needless = 0;
  #acknowledgements = 0;
  /** The latest attempt of each packet, and which the receiver has taken. */
  readonly #attempts = new Map<number, number>();
  readonly #taken = new Set<number>();

  constructor(messages: readonly Uint8Array[], use: LinkUse) {
    this.#messages = messages;
    this.#use = use;
  }

  /** Messages that have been read. */
  get delivered(): number {
    return this.#delivered;
  }

  run(end: Run['end'], dropped: number): Run {
    return {
      end,
      delivered: this.#delivered,
      wrong: this.#wrong,
      dropped,
      time: this.#time,
      sent: this.#first,
      again: this.#again,
      needless: this.#needless,
      acknowledgements: this.#acknowledgements,
      busy: this.#busy,
    };
  }

  transmitted({ attempt, kind, seq }: Packet): void {
    if (kind === 'ack' || kind === 'update') this.#acknowledgements += 1;
    if (kind !== 'data') return;
    if (attempt === 0) {
      this.#first += 1;
      this.#taken.delete(seq);
    } else {
      this.#again += 1;
      if (this.#taken.has(seq)) this.#needless += 1;
    }
    this.#attempts.set(seq, attempt);
  }

  /** The receiver has taken a packet. Later attempts on their way are needless too. */
  taken({ attempt, seq }: Packet): void {
    this.#taken.add(seq);
    this.#needless += (this.#attempts.get(seq) ?? attempt) - attempt;
  }

  read(message: Uint8Array, now: number): void {
    const due = this.#delivered;
    this.#delivered += 1;
    this.#time = now;
    this.#busy = this.#use.busyBy(now);
    if (this.#wrong !== undefined || isSame(message, this.#messages[due])) return;
    const number = this.#messages.findIndex((one) => isSame(message, one)) + 1;
    this.#wrong =
      due >= this.#messages.length
        ? `all had been delivered, and then message ${number} was delivered again`
        : `message ${number} was delivered where message ${due + 1} was due`;
  }
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  if (one === other) return true;
  return (
    other !== undefined &&
    one.length === other.length &&
    one.every((byte, index) => byte === other[index])
  );
}
