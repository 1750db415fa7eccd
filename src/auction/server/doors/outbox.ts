/**
 * Holds outgoing messages until they may be sent.
 *
 *   messages in ──► decided ──► answers queued ──────┐
 *                      └──────► events into journal ─┤ end of the turn of the event loop:
 *                                                    └ journal flushed, then all queues leave
 *
 * All that one turn of Node's event loop brings in is decided first; then the journal is
 * flushed once, and only then does any answer leave. That is what makes "every bid that was
 * acknowledged is in the journal" true, at the price of one flush for many bids.
 */

/** Somebody who is to be told something. */
export interface Recipient {
  /** Sends what was collected. Must not throw. */
  leave(): void;
}

export class Outbox {
  readonly #commit: () => void;
  readonly #onFailure: (error: unknown) => void;
  #recipients = new Set<Recipient>();
  #due = false;
  #closed = false;
  #prepare: () => void = () => {};

  /**
   * @param commit is called before anything leaves
   * @param onFailure is told when that throws; nothing leaves then, now or later
   */
  constructor(commit: () => void, onFailure: (error: unknown) => void) {
    this.#commit = commit;
    this.#onFailure = onFailure;
  }

  /** Calls `prepare` at the end of each turn, to put the last words into queues. */
  beforeCommit(prepare: () => void): void {
    this.#prepare = prepare;
  }

  /** It has something to send when this turn is over. */
  add(recipient: Recipient): void {
    if (this.#closed) return;
    this.#recipients.add(recipient);
    this.schedule();
  }

  /** Something has happened that is to be committed, whoever is told of it. */
  schedule(): void {
    if (this.#due || this.#closed) return;
    this.#due = true;
    setImmediate(this.flush);
  }

  /** Commits and sends now. */
  readonly flush = (): void => {
    if (this.#closed) return;
    // Still due: what this puts into queues leaves now, and not in a turn of its own.
    this.#prepare();
    this.#due = false;
    try {
      this.#commit();
    } catch (error) {
      this.close();
      this.#onFailure(error);
      return;
    }
    const recipients = this.#recipients;
    this.#recipients = new Set();
    for (const one of recipients) one.leave();
  };

  /** From now on nothing leaves. */
  close(): void {
    this.#closed = true;
    this.#recipients.clear();
  }
}
