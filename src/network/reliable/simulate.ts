/**
 * A rung in virtual time: no sockets, no timers, the same to the last digit at every run. Pure.
 *
 *     messages ──► sender ── there ──► receiver ──► reader
 *                         ◄── back ──
 *     clock   moved by hand to whatever is due next: an arrival, a timer, a read
 *
 * The link is the relay's: its fates, its wires, its queue. A packet crosses as the object that it
 * is; only one that is to be damaged becomes bytes, has a bit flipped, and is decoded again.
 *
 * The run goes on until nothing is due any more, so a timer that never ends is noticed.
 */
import {
  type Direction,
  type Fate,
  type Fates,
  fatesOf,
  flipBit,
  type Link,
  type Outcome,
  Timeline,
  UDP_HEADERS,
  Wire,
} from '../link/model/index.ts';
import type { Action, Core, CoreEvent } from './core.ts';
import { fateOf } from './fate-of.ts';
import type { RungOptions } from './options.ts';
import { decode, encode, lengthOf, type Packet } from './packet.ts';
import type { ReceiverCore, Rung } from './rungs/rungs.ts';

export interface Plan {
  rung: Rung;
  options: RungOptions;
  link: Link;
  messages: readonly Uint8Array[];
  /** The application takes a message at most this often, milliseconds; 0 for at once. */
  readEvery?: number;
  /** In milliseconds of virtual time: a run that is not over by then has failed. */
  deadline?: number;
}

/** A packet that has entered the link. */
export interface Passing {
  time: number;
  direction: Direction;
  packet: Packet;
  fate: Fate;
  outcome: Outcome;
}

export interface Run {
  /** `late`: something was still due at the deadline. */
  end: 'done' | 'gave-up' | 'late';
  /** Messages that the application has read. */
  delivered: number;
  /** The first message that was not the one due there; undefined when every one was. */
  wrong: string | undefined;
  /** Messages that came when the application had no room, and were lost. */
  dropped: number;
  /** When the last message was read, milliseconds. */
  time: number;
  /** Data packets sent for the first time, and sent again. */
  sent: number;
  again: number;
  /** Of those sent again: how many came after one that the receiver took. It needed no other. */
  needless: number;
  acknowledgements: number;
  /** How long the link there was busy sending by then, milliseconds; 0 without a rate. */
  busy: number;
}

/** A year, roughly. */
const DEADLINE = 3e10;

export function simulate(plan: Plan, onPassing?: (passing: Passing) => void): Run {
  return new Simulation(plan, onPassing).run();
}

interface OnItsWay {
  packet: Packet;
  fate: Fate;
}

interface Side {
  core: Core;
  /** Where its packets leave. */
  direction: Direction;
  /** When each of its timers rings. */
  armed: Map<number, number>;
}

