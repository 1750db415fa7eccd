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
 *
 * Where more is expected, what is due may wait a moment longer for it, so that the bids of one
 * round share a flush.
 */

/** A receiver of messages. */
export interface Recipient {
  /** Sends what was collected. Must not throw. */
  leave(): void;
}

export class Outbox {
  readonly #commit: () => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #patience: () => number;
  #recipients = new Set<Recipient>();
  #due = false;
  /** Whether the end of this turn is waited for. */
  #isTurnWatched = false;
  /** Set while something that is due may be waiting for more. */
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #prepare: () => void = () => {};

  /**
   * @param commit is called before anything leaves
   * @param onFailure is told when that throws; nothing leaves then, now or later
   * @param patience is asked at the end of each turn: for how many milliseconds may what is due
   *   wait for more? 0 for not at all
   */
  constructor(
    commit: () => void,
    onFailure: (error: unknown) => void,
    patience: () => number = () => 0,
  ) {
    this.#commit = commit;
    this.#onFailure = onFailure;
    this.#patience = patience;
  }

  /** Calls `prepare` at the end of each turn, to put the last words into queues. */
  beforeCommit(prepare: () => void): void {
    this.#prepare = prepare;
  }

  /** It has something to send when this turn is over, or soon after it. */
  add(recipient: Recipient): void {
    if (this.#closed) return;
    this.#recipients.add(recipient);
    this.schedule();
  }

  /** Something has happened that must be committed, whether or not anybody is told. */
  schedule(): void {
    if (this.#closed) return;
    this.#due = true;
    if (this.#isTurnWatched) return;
    this.#isTurnWatched = true;
    setImmediate(this.#endTurn);
  }

  /** Commits and sends now. */
  readonly flush = (): void => {
    if (this.#closed || !this.#due) return;
    // What this puts into queues leaves now, and not in a turn of its own.
    this.#isTurnWatched = true;
    this.#prepare();
    this.#isTurnWatched = false;
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
    clearTimeout(this.#timer);
  }

  readonly #endTurn = (): void => {
    this.#isTurnWatched = false;
    const patience = this.#patience();
    if (patience === 0) this.flush();
    else this.#timer ??= setTimeout(this.#endPatience, patience);
  };

  /** Not cleared when all has left before: it would be set again and again. It ends waits early. */
  readonly #endPatience = (): void => {
    this.#timer = undefined;
    this.flush();
  };
}
