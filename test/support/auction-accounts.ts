/** What players report of a game, and bidders whose games can be predicted. */
import {
  Auction,
  type AuctionOptions,
  auctionOptions,
  type Decide,
  type Ledger,
  randomFrom,
  type Standing,
  Table,
} from '../../src/auction/index.ts';

/** A game as one of those at the table tells it. */
export interface Account {
  /** Item, buyer (null for nobody), price: a row for each round. */
  sales: (readonly [string, string | null, number])[];
  standings: Standing[];
  winner: string | null;
}

export function accountOf({ sales, standings, winner }: Ledger): Account {
  return {
    sales: sales.map(({ item, name, price }) => [item, name ?? null, price]),
    standings: standings.map(({ name, money, owned }) => ({
      name,
      money,
      owned: { ...owned },
    })),
    winner: winner ?? null,
  };
}

/**
 * The bid of a seat, the same for the same seed: now and then none, and never as much as
 * another seat's, so that it does not matter whose comes first.
 */
export function certainBid(
  { seed, seat, seats }: { seed: string; seat: number; seats: number },
  { money, round }: { money: number; round: number },
): number | undefined {
  const random = randomFrom(`${seed} ${seat} ${round}`);
  const most = Math.floor((money - seat) / seats);
  if (most < 0 || random() < 0.1) return undefined;
  return seats * Math.floor(random() * (1 + Math.min(most, 100))) + seat;
}

/** `certainBid`, as a bidder decides it. */
export function certainly(seed: string, seat: number, seats: number): Decide {
  return ({ me, round }) => certainBid({ seed, seat, seats }, { money: me.money, round });
}

/** How a game of such bidders ends, by the rules alone. They sit down in any order. */
export function certainEnd(
  names: readonly string[],
  seed: string,
  game: Partial<AuctionOptions>,
): Account {
  const auction = new Auction(
    auctionOptions({ unsold: 'to-first', ...game, bidders: names.length }),
  );
  const table = new Table(auction);
  for (const name of names) table.submit({ type: 'join', name });
  while (auction.phase === 'bidding') {
    const { round } = auction;
    for (const [seat, name] of names.entries()) {
      const { money } = auction.bidders.get(name)!;
      const amount = certainBid({ seed, seat, seats: names.length }, { money, round });
      table.submit(
        amount === undefined
          ? { type: 'pass', round, name }
          : { type: 'bid', round, name, amount },
      );
    }
  }
  return bySeatName(accountOf(auction.ledger));
}

/** Who has joined first is luck, where several come at the same time. */
export function bySeatName({ standings, ...account }: Account): Account {
  const sorted = standings.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { ...account, standings: sorted };
}
