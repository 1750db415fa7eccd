/**
 * The table: one auction and everybody who watches it. Whatever door a command came through, it is
 * decided here, carried out here, and announced from here.
 *
 *   door ──command──► submit ──events──► journal, doors, board, …
 *
 * Pure as well: watchers are called, nothing is awaited. A watcher must not submit a command: the
 * event is still being told to others, and more may follow it.
 */
import type { AuctionCommand, AuctionEvent, Refusal } from '../game/events.ts';
import type { Auction } from '../game/rules.ts';

export class Table {
  readonly auction: Auction;
  readonly #watchers = new Set<(event: AuctionEvent) => void>();
  readonly #listeners = new Set<(command: AuctionCommand) => void>();

  constructor(auction: Auction) {
    this.auction = auction;
  }

  /**
   * Makes a command happen. All its events have happened, and all watchers have been told
   * of them in their order, when this returns.
   * @returns why it was refused; undefined when it was not
   */
  submit(command: AuctionCommand): Refusal | undefined {
    for (const listener of this.#listeners) listener(command);
    const { events, refusal } = this.auction.decide(command);
    if (refusal) return refusal;
    for (const event of events) this.restore(event);
    return undefined;
  }

  /** Makes an event happen again that has been decided before. */
  restore(event: AuctionEvent): void {
    this.auction.apply(event);
    for (const watcher of this.#watchers) {
      try {
        watcher(event);
      } catch (error) {
        // This is the watcher's fault, not the bidder's: the others are told first, then it is
        // thrown.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Calls `watcher` with every event from now on, until the function returned is called. */
  watch(watcher: (event: AuctionEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Calls `listener` with every command from now on, even with those that are refused. */
  listen(listener: (command: AuctionCommand) => void): void {
    this.#listeners.add(listener);
  }
}
