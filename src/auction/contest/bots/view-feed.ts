/**
 * A bidder's views on their way to the process of its bot: a whole one first, and from then on
 * only what is new. Pure, but for what it remembers.
 *
 *   ViewFeed                                                        ViewReader
 *   {"version":1,"me":{…},"round":0,"items":[…],"rules":{…},…}  ──►  keeps it
 *   {"round":1,"item":"Picasso","sales":[…],"buyers":[…]}       ──►  adds it to what it has …
 *                                                                    … and copies all for the bot
 *
 * A view is several kilobytes of JSON, and to read it takes longer than most bots think. What one
 * round has changed is a line, the same for everybody at the table.
 */
import type { BidderView, Sale, Standing } from '../../game/ledger.ts';
import { type SaleText, saleText, viewText } from './view-text.ts';

/** What is new since the bot was asked last. */
interface ViewNews {
  round: number;
  item: string;
  sales: SaleText[];
  /** Those who have bought, with what they have now. */
  buyers: Standing[];
}

/** The news that were written last: for the next bot at the table. */
let latest: { of: BidderView; from: number; text: string } | undefined;

/** For one process. */
export class ViewFeed {
  /** The view that it knows. */
  #told: BidderView | undefined;
  /** How many sales that had: the list itself grows. */
  #sales = 0;

  /** What its reader has to know. */
  write(view: BidderView): string {
    const knowsGame = this.#told !== undefined && goesOn(this.#told, view);
    const text = knowsGame ? newsText(view, this.#sales) : viewText(view);
    this.#told = view;
    this.#sales = view.sales.length;
    return text;
  }
}

/** A ledger gives the same lists to every view; in a secret order, the items are new each time. */
function goesOn(told: BidderView, view: BidderView): boolean {
  return (
    told.sales === view.sales &&
    told.bidders === view.bidders &&
    told.me === view.me &&
    told.rules === view.rules &&
    (told.items === view.items || told.items.length + 1 === view.items.length)
  );
}

function newsText(view: BidderView, from: number): string {
  if (
    latest?.from === from &&
    latest.of.sales === view.sales &&
    latest.of.round === view.round
  ) {
    return latest.text;
  }
  const { bidders, item, round } = view;
  const sales = view.sales.slice(from);
  const names = new Set(sales.map(({ name }) => name));
  const buyers = bidders.filter(({ name }) => names.has(name));
  const news: ViewNews = { round, item, sales: sales.map(saleText), buyers };
  latest = { of: view, from, text: JSON.stringify(news) };
  return latest.text;
}

/** What the bot's process knows of the game. */
interface Known {
  round: number;
  item: string;
  items: string[];
  me: Standing;
  bidders: Standing[];
  sales: Sale[];
  /** As JSON: the shortest way to a copy of it all. */
  rules: string;
}

/** In the bot's process. */
export class ViewReader {
  #known!: Known;

  /** The view; everything in it is the bot's own, to do with as it likes. */
  read(text: string): BidderView {
    const told = JSON.parse(text) as (BidderView & { version: number }) | ViewNews;
    if ('version' in told) this.#begin(told);
    else this.#goOn(told);
    return this.#copy();
  }

  #begin({ round, item, items, me, bidders, sales, rules }: BidderView): void {
    this.#known = {
      round,
      item,
      items: [...items],
      me,
      bidders: [...bidders],
      sales: sales.map(saleFrom),
      rules: JSON.stringify(rules),
    };
  }

  #goOn({ round, item, sales, buyers }: ViewNews): void {
    const known = this.#known;
    known.round = round;
    known.item = item;
    known.items[round] = item;
    for (const sale of sales) known.sales.push(saleFrom(sale));
    for (const buyer of buyers) {
      const seat = known.bidders.findIndex(({ name }) => name === buyer.name);
      known.bidders[seat] = buyer;
    }
  }

  #copy(): BidderView {
    const { round, item, items, me, sales, rules } = this.#known;
    const bidders = this.#known.bidders.map((one) => ({
      ...one,
      owned: { ...one.owned },
    }));
    return {
      round,
      item,
      items: [...items],
      me: bidders.find(({ name }) => name === me.name) ?? me,
      bidders,
      sales: sales.map((sale) => ({ ...sale })),
      rules: JSON.parse(rules) as BidderView['rules'],
    };
  }
}

function saleFrom({ name, ...sale }: SaleText | Sale): Sale {
  return { ...sale, name: name ?? undefined };
}
