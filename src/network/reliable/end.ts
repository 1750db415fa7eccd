/**
 * One end of a rung: its core, the timers that it has armed, and what it transmits and delivers.
 * Pure: the caller passes the time, and learns when to ask again.
 *
 * The same class drives a core in virtual time (simulate.ts) and on real datagrams (drive.ts).
 */
import { Timeline } from '../link/model/index.ts';
import type { Core, CoreEvent } from './core.ts';
import type { Packet } from './packet.ts';

/** What to do with the core's actions. */
export interface Outlet {
  transmit: (packet: Packet, now: number) => void;
  deliver?: (message: Uint8Array, now: number) => void;
}

export class End {
  readonly core: Core;
  readonly #outlet: Outlet;
  readonly #timers = new Timeline<number>();
  /** When each timer expires. Any other entry of the timeline has been cancelled. */
  readonly #armed = new Map<number, number>();

  constructor(core: Core, outlet: Outlet) {
    this.core = core;
    this.#outlet = outlet;
  }

  /** When to call `expire` next; Infinity for not at all. */
  get nextTime(): number {
    const timers = this.#timers;
    for (let next = timers.first; next; next = timers.first) {
      if (this.#armed.get(next.item) === next.time) return next.time;
      timers.take(next.time);
    }
    return Infinity;
  }

  /** @returns whether the core took the event: false when it refused what it was offered */
  tell(event: CoreEvent, now: number): boolean {
    let taken = true;
    for (const action of this.core.on(event, now)) {
      if (action.type === 'transmit') this.#outlet.transmit(action.packet, now);
      else if (action.type === 'deliver') this.#outlet.deliver?.(action.message, now);
      else if (action.type === 'refuse') taken = false;
      else if (action.type === 'cancel') this.#armed.delete(action.timer);
      else {
        this.#armed.set(action.timer, action.at);
        this.#timers.add(action.at, action.timer);
      }
    }
    return taken;
  }

  /** Lets the next timer that is due by `now` expire. */
  expire(now: number): void {
    if (this.nextTime > now) return;
    const due = this.#timers.take(now)!;
    this.#armed.delete(due.item);
    this.tell({ type: 'timer', timer: due.item }, now);
  }
}

/** What the sender's application has to send, offered as soon as the core accepts it. */
export class Offers {
  readonly #messages: readonly Uint8Array[];
  readonly #every: number;
  #offered = 0;
  #refused = false;

  /** @param every how long the application takes to write a message, milliseconds */
  constructor(messages: readonly Uint8Array[], every = 0) {
    this.#messages = messages;
    this.#every = every;
  }

  /** When the next message is written; Infinity when there is none, or one is already waiting. */
  get nextTime(): number {
    const isOver = this.#refused || this.#offered >= this.#messages.length;
    return isOver ? Infinity : this.#offered * this.#every;
  }

  /** Offers as many as have been written, and the core accepts. */
  offerTo(end: End, now: number): void {
    this.#refused = false;
    while (this.nextTime <= now) {
      const message = this.#messages[this.#offered]!;
      const last = this.#offered === this.#messages.length - 1;
      this.#refused = !end.tell({ type: 'offer', message, last }, now);
      if (!this.#refused) this.#offered += 1;
    }
  }
}
