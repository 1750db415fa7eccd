/**
 * The base of every rung of the ladder: events in, actions out, by a table. Pure.
 *
 *     offer ───────►┌────────┐──► transmit      a message to send; a packet leaves
 *     packet ──────►│  core  │──► deliver       a packet has arrived; a message is handed over
 *     damaged ─────►│        │──► arm, cancel   its checksum was wrong; a timer
 *     timer, read ─►└────────┘──► refuse        no room for that message now: offer it later
 *
 * A core has no socket, no clock and no random numbers. Its driver says what happened and when,
 * and carries out the actions in their order: simulate.ts does so in virtual time.
 *
 * A core's **table** has a row for each state and a column for each kind of event. A cell names
 * the rule to follow and the states that it may lead to: its own too, if it may stay there. With
 * none it stays. A cell for something that cannot happen says `impossible`. The table is not
 * decoration: `on` looks the rule up in it, and refuses to go where it does not lead.
 *
 * Read next: packet.ts, then rungs/stop-and-wait/sender.ts, the lowest rung.
 */
import type { Packet } from './packet.ts';

export interface Offer {
  type: 'offer';
  message: Uint8Array;
  /** No message will follow. */
  last: boolean;
}

export interface Heard {
  type: 'packet';
  packet: Packet;
}

export interface Damaged {
  type: 'damaged';
}

export interface Expired {
  type: 'timer';
  timer: number;
}

/** The application takes one message out of the receiver, if there is any. */
export interface Read {
  type: 'read';
}

export type CoreEvent = Offer | Heard | Damaged | Expired | Read;

export type Action =
  | { type: 'transmit'; packet: Packet }
  | { type: 'deliver'; message: Uint8Array }
  /** It expires at this time, milliseconds. A timer that is armed again expires only then. */
  | { type: 'arm'; timer: number; at: number }
  | { type: 'cancel'; timer: number }
  | { type: 'refuse' };

export interface Core {
  readonly state: string;
  /** What is to be done because of this event, at `now` (milliseconds, never going back). */
  on(event: CoreEvent, now: number): readonly Action[];
}

/** The rule for a state and an event, and the states that it may lead to. */
type Cell<Machine, Event, State> = readonly [
  rule: (machine: Machine, event: Event) => void,
  ...then: State[],
];

export type Table<Machine, State extends string, Events> = {
  readonly [S in State]: {
    readonly [Column in keyof Events]: Cell<Machine, Events[Column], State>;
  };
};

export abstract class TableCore<State extends string, Events> implements Core {
  abstract state: State;
  /** The time of the event that is being dealt with. */
  now = 0;
  /** Where in the table the rule for the latest event stands. */
  cell: readonly [state: State, column: keyof Events] | undefined;
  #actions: Action[] = [];

  protected abstract get table(): Table<never, State, Events>;
  /** The column of the table that this event belongs to. */
  protected abstract columnOf(event: CoreEvent): keyof Events;

  on(event: CoreEvent, now: number): readonly Action[] {
    this.now = now;
    this.#actions = [];
    const before = this.state;
    const column = this.columnOf(event);
    this.cell = [before, column];
    const cell = this.table[before][column];
    cell[0](this as never, event as never);
    const leadsThere =
      cell.length > 1 ? cell.includes(this.state, 1) : this.state === before;
    if (!leadsThere) {
      throw new Error(
        `${before}, ${String(column)}: the table does not lead to ${this.state}`,
      );
    }
    return this.#actions;
  }

  do(action: Action): void {
    this.#actions.push(action);
  }
}

/** A rule: do nothing. */
export function ignore(): void {}

/** A rule: refuse a message for which there is no room now. */
export function refuse(core: { do: (action: Action) => void }): void {
  core.do({ type: 'refuse' });
}

/** A rule, for cells that no sequence of events leads to, whatever the other side sends. */
export function impossible({ state }: { state: string }): void {
  throw new Error(`${state}: the table says that this cannot happen`);
}

/** How far number `to` is ahead of `from`, where the numbers wrap around at `space`. */
export function ahead(from: number, to: number, space: number): number {
  return to >= from ? to - from : to - from + space;
}
