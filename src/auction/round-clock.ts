/**
 * The clock of the rounds: nobody who has gone, or has fallen asleep, stalls the others.
 *
 *  - A round waits `secondsPerRound` for its last answers. Then the missing have passed.
 *  - It does not count while nobody is there: the game waits for those who come back.
 *  - Whoever has missed a round by the clock and is not there is not waited for again, until
 *    he comes back: one who went home costs the class one round's time, and not one each.
 */
import type { Presence } from './doors/presence.ts';
import type { AuctionEvent } from './events.ts';
import type { Table } from './table.ts';

export class RoundClock {
  readonly #table: Table;
  readonly #presence: Presence;
  /** Who has missed a round and has not been heard from since. */
  readonly #lapsed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(table: Table, presence: Presence) {
    this.#table = table;
    this.#presence = presence;
    table.watch((event) => this.#note(event));
  }

  /** When the time of this round is over, in milliseconds since 1970; undefined: never. */
  deadline: number | undefined;

  /** Somebody has come or gone. */
  look(): void {
    const { phase } = this.#table.auction;
    if (phase !== 'bidding') return;
    if (this.#presence.size === 0) this.stop();
    else if (this.#timer === undefined) this.#start();
    this.#lookSoon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.deadline = undefined;
  }

  #note(event: AuctionEvent): void {
    switch (event.type) {
      case 'opened':
        this.stop();
        if (this.#presence.size > 0) this.#start();
        break;
      case 'bid':
        this.#lapsed.delete(event.name);
        if (this.#lapsed.size > 0) this.#lookSoon();
        break;
      case 'passed':
        if (event.why === 'deadline') this.#lapsed.add(event.name);
        else this.#lapsed.delete(event.name);
        break;
      case 'over':
        this.stop();
        break;
    }
  }

  #start(): void {
    const { secondsPerRound } = this.#table.auction.options;
    if (secondsPerRound === 0) return;
    this.deadline = Date.now() + secondsPerRound * 1000;
    this.#timer = setTimeout(() => this.#forfeit(), secondsPerRound * 1000);
  }

  #forfeit(): void {
    this.#table.submit({ type: 'forfeit', round: this.#table.auction.round });
  }

  /** Not now: an event is being told to everybody, and more may follow it. */
  #lookSoon(): void {
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      if (this.#onlyLapsedAreMissing()) this.#forfeit();
    });
  }

  #onlyLapsedAreMissing(): boolean {
    const { answers, bidders, phase } = this.#table.auction;
    // With no answer yet everybody may have gone: the clock decides that.
    if (phase !== 'bidding' || answers.size === 0) return false;
    const gone = [...this.#lapsed].filter(
      (name) => !this.#presence.has(name) && !answers.has(name),
    );
    return gone.length === bidders.size - answers.size;
  }
}
