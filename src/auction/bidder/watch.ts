/**
 * A spectator: receives all public news from the beginning of the game, and reconnects for as long
 * as it takes.
 *
 *   watch ─► watching, and all news so far ─► news, and who has come and answered
 */
import { setTimeout as pause } from 'node:timers/promises';
import { PeerError } from '../../common/index.ts';
import type { GameRules } from '../game/ledger.ts';
import type { BoardEvent } from '../game/public-events.ts';
import type { News, Note, Watching } from '../messages/native-messages.ts';
import { publicEvents } from '../messages/news.ts';
import { FramedLink } from './framed-link.ts';
import type { AuctioneerAddress } from './link.ts';

export interface WatchOptions extends AuctioneerAddress {
  code?: string | undefined;
  /** Ends the watching without an error. */
  signal: AbortSignal;
  /**
   * Called when a game is told from its beginning: the first time, and after each
   * reconnection.
   */
  onBegin: (game: { rules: GameRules; items: readonly string[] }) => void;
  onEvent: (event: BoardEvent) => void;
  /** Called when contact with the auctioneer is lost, or found again. */
  onHearing?: (hears: boolean, error?: unknown) => void;
}

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2000;

/**
 * Watches until the signal aborts.
 * @throws {PeerError} ERR_AUCTION_REFUSED when the join code is wrong
 */
export async function watchAuction(options: WatchOptions): Promise<void> {
  const { signal } = options;
  let hears: boolean | undefined;
  let wait = FIRST_PAUSE;
  const note = (now: boolean, error?: unknown): void => {
    if (hears !== now) options.onHearing?.(now, error);
    hears = now;
    if (now) wait = FIRST_PAUSE;
  };
  while (!signal.aborted) {
    try {
      await watchOnce(options, note);
    } catch (error) {
      if (signal.aborted) return;
      if ((error as NodeJS.ErrnoException).code === 'ERR_AUCTION_REFUSED') throw error;
      note(false, error);
    }
    await pause(wait, undefined, { signal }).catch(() => {});
    wait = Math.min(2 * wait, LONGEST_PAUSE);
  }
}

async function watchOnce(
  options: WatchOptions,
  note: (hears: boolean) => void,
): Promise<never> {
  const { code, signal } = options;
  const link = await FramedLink.open(options, { signal });
  const onAbort = (): void => void link.close();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted(); // it may have been aborted before anybody listened
    const answer = await link.watch(code);
    if (answer.type === 'refused') {
      throw new PeerError(
        'ERR_AUCTION_REFUSED',
        `the auctioneer refused: ${answer.reason}`,
      );
    }
    options.onBegin({ rules: answer.rules, items: answer.items });
    const spectator = new Spectator(answer, options);
    note(true);
    for (;;) spectator.hear(await link.told());
  } finally {
    signal.removeEventListener('abort', onAbort);
    await link.close();
  }
}

/** Passes on everything once, even if it is told twice, in the order in which it happened. */
class Spectator {
  readonly #seated = new Set<string>();
  readonly #onEvent: (event: BoardEvent) => void;
  /** Answers of the round that was under way when the watching began. */
  #answered: { round: number; names: readonly string[] };

  constructor({ bidders, round, answered }: Watching, { onEvent }: WatchOptions) {
    this.#onEvent = onEvent;
    this.#answered = { round, names: answered };
    for (const name of bidders) this.#seat(name);
  }

  hear(told: News | Note): void {
    if (told.type === 'seated') this.#seat(told.name);
    else if (told.type === 'answered') this.#onEvent(told);
    else if (told.type === 'freed') this.#free(told.name);
    else {
      for (const event of publicEvents(told)) {
        if (event.type === 'joined') this.#seat(event.name);
        else this.#onEvent(event);
      }
      if (told.type === 'round' && told.round === this.#answered.round) {
        const { round, names } = this.#answered;
        for (const name of names) this.#onEvent({ type: 'answered', round, name });
        this.#answered = { round, names: [] };
      }
    }
  }

  #free(name: string): void {
    if (this.#seated.delete(name)) this.#onEvent({ type: 'freed', name });
  }

  #seat(name: string): void {
    if (this.#seated.has(name)) return;
    this.#seated.add(name);
    this.#onEvent({ type: 'joined', name });
  }
}
