/**
 * A bidder's view as the line of JSON that a program reads. Pure, except for a cache.
 *
 *   {"version":1,"me":{…},"round":0,"item":"Picasso","items":[…],"bidders":[…],"sales":[…],…}
 *                         └──────────── the same for everybody at the table ────────────┘
 *
 * A hundred bots at one table are told a hundred times what all of them see. So it is written once
 * a round, and kept for the other bots.
 *
 * Sources: docs/auction-bots.md describes the fields.
 * Read next: view-feed.ts, for bots in files.
 */
import type { BidderView, Sale } from '../../game/ledger.ts';

/** JSON leaves out what is undefined: nobody is null. */
export type SaleText = Omit<Sale, 'name'> & { name: string | null };

const VERSION = 1;

/** The latest text; within one round of one ledger it stays valid. */
let latest: { of: BidderView; text: string } | undefined;

/** @returns one line without its end; the buyer of an item that nobody bought is null */
export function viewText(view: BidderView): string {
  return `{"version":${VERSION},"me":${JSON.stringify(view.me)},${tableText(view)}`;
}

function tableText(view: BidderView): string {
  if (latest && isSameRound(latest.of, view)) return latest.text;
  const { round, item, items, bidders, rules } = view;
  const sales = view.sales.map(saleText);
  const text = JSON.stringify({ round, item, items, bidders, sales, rules }).slice(1);
  latest = { of: view, text };
  return text;
}

/** A ledger gives its own lists to every view, and they change only from one round to the next. */
function isSameRound(one: BidderView, other: BidderView): boolean {
  return (
    one.round === other.round &&
    one.sales === other.sales &&
    one.bidders === other.bidders &&
    one.rules === other.rules
  );
}

export function saleText(sale: Sale): SaleText {
  return { ...sale, name: sale.name ?? null };
}