class Simulation {
  readonly #plan: Plan;
  readonly #onPassing: ((passing: Passing) => void) | undefined;
  readonly #fates: Fates;
  readonly #wires: Record<Direction, Wire<OnItsWay>>;
  readonly #timers = new Timeline<{ side: Side; timer: number }>();
  readonly #receiver: ReceiverCore;
  readonly #sending: Side;
  readonly #receiving: Side;
  #now = 0;
  #offered = 0;
  /** What the rung has delivered and nobody has read. */
  readonly #inbox: Uint8Array[] = [];
  #nextRead = Infinity;
  #lastRead = -Infinity;
  /** The message that is due to be read. */
  #due = 0;
  /** How long the sending of all packets takes, and when the last of them has left. */
  #sent = 0;
  #freeAt = 0;
  /** The latest attempt of each packet, and which the receiver has taken. */
  readonly #attempts = new Map<number, number>();
  readonly #taken = new Set<number>();
  readonly #run: Run = {
    end: 'done',
    delivered: 0,
    wrong: undefined,
    dropped: 0,
    time: 0,
    sent: 0,
    again: 0,
    needless: 0,
    acknowledgements: 0,
    busy: 0,
  };

  constructor(plan: Plan, onPassing?: (passing: Passing) => void) {
    const { link, options, rung } = plan;
    this.#plan = plan;
    this.#onPassing = onPassing;
    this.#fates = fatesOf(link);
    // Here nothing can fill this machine's memory by coming faster than it goes.
    this.#wires = {
      there: new Wire({ ...link.there, capacity: Infinity }),
      back: new Wire({ ...link.back, capacity: Infinity }),
    };
    this.#receiver = rung.receiver(options);
    this.#sending = { core: rung.sender(options), direction: 'there', armed: new Map() };
    this.#receiving = { core: this.#receiver, direction: 'back', armed: new Map() };
  }

  run(): Run {
    const { deadline = DEADLINE } = this.#plan;
    const { there, back } = this.#wires;
    this.#offerMore();
    for (;;) {
      const arrival = Math.min(there.nextTime, back.nextTime);
      const now = Math.min(arrival, this.#timers.nextTime, this.#nextRead);
      if (now === Infinity) break;
      if (now > deadline) return { ...this.#run, end: 'late' };
      this.#now = now;
      // What arrives at the very moment of a time-out is in time.
      if (arrival === now) this.#arrive();
      else if (this.#nextRead === now) this.#read();
      else this.#ring();
    }
    if (this.#sending.core.state !== 'done') this.#run.end = 'gave-up';
    return this.#run;
  }

  #arrive(): void {
    for (const { item } of this.#wires.there.take(this.#now)) {
      const { taken } = this.#receiver;
      this.#tell(this.#receiving, heard(item));
      if (this.#receiver.taken > taken) this.#noteTaken(item.packet);
      this.#wakeReader();
    }
    for (const { item } of this.#wires.back.take(this.#now)) {
      this.#tell(this.#sending, heard(item));
      this.#offerMore();
    }
  }

  #ring(): void {
    const due = this.#timers.take(this.#now);
    if (!due) return;
    const { side, timer } = due.item;
    // It may have been cancelled since, or armed again for another time.
    if (side.armed.get(timer) !== due.time) return;
    side.armed.delete(timer);
    this.#tell(side, { type: 'timer', timer });
    if (side === this.#sending) this.#offerMore();
  }

  #offerMore(): void {
    const { messages } = this.#plan;
    while (this.#offered < messages.length) {
      const message = messages[this.#offered]!;
      const last = this.#offered === messages.length - 1;
      if (this.#tell(this.#sending, { type: 'offer', message, last })) return;
      this.#offered += 1;
    }
  }

  /** @returns whether the core refused what it was offered */
  #tell(side: Side, event: CoreEvent): boolean {
    let refused = false;
    for (const action of side.core.on(event, this.#now)) {
      if (action.type === 'refuse') refused = true;
      else this.#carryOut(side, action);
    }
    return refused;
  }

  #carryOut(side: Side, action: Exclude<Action, { type: 'refuse' }>): void {
    if (action.type === 'transmit') this.#transmit(side.direction, action.packet);
    else if (action.type === 'deliver') this.#deliver(action.message);
    else if (action.type === 'cancel') side.armed.delete(action.timer);
    else {
      side.armed.set(action.timer, action.at);
      this.#timers.add(action.at, { side, timer: action.timer });
    }
  }

  #transmit(direction: Direction, packet: Packet): void {
    const fate = fateOf(this.#fates, packet);
    const size = lengthOf(packet) + UDP_HEADERS;
    const outcome = this.#wires[direction].offer(this.#now, { packet, fate }, size, fate);
    const run = this.#run;
    if (direction === 'back') run.acknowledgements += 1;
    else {
      const { rate } = this.#plan.link.there;
      if (outcome === 'sent') this.#noteBusy((size * 8 * 1000) / rate);
      if (packet.kind === 'data') this.#noteSent(packet);
    }
    this.#onPassing?.({ time: this.#now, direction, packet, fate, outcome });
  }

  #noteBusy(sending: number): void {
    this.#freeAt = Math.max(this.#freeAt, this.#now) + sending;
    this.#sent += sending;
  }

  #noteSent({ attempt, seq }: Packet): void {
    const run = this.#run;
    if (attempt === 0) {
      run.sent += 1;
      this.#taken.delete(seq);
    } else {
      run.again += 1;
      if (this.#taken.has(seq)) run.needless += 1;
    }
    this.#attempts.set(seq, attempt);
  }

  /** Later attempts that were sent before this one came were needless too. */
  #noteTaken({ attempt, seq }: Packet): void {
    this.#taken.add(seq);
    this.#run.needless += (this.#attempts.get(seq) ?? attempt) - attempt;
  }

  #deliver(message: Uint8Array): void {
    const { options, readEvery = 0, rung } = this.#plan;
    if (rung.keeps || readEvery === 0) this.#check(message);
    else if (this.#inbox.length < options.buffer) this.#inbox.push(message);
    else this.#run.dropped += 1;
  }

  /** Something may have come for a reader that found nothing. */
  #wakeReader(): void {
    const { readEvery = 0, rung } = this.#plan;
    const some = rung.keeps || this.#inbox.length > 0;
    if (this.#nextRead < Infinity || !some) return;
    this.#nextRead = Math.max(this.#now, this.#lastRead + readEvery);
  }

  #read(): void {
    const { readEvery = 0, rung } = this.#plan;
    const before = this.#run.delivered;
    if (rung.keeps) this.#tell(this.#receiving, { type: 'read' });
    else {
      const message = this.#inbox.shift();
      if (message) this.#check(message);
    }
    const found = this.#run.delivered > before;
    if (found) this.#lastRead = this.#now;
    this.#nextRead = found ? this.#now + readEvery : Infinity;
  }

  #check(message: Uint8Array): void {
    const { messages } = this.#plan;
    const run = this.#run;
    run.delivered += 1;
    run.time = this.#now;
    run.busy = this.#sent - Math.max(0, this.#freeAt - this.#now);
    const due = this.#due;
    this.#due += 1;
    if (run.wrong !== undefined || isSame(message, messages[due])) return;
    const found = messages.findIndex((one) => isSame(message, one));
    run.wrong =
      due >= messages.length
        ? `all had been delivered, and then message ${found + 1} was delivered again`
        : `message ${found + 1} was delivered where message ${due + 1} was due`;
  }
}

/** What the other side hears of a packet that has arrived. */
function heard({ packet, fate }: OnItsWay): CoreEvent {
  if (fate.flippedAt < 0) return { type: 'packet', packet };
  const bytes = encode(packet);
  flipBit(bytes, fate.flippedAt);
  const read = decode(bytes);
  return read ? { type: 'packet', packet: read } : { type: 'damaged' };
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  if (one === other) return true;
  return (
    other !== undefined &&
    one.length === other.length &&
    one.every((byte, index) => byte === other[index])
  );
}
