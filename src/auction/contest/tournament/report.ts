/**
 * A tournament's result, for people and for programs. Pure.
 *
 * The form of the JSON and of the CSV is described in docs/auction-bots.md. A change that
 * could break a program that reads them needs another version there.
 */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { tableOf, WIDTH } from '../../../common/terminal/index.ts';
import { FAULT_KINDS, type FaultKind } from '../bots/bot.ts';
import type { Ranked } from './tally.ts';
import type { TournamentResult } from './tournament.ts';

const VERSION = 1;

/** @param width in columns, 60 or more */
export function reportText(
  result: TournamentResult,
  width: number = WIDTH.screen,
): string {
  const parts = [headline(result), rankingTable(result, width)];
  const remarks = [...overlaps(result.ranking), ...faults(result.ranking)];
  if (remarks.length > 0) parts.push(remarks.join('\n'));
  return parts.map((part) => `${wrapAnsi(part, width, { trim: false })}\n`).join('\n');
}

function headline(result: TournamentResult): string {
  const { asked, played, planned, ranking, runner, seats, seed, seconds, undecided } =
    result;
  const games =
    played < planned ? `${count(played)} of ${count(planned)}` : count(played);
  const rate = seconds > 0 ? `, ${count(played / seconds)} a second` : '';
  const why =
    planned === asked
      ? ''
      : `\nRounded up from ${count(asked)}, so that each bot sits in every seat equally often.`;
  const nobody = undecided > 0 ? `\nNobody won ${count(undecided)} of them.` : '';
  return (
    `${games} games of ${seats} seats, ${ranking.length} bots, ${runner}, ` +
    `seed ${seed}${rate}${why}${nobody}`
  );
}

function rankingTable({ ranking, rules }: TournamentResult, width: number): string {
  const worth = rules.win === 'highest-value';
  const head = ['#', 'bot', 'wins', 'win rate', '95 % between', 'money'];
  head.push(worth ? 'worth' : 'items', 'faults');
  const rows = ranking.map((row) => [
    String(row.rank),
    row.name,
    row.wins.toLocaleString('en'),
    `${percent(row.winRate)} %`,
    `${percent(row.low)} … ${percent(row.high)}`,
    row.money.toFixed(1),
    (worth ? row.value : row.items).toFixed(1),
    row.faults.total.toLocaleString('en'),
  ]);
  const widths = head.map((title, column) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[column]!))),
  );
  // Names are shortened, so that a row stays one line.
  const [, longest = 0] = widths;
  const others = sum(widths) - longest + GAP * (widths.length - 1);
  widths[1] = Math.max(SHORTEST_NAME, Math.min(longest, width - others));
  const aligns = head.map((_, column) => (column === 1 ? 'left' : 'right'));
  return tableOf(head, rows, { aligns, gap: GAP, widths }).join('\n');
}

const SHORTEST_NAME = 6;
const GAP = 2;

function overlaps(ranking: readonly Ranked[]): string[] {
  const close = ranking.some((row, index) => {
    const next = ranking[index + 1];
    return next !== undefined && next.high >= row.low;
  });
  if (!close) return [];
  return ['Where the intervals overlap, the order may be luck: play more --games.'];
}

function faults(ranking: readonly Ranked[]): string[] {
  return ranking
    .filter((row) => row.firstFault !== null)
    .flatMap(({ name, faults, firstFault }) => {
      const kinds = FAULT_KINDS.filter((kind) => faults[kind] > 0);
      const list = kinds.map((kind) => `${count(faults[kind])} ${FAULT_WORDS[kind]}`);
      const { game, round, words } = firstFault!;
      return [
        `${name} lost ${count(faults.total)} bids: ${list.join(', ')}.`,
        `  First in game ${game}, round ${round}: it ${words}`,
      ];
    });
}

const FAULT_WORDS: Readonly<Record<FaultKind, string>> = {
  threw: 'threw an error',
  hung: 'came too late',
  nonsense: 'were not a number',
  invalid: 'were not allowed',
  gone: 'could not be asked for',
};

/** For other programs; see docs/auction-bots.md. */
export function reportJson(result: TournamentResult): string {
  const told = { version: VERSION, ...result, asked: undefined };
  return `${JSON.stringify(told, null, 2)}\n`;
}

/** For spreadsheets: a row for each bot, in the form of RFC 4180, but with bare newlines. */
export function reportCsv({ ranking }: TournamentResult): string {
  const head = ['rank', 'bot', 'games', 'wins', 'win_rate', 'low', 'high'];
  head.push('money', 'items', 'value', 'faults', ...FAULT_KINDS, 'first_fault');
  const rows = ranking.map((row) =>
    [row.rank, row.name, row.games, row.wins, row.winRate, row.low, row.high]
      .concat(row.money, row.items, row.value, row.faults.total)
      .concat(FAULT_KINDS.map((kind) => row.faults[kind]))
      .concat(row.firstFault?.words ?? ''),
  );
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function percent(rate: number): string {
  return (100 * rate).toFixed(1);
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
