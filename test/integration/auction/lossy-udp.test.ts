/** A game by datagrams over a bad link ends as over a good one. */
import { afterEach, describe, expect, it } from 'vitest';
import { playAuction } from '../../../src/auction/index.ts';
import {
  type DatagramRelay,
  type LinkOptions,
  openDatagramRelay,
} from '../../../src/network/link/index.ts';
import { bidsOf, openTable } from '../../support/auction.ts';
import {
  type Account,
  accountOf,
  bySeatName,
  certainEnd,
  certainly,
} from '../../support/auction-accounts.ts';

const NAMES = ['ann', 'bob', 'cid', 'dan'];
const GAME = {
  bidders: NAMES.length,
  budget: 3000,
  win: 'highest-value',
  items: 12,
  unsold: 'to-nobody',
} as const;

const BAD: LinkOptions = { loss: 0.2, dup: 0.1, dupDelay: 400, reorder: 0.2, jitter: 5 };

const relays: DatagramRelay[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});

/** All bidders come by UDP, through a relay if there is a link. Returns what each tells. */
async function play(
  seed: string,
  link?: LinkOptions,
): Promise<{ accounts: Account[]; relay: DatagramRelay | undefined }> {
  const { auctioneer, events, port } = await openTable({ game: { ...GAME, seed } });
  let relay: DatagramRelay | undefined;
  if (link) {
    relay = await openDatagramRelay({ listen: { port: 0 }, to: { port }, link });
    relays.push(relay);
  }
  const accepted = new Map<string, (number | null)[]>(NAMES.map((name) => [name, []]));
  const played = await Promise.all(
    NAMES.map((name, seat) =>
      playAuction({
        name,
        port: relay?.address.port ?? port,
        over: 'udp',
        decide: certainly(seed, seat, NAMES.length),
        on: (event) => {
          if (event.type === 'accepted') accepted.get(name)!.push(event.round);
          if (event.type === 'refused') throw new Error(event.refused.reason);
          if (event.type === 'lost') throw event.error;
        },
      }),
    ),
  );
  for (const name of NAMES) {
    const rounds = bidsOf(name, events).map(({ round }) => round);
    expect(new Set(rounds).size).toBe(rounds.length);
    const told = accepted.get(name)!;
    expect(new Set(told).size).toBe(told.length);
  }
  const truth = bySeatName(accountOf(auctioneer.auction.ledger));
  const accounts = [truth, ...played.map(({ ledger }) => bySeatName(accountOf(ledger)))];
  return { accounts, relay };
}

describe('a game by datagrams', () => {
  it('ends as the rules alone would end it', async () => {
    const { accounts } = await play('clean');
    for (const account of accounts) {
      expect(account).toEqual(certainEnd(NAMES, 'clean', { ...GAME, seed: 'clean' }));
    }
  });

  it('ends so, too, where one in five is lost, one in ten duplicated, and one in five overtaken', async () => {
    // They mostly wait for what never comes: six games at once take as long as one.
    const games = [1, 2, 3, 4, 5, 6].map(async (number) => {
      const seed = `lossy ${number}`;
      const { accounts, relay } = await play(seed, { ...BAD, seed: number });
      for (const account of accounts) {
        expect(account).toEqual(certainEnd(NAMES, seed, { ...GAME, seed }));
      }
      const { back, there } = relay!.statistics;
      for (const { duplicated, lost, received, reordered } of [there, back]) {
        expect(lost / received).toBeGreaterThan(0.1);
        expect(duplicated).toBeGreaterThan(0);
        expect(reordered).toBeGreaterThan(0);
      }
    });
    await Promise.all(games);
  });

  it('ends so, too, where every datagram comes three times, late', async () => {
    const { accounts } = await play('thrice', { dup: 1, dupDelay: 300, seed: 3 });
    for (const account of accounts) {
      expect(account).toEqual(certainEnd(NAMES, 'thrice', { ...GAME, seed: 'thrice' }));
    }
  });
});
