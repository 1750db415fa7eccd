import { afterEach, describe, expect, it } from 'vitest';
import {
  type Auctioneer,
  type BidderEvent,
  openAuction,
  playAuction,
} from '../../../../src/auction/index.ts';
import type { InetAddress } from '../../../../src/common/index.ts';
import { WelcomingSocket } from '../../../../src/tcp/index.ts';
import { DatagramSocket } from '../../../../src/udp/index.ts';
import { openTable } from '../../../support/auction.ts';

const open: Auctioneer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((auctioneer) => auctioneer.close()));
});

describe.each(['tcp', 'udp'] as const)('a bidder over %s', (over) => {
  it('plays to the end', async () => {
    const { auctioneer, port } = await openTable({ game: { bidders: 1, items: 20 } });
    const { ledger } = await playAuction({ port, over, name: 'ann', decide: () => 0 });
    expect(ledger.winner).toBe('ann');
    expect(ledger.sales).toEqual(auctioneer.auction.ledger.sales);
  });

  it.each<[string, unknown]>([
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['less than nothing', -1],
    ['more than there is', 101],
    ['half of a unit', 0.5],
    ['a text', '5'],
    ['a bigint', 5n],
    ['a function', () => 5],
    ['null', null],
  ])('that bids %s has passed', async (_, amount) => {
    const { events, port } = await openTable({ game: { bidders: 1, items: 1 } });
    await playAuction({ port, over, name: 'ann', decide: () => amount as number });
    expect(events).toContainEqual({
      type: 'passed',
      round: 0,
      name: 'ann',
      why: 'own-wish',
    });
  });

  it('ends with what its strategy throws', async () => {
    const mistake = new Error('a mistake in the strategy');
    for (const decide of [
      () => {
        throw mistake;
      },
      () => Promise.reject(mistake),
    ]) {
      const { port } = await openTable({ game: { bidders: 1 } });
      const game = playAuction({ port, over, name: 'ann', decide });
      await expect(game).rejects.toBe(mistake);
    }
  });

  it.each<BidderEvent['type']>(['seated', 'news', 'accepted', 'refused'])(
    'ends with what its listener throws when it is told of %s',
    async (type) => {
      const { port } = await openTable({ game: { bidders: 1 } });
      const mistake = new Error('a mistake in the listener');
      await expect(
        playAuction({
          port,
          over,
          name: 'ann',
          decide: () => (type === 'refused' ? -1 : 1),
          on: (event) => {
            if (event.type === type) throw mistake;
          },
        }),
      ).rejects.toBe(mistake);
    },
  );

  it('leaves when it is told to, at whatever moment', async () => {
    const why = new Error('enough');
    for (let wait = 0; wait < 12; wait += 1) {
      const { port } = await openTable({ game: { bidders: 1, items: 100 } });
      const stop = new AbortController();
      const game = playAuction({
        port,
        over,
        name: 'ann',
        signal: stop.signal,
        decide: () => undefined,
      });
      for (let turn = 0; turn < wait; turn += 1) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      stop.abort(why);
      await expect(game).rejects.toBe(why);
    }
  });

  it('is told when the round is over before it has decided', async () => {
    const { port } = await openTable({
      game: { bidders: 1, items: 2, secondsPerRound: 0.05 },
    });
    const aborted: number[] = [];
    const { ledger } = await playAuction({
      port,
      over,
      name: 'ann',
      decide: (view, signal) =>
        new Promise((resolve) => {
          const { round } = view;
          signal.addEventListener('abort', () => {
            aborted.push(round);
            resolve(100); // too late: it must count nowhere
          });
        }),
    });
    expect(aborted).toEqual([0, 1]);
    expect(ledger.bidders.get('ann')).toMatchObject({ money: 100 });
  });

  it('is told why it gets no seat', async () => {
    const { port } = await openTable({ code: 'K7RT' });
    await expect(
      playAuction({ port, over, name: 'ann', decide: () => 0 }),
    ).rejects.toMatchObject({
      code: 'ERR_AUCTION_REFUSED',
      message: expect.stringContaining('join code') as string,
    });
  });

  it('does not take another game for its own', async () => {
    const first = await openAuction({ port: 0, game: { bidders: 1 } });
    const { port } = first.address;
    let begun: () => void;
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const game = playAuction({
      port,
      over,
      name: 'ann',
      decide: () => {
        begun();
        return new Promise<number>(() => {});
      },
    });
    const outcome = game.catch((error: unknown) => error);
    await isBegun;
    await first.close();
    open.push(await openAuction({ port, game: { bidders: 2 } }));
    expect(await outcome).toMatchObject({
      code: 'ERR_AUCTION_REFUSED',
      message: expect.stringContaining('token') as string,
    });
  });

  it('joins again, if its seat was given up before the game began', async () => {
    const first = await openAuction({ port: 0, game: { bidders: 2 } });
    const { port } = first.address;
    let seated: () => void;
    const isSeated = new Promise<void>((resolve) => {
      seated = resolve;
    });
    const game = playAuction({
      port,
      over,
      name: 'ann',
      decide: () => 0,
      on: ({ type }) => {
        if (type === 'seated') seated();
      },
    });
    await isSeated;
    await first.close();
    // The lecturer has begun again, with other rules.
    open.push(await openAuction({ port, game: { bidders: 1, items: 3, budget: 7 } }));
    expect((await game).ledger.rules).toMatchObject({ items: 3, budget: 7 });
  });
});

describe('a bidder', () => {
  it('says at once that nobody is there', async () => {
    const { auctioneer, port } = await openTable();
    await auctioneer.close();
    await expect(
      playAuction({ port, name: 'ann', decide: () => 0 }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each(['tcp', 'udp'] as const)(
    'says early that nobody has answered over %s',
    async (over) => {
      // Nobody accepts here, and nobody receives.
      await using tcp = new WelcomingSocket();
      await tcp.bind({ port: 0 });
      await tcp.listen(1);
      await using udp = new DatagramSocket();
      await udp.bind({ port: 0 });
      const { port } = (over === 'tcp' ? tcp : udp).address as InetAddress;
      const enough = new AbortController();
      const events: BidderEvent[] = [];
      const playing = playAuction({
        port,
        over,
        name: 'ann',
        decide: () => 0,
        signal: enough.signal,
        on: (event) => {
          events.push(event);
          enough.abort();
        },
      });
      await expect(playing).rejects.toMatchObject({ name: 'AbortError' });
      expect(events).toEqual([{ type: 'unanswered', patience: 10_000 }]);
    },
  );

  it('gives up an auctioneer who stays away', async () => {
    const { auctioneer, port } = await openTable({ game: { bidders: 2 } });
    const events: string[] = [];
    await expect(
      playAuction({
        port,
        name: 'ann',
        decide: () => 0,
        patience: 300,
        on: ({ type }) => {
          // On a busy machine even the first answer may be late.
          if (type !== 'unanswered') events.push(type);
          if (type === 'seated') void auctioneer.close();
        },
      }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(events).toEqual(['seated', 'lost']);
  });
});
