/**
 * Too many of everything, at an auctioneer in a process of its own, whose memory is looked at
 * afterwards, while honest bidders play a game.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { playAuction } from '../../../src/auction/index.ts';
import { openTable } from '../../support/auction.ts';
import { accountOf, certainEnd, certainly } from '../../support/auction-accounts.ts';
import { FramedPeer, TcpPeer, UdpPeer } from '../../support/auction-peers.ts';
import { refusal } from '../../support/auction-siege.ts';
import type { ServerOptions } from '../../support/auction-server.ts';
import { eventually } from '../../support/eventually.ts';
import { peakMemory } from '../../support/memory.ts';
import { type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

const MIB = 1024 * 1024;
/** What the auctioneer may grow by. What it is offered would be more, or without end. */
const BOUND = 120 * MIB;
const NAMES = ['ann', 'bob', 'cid'];
const GAME = {
  bidders: NAMES.length,
  win: 'highest-value',
  items: 40,
  unsold: 'to-nobody',
} as const;

/** Honest bidders play a whole game during the flood: each bid in time. */
async function flooded(
  flood: (port: number, server: Program) => Promise<void>,
  options: ServerOptions = {},
): Promise<void> {
  const port = await ownPort();
  const server = programs.compiled('test/support/auction-server.ts', [
    JSON.stringify({ port, game: { ...GAME, seed: 'flood' }, ...options }),
  ]);
  await server.printed('open ');
  const before = peakMemory(server.pid);
  let flooding = true;
  const seated = new Set<string>();
  const games = NAMES.map((name, seat) => {
    const bid = certainly('flood', seat, NAMES.length);
    return playAuction({
      name,
      port,
      over: seat === 1 ? 'udp' : 'tcp',
      decide: async (view, signal) => {
        await pause(flooding ? 30 : 1, undefined, { signal }).catch(() => {});
        return bid(view, signal);
      },
      on: ({ type }) => {
        if (type === 'seated') seated.add(name);
      },
    });
  });
  const all = Promise.all(games);
  all.catch(() => {}); // told below
  // Otherwise one who comes during the flood might have the seat of one of them.
  await eventually(() => expect(seated.size).toBe(NAMES.length));
  await flood(port, server);
  flooding = false;
  const expected = certainEnd(NAMES, 'flood', { ...GAME, seed: 'flood' });
  for (const { ledger } of await all) {
    expect(accountOf(ledger).sales).toEqual(expected.sales);
    expect(ledger.winner ?? null).toBe(expected.winner);
  }
  const grown = peakMemory(server.pid) - before;
  expect(grown, 'what it has grown by').toBeLessThan(BOUND);
  expect(server.stderr).toBe('');
}

