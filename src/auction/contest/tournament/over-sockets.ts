/**
 * A game over real sockets: an auctioneer on a free port, and a connection of its own for
 * each bot. Everything goes through the doors as it does in a class, and still ends as it does by
 * the rules alone, because two things that networks leave to luck are kept in order:
 *
 *   - the bots sit down one after another, in the order of their seats;
 *   - all decide at the same time, but each sends its bid when the one before it has been
 *     acknowledged: between equal bids the first to arrive wins.
 */
import { openAuction } from '../../server/auctioneer.ts';
import { type BidderEvent, playAuction } from '../../bidder/play.ts';
import type { BidderView } from '../../game/ledger.ts';
import type { Bot } from '../bots/bot.ts';
import type { GameFault, GamePlan, GameResult, GameRunner } from './game.ts';
import { outcome } from './outcome.ts';
import { Turns } from './turns.ts';

export function overSockets(over: 'tcp' | 'udp'): GameRunner {
  return { name: over, play: (plan) => playOverSockets(plan, over) };
}

async function playOverSockets(
  { bots, options, signal }: GamePlan,
  over: 'tcp' | 'udp',
): Promise<GameResult | undefined> {
  // No deadline: each bot has its own time limit, and a round waits for all of them.
  const game = { ...options, secondsPerRound: 0 };
  const auctioneer = await openAuction({ game, port: 0 });
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal?.addEventListener('abort', onAbort);
  try {
    if (signal?.aborted) return undefined;
    const table = new SocketTable(auctioneer.address.port, over, bots, stop);
    await table.play();
    return outcome(auctioneer.auction.ledger, table.faults());
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await auctioneer.close();
  }
}

class SocketTable {
  readonly #port: number;
  readonly #over: 'tcp' | 'udp';
  readonly #bots: readonly Bot[];
  /** Ends all bidders. */
  readonly #stop: AbortController;
  /** Numbered through all rounds: seat 1 of round 2 of 3 seats has number 7. */
  readonly #turns = new Turns();
  readonly #faults: GameFault[] = [];

  constructor(
    port: number,
    over: 'tcp' | 'udp',
    bots: readonly Bot[],
    stop: AbortController,
  ) {
    this.#port = port;
    this.#over = over;
    this.#bots = bots;
    this.#stop = stop;
  }

  /** Until the game is over for everybody. Rejects with what went wrong first. */
  async play(): Promise<void> {
    const playing: Promise<void>[] = [];
    try {
      for (const seat of this.#bots.keys()) {
        await new Promise<void>((resolve, reject) => {
          const game = this.#playSeat(seat, resolve);
          game.catch(reject);
          playing.push(game);
        });
      }
      await Promise.all(playing);
    } finally {
      // One that fails ends the game for all: nobody would play on without it.
      this.#stop.abort();
      await Promise.allSettled(playing);
    }
  }

  /** As they would be found by asking one bot after another. */
  faults(): GameFault[] {
    return this.#faults.sort((a, b) => a.round - b.round || a.seat - b.seat);
  }

  async #playSeat(seat: number, onSeated: () => void): Promise<void> {
    let latest: { round: number; amount: Promise<number | undefined> } | undefined;
    await playAuction({
      port: this.#port,
      over: this.#over,
      name: this.#bots[seat]!.name,
      signal: this.#stop.signal,
      on: (event) => {
        if (event.type === 'seated') onSeated();
        this.#note(seat, event);
      },
      decide: async (view) => {
        // After a lost connection it is asked again. The bot is not.
        if (latest?.round !== view.round) {
          latest = { round: view.round, amount: this.#decide(seat, view) };
        }
        const amount = await latest.amount;
        await this.#turns.wait(this.#number(view.round, seat));
        return amount;
      },
    });
  }

  async #decide(seat: number, view: BidderView): Promise<number | undefined> {
    const decision = await this.#bots[seat]!.decide(view);
    if (decision.type === 'bid') return decision.amount;
    if (decision.type === 'fault') {
      const { kind, words } = decision;
      this.#faults.push({ seat, round: view.round, kind, words });
    }
    return undefined;
  }

  /** Called with any event which shows that this seat's bid has arrived, or no longer needs to. */
  #note(seat: number, event: BidderEvent): void {
    if (event.type === 'accepted' || event.type === 'refused') {
      this.#turns.done(this.#number(event.round, seat));
    } else if (event.type === 'seated' && event.welcome.state.answered) {
      this.#turns.done(this.#number(event.welcome.state.round, seat));
    } else if (event.type === 'news' && event.news.type === 'round') {
      this.#turns.done(this.#number(event.news.round, 0) - 1);
    }
  }

  #number(round: number, seat: number): number {
    return round * this.#bots.length + seat;
  }
}
