/**
 * A tournament: many games between the same bots, each in every seat equally often.
 *
 *   line-ups.ts ──who sits where──► GameRunner ──result──► tally.ts ──► ranking
 *                 seed of the game ─┘
 *
 * Everything follows from one seed: the items of each game, who plays it, and what the
 * built-in strategies leave to chance. With bots that make no random choices of their own, the same
 * call gives the same ranking.
 *
 * Bots in processes are waited for, so several games at once use more of the machine. A bot plays
 * one game at a time; for two it has to be there twice. Which table plays a game follows from the
 * game's number, and results are added up in the order of the games: the ranking is the same,
 * unless a bot remembers earlier games, or fails more often than it may be restarted.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { misuse } from '../../../common/index.ts';
import { type GameRules, gameRules } from '../../game/ledger.ts';
import { type AuctionOptions, auctionOptions } from '../../game/options.ts';
import type { Bot } from '../bots/bot.ts';
import type { GameResult, GameRunner } from './game.ts';
import { inProcess } from './in-process.ts';
import { lineUps } from './line-ups.ts';
import { type Ranked, Tally } from './tally.ts';

export interface TournamentOptions {
  /**
   * How many games at least; 1000 unless told otherwise. It is rounded up to a multiple of
   * the number of bots, so that everybody sits in every seat equally often.
   */
  games?: number | undefined;
  /** How many play in one game; all of them unless told otherwise. */
  seats?: number | undefined;
  /** The rules of each game, and the seed of all. `bidders` follows from the seats. */
  auction?: Partial<AuctionOptions> | undefined;
  /** The same bots again, in the same order: a game at once with the others for each of these. */
  moreTables?: readonly (readonly Bot[])[] | undefined;
  /** Who plays the games; on the rules alone unless told otherwise. */
  runner?: GameRunner | undefined;
  /** Stops at once. What has been played counts; a game that is not over does not. */
  signal?: AbortSignal | undefined;
  /** Called now and then with the progress. */
  onProgress?: ((played: number, planned: number) => void) | undefined;
}

export interface TournamentResult {
  readonly seed: string;
  readonly rules: GameRules;
  readonly runner: string;
  readonly seats: number;
  /** How many games were asked for, if any number was: `planned` is rounded up. */
  readonly asked: number;
  readonly planned: number;
  /** Fewer than planned when it was stopped. */
  readonly played: number;
  /** Games that nobody won. */
  readonly undecided: number;
  /** In all games together. */
  readonly rounds: number;
  readonly seconds: number;
  readonly ranking: readonly Ranked[];
}

/** Games are played for this many milliseconds before others get their turn. */
const LONGEST_TURN = 20;
const MOST_GAMES = 1_000_000_000;

/**
 * Plays it. The bots stay open, unless the signal aborts: a decision under way ends at once
 * no other way.
 *
 * @throws {MisuseError} ERR_BAD_ARGUMENT for impossible options
 */
export async function playTournament(
  bots: readonly Bot[],
  options: TournamentOptions = {},
): Promise<TournamentResult> {
  const { seats = bots.length, runner = inProcess, signal } = options;
  const planned = plannedGames(bots.length, options.games);
  checkWhole('seats of a game', seats, bots.length);
  const auction = auctionOptions({ ...options.auction, bidders: seats });
  const tally = new Tally(
    bots.map(({ name }) => name),
    seats,
  );
  const tables = [bots, ...(options.moreTables ?? [])];
  const closeBots = (): void => {
    for (const bot of tables.flat()) void bot.close();
  };
  signal?.addEventListener('abort', closeBots);
  const start = performance.now();
  try {
    const { onProgress } = options;
    await playGames(tally, { auction, onProgress, planned, runner, signal, tables });
  } finally {
    signal?.removeEventListener('abort', closeBots);
  }
  return {
    seed: auction.seed,
    rules: gameRules(auction),
    runner: runner.name,
    seats,
    asked: options.games ?? planned,
    planned,
    played: tally.games,
    undecided: tally.undecided,
    rounds: tally.rounds,
    seconds: (performance.now() - start) / 1000,
    ranking: tally.ranking(),
  };
}

/**
 * How many games it takes for everybody to sit in every seat equally often.
 * @throws {MisuseError} ERR_BAD_ARGUMENT
 */
export function plannedGames(bots: number, games = 1000): number {
  checkWhole('games', games, MOST_GAMES);
  return Math.ceil(games / bots) * bots;
}

interface Games {
  auction: AuctionOptions;
  tables: readonly (readonly Bot[])[];
  planned: number;
  runner: GameRunner;
  signal?: AbortSignal | undefined;
  onProgress?: TournamentOptions['onProgress'];
}

async function playGames(tally: Tally, games: Games): Promise<void> {
  const { onProgress, planned, tables } = games;
  const inOrder = new InOrder(tally);
  const failures: unknown[] = [];
  await Promise.all(
    tables.map(async (_, table) => {
      try {
        await playAt(table, games, inOrder, () => failures.length > 0);
      } catch (error) {
        failures.push(error);
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
  onProgress?.(tally.games, planned);
}

/** The games of one table, one after another. */
async function playAt(
  table: number,
  { auction, onProgress, planned, runner, signal, tables }: Games,
  inOrder: InOrder,
  hasFailed: () => boolean,
): Promise<void> {
  const bots = tables[table]!;
  let turn = performance.now();
  let game = -1;
  for (const lineUp of lineUps(bots.length, auction.bidders, auction.seed)) {
    game += 1;
    if (game === planned || signal?.aborted || hasFailed()) break;
    if (game % tables.length !== table) continue;
    const seed = `${auction.seed}/${game}`;
    const players = lineUp.map((number) => bots[number]!);
    for (const bot of players) bot.begin(`${seed}/${bot.name}`);
    const played = runner.play({ options: { ...auction, seed }, bots: players, signal });
    const result = played instanceof Promise ? await played : played;
    if (!result) break;
    inOrder.add(game, lineUp, result);
    if (performance.now() - turn > LONGEST_TURN) {
      onProgress?.(inOrder.added, planned);
      await nextTurn();
      turn = performance.now();
    }
  }
}

/** Results, whichever table is faster, in the order of the games. */
class InOrder {
  readonly #tally: Tally;
  readonly #early = new Map<number, [lineUp: readonly number[], result: GameResult]>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  get added(): number {
    return this.#tally.games;
  }

  add(game: number, lineUp: readonly number[], result: GameResult): void {
    this.#early.set(game, [lineUp, result]);
    for (;;) {
      const next = this.#tally.games;
      const one = this.#early.get(next);
      if (!one) break;
      this.#early.delete(next);
      this.#tally.add(...one);
    }
  }
}

function checkWhole(what: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw misuse(`tournament: ${what}: a whole number from 1 to ${most}, not ${value}`);
}
