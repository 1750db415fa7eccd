/** The standings as a table for a terminal. Pure. */
import stringWidth from 'string-width';
import { type Paint, tableOf } from '../../common/terminal/index.ts';
import { type GameRules, type Standing } from '../game/ledger.ts';
import { worth } from '../game/sale.ts';

export interface StandingsOptions {
  rules: GameRules;
  paint: Paint;
  /** Columns of the terminal; 80 where there is none. */
  width: number;
  /** Who is marked: the bidder whose screen it is. */
  me?: string | undefined;
  /** How many rows at most; the rest is counted. */
  most?: number | undefined;
}

/** A row for each bidder: who is nearest to winning comes first. */
export function standingsTable(
  standings: readonly Standing[],
  { rules, paint, width, me, most = 20 }: StandingsOptions,
): string[] {
  const ranked = [...standings].sort(
    (one, other) => nearness(other, rules) - nearness(one, rules),
  );
  const shown = ranked.slice(0, most);
  if (me !== undefined && !shown.some(({ name }) => name === me)) {
    shown.push(...ranked.filter(({ name }) => name === me));
  }
  const byValue = rules.win === 'highest-value';
  const rows = shown.map(({ name, money, owned }) => {
    const cells = rules.kinds.map((kind) => count(owned[kind] ?? 0, rules, paint));
    const own = name === me;
    return [
      own ? '►' : ' ',
      own ? paint.bold(name) : name,
      String(money),
      ...cells,
      ...(byValue ? [String(worth(owned, rules))] : []),
    ];
  });
  const draw = (kinds: readonly string[]): string[] => {
    const head = ['', 'bidder', 'money', ...kinds, ...(byValue ? ['worth'] : [])];
    const right = [...kinds, 'worth'].map(() => 'right' as const);
    return tableOf(
      head.map((text) => paint.dim(text)),
      rows,
      { aligns: ['left', 'left', 'right', ...right], gap: 2, indent: 1 },
    );
  };
  let lines = draw(rules.kinds);
  if (lines.some((line) => stringWidth(line) > width)) {
    lines = draw(rules.kinds.map((kind) => kind.slice(0, 3)));
  }
  const rest = ranked.length - shown.length;
  if (rest > 0) lines.push(paint.dim(`   and ${rest} more`));
  return lines;
}

/** Greater for bidders who are nearer to winning; between equals, for more money. */
function nearness({ owned, money }: Standing, rules: GameRules): number {
  const most =
    rules.win === 'highest-value'
      ? worth(owned, rules)
      : Math.max(0, ...Object.values(owned));
  return most + money / (rules.budget * rules.bidders + 1);
}

/** A count that is one short of winning stands out. */
function count(owned: number, { countToWin, win }: GameRules, paint: Paint): string {
  if (owned === 0) return paint.dim('·');
  if (win === 'first-to' && owned >= countToWin) return paint.green(String(owned));
  if (win === 'first-to' && owned === countToWin - 1) return paint.yellow(String(owned));
  return String(owned);
}
