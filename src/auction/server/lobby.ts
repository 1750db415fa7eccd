/**
 * The lobby: before the game begins, the seat of a bidder who has gone is given to the next.
 *
 *   gone ──(some seconds, in which a bidder that lost its connection comes back)──► freed
 *        └─(at once, if the next to join would begin the game)────────────────────► freed
 *
 * So a bidder who mistyped their name and hung up does not start the game as a ghost. Once the game
 * has begun every seat is kept (round-clock.ts says how long a round waits for the absent).
 */
import type { Presence } from './doors/presence.ts';
import type { Table } from './table.ts';

export class Lobby {
  readonly #table: Table;
  readonly #presence: Presence;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(table: Table, presence: Presence) {
    this.#table = table;
    this.#presence = presence;
    table.listen((command) => {
      if (command.type === 'join') this.#makeRoom(command.name);
    });
    table.watch(({ type }) => {
      if (type === 'started') this.close();
    });
  }

  /** Somebody has come or gone. `grace`: milliseconds in which the seat is kept. */
  look(name: string, isHere: boolean, grace: number): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    const { bidders, phase } = this.#table.auction;
    if (isHere || phase !== 'joining' || !bidders.has(name)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      if (!this.#presence.has(name)) this.#table.submit({ type: 'free', name });
    }, grace);
    this.#timers.set(name, timer);
  }

  /** Nobody begins a game with those who are not there. */
  #makeRoom(newcomer: string): void {
    const { bidders, options, phase } = this.#table.auction;
    const begins = phase === 'joining' && bidders.size + 1 === options.bidders;
    if (!begins || bidders.has(newcomer)) return;
    for (const name of bidders.keys()) {
      if (!this.#presence.has(name)) this.#table.submit({ type: 'free', name });
    }
  }

  /** From now on frees nobody's seat. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
