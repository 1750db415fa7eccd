/**
 * A bidder's views on their way to the process of its bot: a whole one first, and from then on
 * only what is new. Pure, except for what it remembers.
 *
 *   ViewFeed                                                 ViewReader
 *   { round: 0, me: {…}, items: […], rules: {…}, … }    ──►  keeps it
 *   { round: 1, item: 'Picasso', sales: […], buyers: […] } ► adds it to what it has …
 *                                                            … and copies all of it for the bot
 *
 * A view is several kilobytes of JSON, and parsing it takes longer than most bots think about it.
 * What one round has changed is a line, the same for everybody at the table.
 */
import type { BidderView, Sale, Standing } from '../../game/ledger.ts';
import { type SaleText, saleText } from './view-text.ts';

/** A whole view, in what JSON can say. */
type WholeView = Omit<BidderView, 'sales'> & { sales: readonly SaleText[] };

/** What is new since the bot was asked last. */
interface ViewNews {
  round: number;
  item: string;
  sales: readonly SaleText[];
  /** Those who have bought, with what they have now. */
  buyers: readonly Standing[];
}

/** It goes through JSON. */
export type ViewMessage = WholeView | ViewNews;

/** The news that was found last, for the next bot at the table. */
let latest: { of: BidderView; from: number; news: ViewNews } | undefined;

/** For one process. */
export class ViewFeed {
  /** The view that it knows. */
  #told: BidderView | undefined;
  /** How many sales it had: the list itself grows. */
  #sales = 0;

  /** What its reader has to know. */
  next(view: BidderView): ViewMessage {
    const knowsGame = this.#told !== undefined && goesOn(this.#told, view);
    const message = knowsGame
      ? newsIn(view, this.#sales)
      : { ...view, sales: view.sales.map(saleText) };
    this.#told = view;
    this.#sales = view.sales.length;
    return message;
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

function newsIn(view: BidderView, from: number): ViewNews {
  if (
    latest?.from === from &&
    latest.of.sales === view.sales &&
    latest.of.round === view.round
  ) {
    return latest.news;
  }
  const { bidders, item, round } = view;
  const sales = view.sales.slice(from);
  const names = new Set(sales.map(({ name }) => name));
  const buyers = bidders.filter(({ name }) => names.has(name));
  const news = { round, item, sales: sales.map(saleText), buyers };
  latest = { of: view, from, news };
  return news;
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
  read(message: ViewMessage): BidderView {
    if ('rules' in message) this.#begin(message);
    else this.#goOn(message);
    return this.#copy();
  }

  #begin({ round, item, items, me, bidders, sales, rules }: WholeView): void {
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
      sales: sales.map(copyOf),
      rules: JSON.parse(rules) as BidderView['rules'],
    };
  }
}

function saleFrom({ name, ...sale }: SaleText): Sale {
  return { ...sale, name: name ?? undefined };
}

function copyOf(sale: Sale): Sale {
  return { ...sale };
}
