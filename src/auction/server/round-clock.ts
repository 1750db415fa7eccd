/**
 * The clock of the rounds: a bidder who has left, or fallen asleep, does not hold up the others.
 *
 *  - A round waits `secondsPerRound` for its last answers. Then whoever is missing passes.
 *  - The clock stands still while nobody is there: the game waits for those who come back.
 *  - A bidder who has missed a round by the clock and is not there is not waited for again
 *    until they come back: going home costs the class one round's time, and not every round's.
 *  - Nor is one who seems to be there and has missed three in a row, until they are heard
 *    from: a computer that was switched off, or a wire that was pulled, says no goodbye.
 */
import type { Presence } from './doors/presence.ts';
import type { AuctionEvent } from '../game/events.ts';
import type { Table } from './table.ts';

/** A bidder who is connected and misses this many rounds in a row is asleep. */
const ASLEEP = 3;
/**
 * Turns of the event loop in which what came in time is read, at most. Node reads 32 datagrams in
 * each, and no socket holds as many as that makes.
 */
const MOST_TURNS = 640;

export class RoundClock {
  readonly #table: Table;
  readonly #presence: Presence;
  readonly #read: () => number;
  /** How many rounds in a row each has missed by the clock, of those who have. */
  readonly #missed = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #closed = false;

  /** @param read how many datagrams have been read so far */
  constructor(table: Table, presence: Presence, read: () => number = () => 0) {
    this.#table = table;
    this.#read = read;
    this.#presence = presence;
    table.watch((event) => this.#note(event));
    // Even a bid that is refused because it is late shows that somebody is awake.
    table.listen((command) => {
      if (command.type === 'bid' || command.type === 'pass') {
        this.#missed.delete(command.name);
      }
    });
  }

  /** When the time of this round is over, by `performance.now()`; undefined: never. */
  deadline: number | undefined;

  /** Somebody has come or gone. */
  look(name: string, isHere: boolean): void {
    if (isHere) this.#missed.delete(name);
    if (this.#table.auction.phase !== 'bidding') return;
    if (this.#presence.size === 0) this.#stop();
    else if (this.#timer === undefined) this.#start();
    this.#lookSoon();
  }

  /** Stops for good. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.deadline = undefined;
  }

  #note(event: AuctionEvent): void {
    switch (event.type) {
      case 'opened':
        this.#stop();
        if (this.#presence.size > 0) this.#start();
        break;
      case 'bid':
        if (this.#missed.size > 0) this.#lookSoon();
        break;
      case 'passed': {
        const { name, why } = event;
        if (why === 'deadline') this.#missed.set(name, (this.#missed.get(name) ?? 0) + 1);
        else if (this.#missed.size > 0) this.#lookSoon();
        break;
      }
      case 'over':
        this.#stop();
        break;
    }
  }

  #start(): void {
    const { options, round } = this.#table.auction;
    const { secondsPerRound } = options;
    if (secondsPerRound === 0 || this.#closed) return;
    this.deadline = performance.now() + secondsPerRound * 1000;
    this.#timer = setTimeout(() => {
      // After a stall of this program timers come first. What lies in the sockets by then
      // came in time, and is read before.
      this.#forfeitWhenRead(round, MOST_TURNS, this.#read());
    }, secondsPerRound * 1000);
  }

  /** A connection is read in one turn, but a crowd's datagrams take several. */
  #forfeitWhenRead(round: number, turns: number, before: number): void {
    setImmediate(() => {
      const now = this.#read();
      if (now === before || turns === 1) this.#forfeit(round);
      else this.#forfeitWhenRead(round, turns - 1, now);
    });
  }

  #forfeit(round: number): void {
    if (!this.#closed) this.#table.submit({ type: 'forfeit', round });
  }

  /** Not now: an event is being told to everybody, and more may follow it. */
  #lookSoon(): void {
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      if (this.#onlyLapsedAreMissing()) this.#forfeit(this.#table.auction.round);
    });
  }

  #onlyLapsedAreMissing(): boolean {
    const { answers, bidders, phase } = this.#table.auction;
    // If there is no answer yet, everybody may have gone: the clock decides that.
    if (phase !== 'bidding' || answers.size === 0) return false;
    let lapsed = 0;
    for (const [name, rounds] of this.#missed) {
      if (answers.has(name)) continue;
      if (rounds >= ASLEEP || !this.#presence.has(name)) lapsed += 1;
    }
    return lapsed === bidders.size - answers.size;
  }
}
