/**
 * Ranks who is closest to winning, and says why somebody has won. Pure.
 *
 * In a `highest-value` game the rule itself ranks: worth, then money, then seat. On the way to
 * `countToWin` of a kind there is no such rule; here the largest number of one kind counts,
 * then how many kinds reach that number, then money, then seat.
 */
import type { Ledger, Standing } from '../game/ledger.ts';
import { worth } from '../game/sale.ts';
import type { BoardResult } from './snapshot.ts';

/** How many of the winner's purchases are named. */
const BOUGHT_NAMED = 8;

/** The standings, the closest to winning first. */
export function ranked({ rules, standings }: Ledger): Standing[] {
  const keys = new Map(
    standings.map((standing) => [
      standing,
      rules.win === 'highest-value'
        ? [worth(standing.owned, rules), standing.money]
        : [...most(standing), standing.money],
    ]),
  );
  // A sort keeps the order of equals: that of the seats.
  return [...standings].sort((a, b) => compare(keys.get(b)!, keys.get(a)!));
}

/** How many of one kind are still missing to win, at least 0. */
export function missing({ rules }: Ledger, standing: Standing): number {
  return Math.max(0, rules.countToWin - most(standing)[0]);
}

/** Why the game ended as it did. `kinds` gives each kind's number. */
export function resultOf(
  ledger: Ledger,
  kinds: ReadonlyMap<string, number>,
): BoardResult {
  const { rules, sales, winner } = ledger;
  if (winner === undefined) return { how: 'nobody' };
  if (rules.win === 'highest-value') {
    const [first, second] = ranked(ledger).map(({ name, owned, money }) => ({
      name,
      money,
      worth: worth(owned, rules),
    }));
    return {
      how: 'worth',
      winner,
      worth: first!.worth,
      money: first!.money,
      ...(second && { second }),
    };
  }
  const { item } = sales.at(-1)!;
  const bought = [...sales.entries()]
    .filter(([, sale]) => sale.name === winner && sale.item === item)
    .map(([round, { price }]) => ({ round, price }));
  return {
    how: 'collected',
    winner,
    kind: kinds.get(item)!,
    count: bought.length,
    bought: bought.slice(-BOUGHT_NAMED),
  };
}

/** The largest number of one kind, and how many kinds reach it. */
function most({ owned }: Standing): [greatest: number, kinds: number] {
  let greatest = 0;
  let kinds = 0;
  for (const count of Object.values(owned)) {
    if (count > greatest) [greatest, kinds] = [count, 1];
    else if (count === greatest) kinds += 1;
  }
  return [greatest, kinds];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    if (value !== b[index]) return value - b[index]!;
  }
  return 0;
}
