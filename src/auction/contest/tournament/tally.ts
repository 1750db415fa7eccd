/** Adds up games, and ranks the bots. Pure. */
import type { FaultKind } from '../bots/bot.ts';
import type { GameFault, GameResult } from './game.ts';
import { wilson } from './wilson.ts';

/** Where a bot lost a bid for the first time. */
interface FirstFault {
  /** Counts from 0, as rounds do. */
  readonly game: number;
  readonly round: number;
  readonly kind: FaultKind;
  readonly words: string;
}

export interface Ranked {
  /** 1 is best; bots that won equally often share a rank. */
  readonly rank: number;
  readonly name: string;
  readonly games: number;
  readonly wins: number;
  /** `wins / games`, from 0 to 1; 0 of no games. */
  readonly winRate: number;
  /** Between these the true win rate lies, with 95 % confidence. */
  readonly low: number;
  readonly high: number;
  /** At the end of a game, on average. */
  readonly money: number;
  readonly items: number;
  readonly value: number;
  /** How many games it played in each seat, and how many of them it won. */
  readonly gamesBySeat: readonly number[];
  readonly winsBySeat: readonly number[];
  /** How many bids it lost, and how. */
  readonly faults: Readonly<Record<FaultKind | 'total', number>>;
  readonly firstFault: FirstFault | null;
}

interface Account {
  name: string;
  money: number;
  items: number;
  value: number;
  gamesBySeat: number[];
  winsBySeat: number[];
  faults: Record<FaultKind | 'total', number>;
  firstFault: FirstFault | null;
}

export class Tally {
  /** How many games have been added. */
  games = 0;
  rounds = 0;
  /** How many of them nobody won. */
  undecided = 0;
  readonly #accounts: readonly Account[];

  constructor(names: readonly string[], seats: number) {
    const none = { threw: 0, hung: 0, nonsense: 0, invalid: 0, gone: 0, total: 0 };
    this.#accounts = names.map((name) => ({
      name,
      money: 0,
      items: 0,
      value: 0,
      gamesBySeat: Array.from({ length: seats }, () => 0),
      winsBySeat: Array.from({ length: seats }, () => 0),
      faults: { ...none },
      firstFault: null,
    }));
  }

  /** @param lineUp which bot sat where: `lineUp[seat]` is its number */
  add(lineUp: readonly number[], result: GameResult): void {
    for (const [seat, { money, items, value }] of result.seats.entries()) {
      const account = this.#accounts[lineUp[seat]!]!;
      account.money += money;
      account.items += items;
      account.value += value;
      account.gamesBySeat[seat]! += 1;
    }
    const { winner } = result;
    if (winner === undefined) this.undecided += 1;
    else this.#accounts[lineUp[winner]!]!.winsBySeat[winner]! += 1;
    for (const fault of result.faults) this.#addFault(lineUp, fault);
    this.rounds += result.rounds;
    this.games += 1;
  }

  /** The best first. Between equals those who were named first. */
  ranking(): Ranked[] {
    const rows = this.#accounts
      .map((account) => summary(account))
      .sort((a, b) => b.winRate - a.winRate);
    const ranking: Ranked[] = [];
    for (const [index, row] of rows.entries()) {
      const before = ranking.at(-1);
      const rank = before?.winRate === row.winRate ? before.rank : index + 1;
      ranking.push({ rank, ...row });
    }
    return ranking;
  }

  #addFault(lineUp: readonly number[], { seat, round, kind, words }: GameFault): void {
    const account = this.#accounts[lineUp[seat]!]!;
    account.faults[kind] += 1;
    account.faults.total += 1;
    account.firstFault ??= { game: this.games, round, kind, words };
  }
}

function summary(account: Account): Omit<Ranked, 'rank'> {
  const { gamesBySeat, money, items, value, winsBySeat, ...rest } = account;
  const games = sum(gamesBySeat);
  const wins = sum(winsBySeat);
  const average = (total: number): number => (games === 0 ? 0 : total / games);
  return {
    ...rest,
    games,
    wins,
    winRate: average(wins),
    ...wilson(wins, games),
    money: average(money),
    items: average(items),
    value: average(value),
    gamesBySeat,
    winsBySeat,
  };
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
