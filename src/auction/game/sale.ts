/** How a round ends, and how a game ends: rules 3 to 6 of rules.ts. Pure. */
import type { AuctionEvent } from './events.ts';
import type { Bidder } from './ledger.ts';
import type { AuctionOptions } from './options.ts';

/** What decides a round: the state of the table when its last answer comes. */
export interface Round {
  readonly options: AuctionOptions;
  readonly bidders: ReadonlyMap<string, Bidder>;
  readonly items: readonly string[];
  readonly round: number;
}

export type SaleEvent = Extract<AuctionEvent, { type: 'sold' | 'unsold' }>;

/** Rules 3, 4 and 5. A later bid wins only by being higher. */
export function sell(
  { bidders, items, options, round }: Round,
  answers: ReadonlyMap<string, number | undefined>,
): SaleEvent {
  const item = items[round]!;
  let best: { name: string; amount: number } | undefined;
  let second = 0;
  for (const [name, amount] of answers) {
    if (amount === undefined) continue;
    if (best === undefined || amount > best.amount) {
      second = best?.amount ?? 0;
      best = { name, amount };
    } else {
      second = Math.max(second, amount);
    }
  }
  if (best) {
    const price = options.price === 'first' ? best.amount : second;
    return { type: 'sold', round, item, name: best.name, price };
  }
  const [first] = bidders.keys();
  if (options.unsold === 'to-nobody') return { type: 'unsold', round, item };
  return { type: 'sold', round, item, name: first!, price: 0 };
}

/** Rule 6. */
export function endAfter(auction: Round, sale: SaleEvent): AuctionEvent | undefined {
  const { bidders, items, options, round } = auction;
  if (options.win === 'first-to' && sale.type === 'sold') {
    const owned = (bidders.get(sale.name)!.owned[sale.item] ?? 0) + 1;
    if (owned >= options.countToWin) return { type: 'over', winner: sale.name };
  }
  if (round + 1 < items.length) return undefined;
  const winner = options.win === 'highest-value' ? worthiest(auction, sale) : undefined;
  return { type: 'over', winner };
}

/** What a collection is worth. */
export function worth(
  owned: Readonly<Record<string, number>>,
  { values }: Pick<AuctionOptions, 'values'>,
): number {
  let total = 0;
  for (const [kind, count] of Object.entries(owned)) {
    total += count * (values[kind] ?? 1);
  }
  return total;
}

function worthiest({ bidders, options }: Round, last: SaleEvent): string | undefined {
  let best: { name: string; value: number; money: number } | undefined;
  for (const { name, owned, money } of bidders.values()) {
    const bought = last.type === 'sold' && last.name === name ? last : undefined;
    const value =
      worth(owned, options) + (bought ? worth({ [bought.item]: 1 }, options) : 0);
    const left = money - (bought?.price ?? 0);
    if (!best || value > best.value || (value === best.value && left > best.money)) {
      best = { name, value, money: left };
    }
  }
  return best?.name;
}