describe('an auctioneer', () => {
  it('lets a thousand go who say nothing, and lets others in meanwhile', async () => {
    await flooded(
      async (port) => {
        const silent: TcpPeer[] = [];
        while (silent.length < 1000) silent.push(await TcpPeer.open(port));
        // On a busy machine more than two seconds may pass before one asks.
        await eventually(async () => {
          const late = await FramedPeer.open(port);
          expect(await late.ask({ type: 'watch', version: 1 })).toMatchObject({
            type: 'watching',
          });
        });
        for (const peer of silent) {
          expect(await peer.ended).toBe('end');
          expect(peer.received.toString()).toBe(
            'refused: you have said nothing for 2 seconds\n',
          );
        }
      },
      { times: { speak: 2000 } },
    );
  });

  it('drops one who asks and asks and never reads, and delays nobody', async () => {
    const flood = async (port: number): Promise<void> => {
      const deaf = await TcpPeer.open(port);
      deaf.socket.pause();
      const frame = (message: object): Buffer => {
        const payload = Buffer.from(JSON.stringify(message));
        return Buffer.concat([Buffer.from([0, 0, 0, payload.length]), payload]);
      };
      // Each is answered with the rules, all items and all news: a thousand times as much.
      const many = Buffer.concat(
        Array.from({ length: 1000 }, () => frame({ type: 'watch', version: 1 })),
      );
      while (!deaf.isOver) {
        if (deaf.write(many).socket.writableNeedDrain) {
          await Promise.race([once(deaf.socket, 'drain').catch(() => {}), deaf.ended]);
        }
      }
      expect(['ECONNRESET', 'EPIPE']).toContain(await deaf.ended);
    };
    await flooded(flood, { times: { speak: 2000 } });
  });

  it('is not impressed by nonsense in datagrams, and answers little of it', async () => {
    await flooded(async (port) => {
      const [flood, honest] = [await UdpPeer.open(port), await UdpPeer.open(port)];
      const nonsense = [
        'hello',
        '{}',
        '[]',
        'null',
        '{"type":"refused","code":"x","reason":"y"}',
        '{"type":"join","version":1,"name":["x"]}',
        `{"type":"bid","round":${'9'.repeat(3000)},"amount":1}`,
        Buffer.alloc(8000, 'x'),
        Buffer.from([0xff, 0xfe, 0]),
        Buffer.alloc(0),
      ];
      const begun = performance.now();
      for (let batch = 0; batch < 300; batch += 1) {
        for (let k = 0; k < 100; k += 1) flood.send(nonsense[k % nonsense.length]!);
        await pause(1);
      }
      expect(await honest.join('eve')).toEqual(refusal('table-full'));
      const quarters = Math.ceil((performance.now() - begun) / 250) + 1;
      expect(flood.told.length).toBeGreaterThan(0);
      expect(flood.told.length).toBeLessThanOrEqual(25 * quarters);
    });
  });

  it('lets nobody try join codes by the thousand', async () => {
    const { port } = await openTable({ game: { bidders: 2 }, code: 'K7RT' });
    const thief = await UdpPeer.open(port);
    expect(await thief.join('eve', { code: 'guess' })).toEqual(refusal('wrong-code'));
    thief.told.length = 0;
    const begun = performance.now();
    for (let batch = 0; batch < 20; batch += 1) {
      for (let k = 0; k < 100; k += 1) {
        thief.send({ type: 'join', version: 1, name: 'eve', code: `guess${batch}${k}` });
      }
      await pause(1);
    }
    const honest = await UdpPeer.open(port);
    expect(await honest.join('ann', { code: 'K7RT' })).toMatchObject({ type: 'welcome' });
    const quarters = Math.ceil((performance.now() - begun) / 250) + 1;
    expect(thief.told.length).toBeLessThanOrEqual(25 * quarters);
    // Asked for once more on a slow machine: how to prove the address.
    const told = thief.told.filter(({ type }) => type !== 'prove');
    expect(told.length).toBeGreaterThan(0);
    for (const one of told) expect(one).toEqual(refusal('wrong-code'));
  });

  it('does not talk for ever with a server that answers whatever it gets', async () => {
    await flooded(async (port) => {
      const echo = await UdpPeer.open(port);
      let heard = 0;
      echo.socket.on('message', (data) => {
        heard += 1;
        echo.send(data.toString().toUpperCase());
      });
      const begun = performance.now();
      echo.send('hello '.repeat(100));
      await eventually(() => expect(heard).toBeGreaterThan(1));
      await pause(1000);
      const quarters = Math.ceil((performance.now() - begun) / 250) + 1;
      expect(heard).toBeLessThanOrEqual(25 * quarters);
    });
  });

  it('seats as many as there are seats when hundreds come at once, and tells the others', async () => {
    const port = await ownPort();
    const server = programs.compiled('test/support/auction-server.ts', [
      JSON.stringify({ port, game: { ...GAME, bidders: 50, secondsPerRound: 0 } }),
    ]);
    await server.printed('open ');
    const answers = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const peer =
          index % 3 === 0 ? await UdpPeer.open(port) : await FramedPeer.open(port);
        return peer.join(`bidder${index}`);
      }),
    );
    const welcomes = answers.filter(({ type }) => type === 'welcome');
    expect(welcomes).toHaveLength(50);
    expect(new Set(welcomes.map(({ token }) => token)).size).toBe(50);
    for (const answer of answers) {
      if (answer.type !== 'welcome') expect(answer).toEqual(refusal('table-full'));
    }
    expect(server.stderr).toBe('');
  });

  it('keeps one seat for one token in a storm of reconnections', async () => {
    await flooded(
      async (port) => {
        const first = await FramedPeer.open(port);
        expect(await first.join('dan')).toMatchObject({ type: 'welcome' });
        const { token } = (await first.find(({ type }) => type === 'welcome')) as {
          token?: string;
        };
        first.passOn();
        const storm = await Promise.all(
          Array.from({ length: 300 }, async (_, index) => {
            const peer = await FramedPeer.open(port);
            peer.send({ type: 'join', version: 1, name: 'dan', token, after: 0 });
            if (index % 3 === 0) peer.tcp.socket.resetAndDestroy();
            return peer;
          }),
        );
        const last = await FramedPeer.open(port);
        expect(await last.join('dan', { token, after: 0 })).toMatchObject({
          type: 'welcome',
          token,
        });
        for (const peer of storm) {
          await peer.tcp.ended;
          const end = peer.told.at(-1);
          if (end) expect(end).toEqual(refusal('seat-taken-over'));
        }
        expect(await last.ask({ type: 'news', after: 0 })).toMatchObject({
          type: 'news',
        });
        last.passOn();
      },
      // No round ends by the clock: on a busy machine an honest bid would come too late.
      { game: { ...GAME, seed: 'flood', bidders: 4, secondsPerRound: 0 } },
    );
  });
});
