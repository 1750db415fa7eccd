/** What one connection is told, in which order, and what nobody is told. */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { playAuction } from '../../../src/auction/index.ts';
import { encodeFrame } from '../../../src/framing/index.ts';
import { eventually } from '../../support/eventually.ts';
import { bidsOf, openTable } from '../../support/auction.ts';
import { accountOf, certainly } from '../../support/auction-accounts.ts';
import {
  FramedPeer,
  type Message,
  TcpPeer,
  UdpPeer,
} from '../../support/auction-peers.ts';

const isNews = ({ seq }: Message): boolean => seq !== undefined;
const isNote = ({ type }: Message): boolean => type === 'seated' || type === 'answered';

function frames(...messages: object[]): Buffer {
  return Buffer.concat(
    messages.map((message) => encodeFrame(Buffer.from(JSON.stringify(message)))),
  );
}

const JOIN = { type: 'join', version: 1 };

/** The rows of proc(5) in which the first address is at this port, of its connections. */
function connectionsAt(port: number): string[] {
  const at = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/ +/))
    .filter(([, local, , state]) => local?.endsWith(at) && state === '01')
    .map(([, , , , , timer]) => timer!);
}

describe('over one connection', () => {
  it('the answers come in the order of the requests, and each before the news of it', async () => {
    const { port } = await openTable({ game: { bidders: 1, items: 2 } });
    const peer = await FramedPeer.open(port);
    // Everything at once, in one segment, as one who is in a hurry.
    peer.tcp.write(
      frames(
        { ...JOIN, name: 'ann', id: 1 },
        { type: 'bid', round: 0, amount: 5, id: 2 },
        { type: 'bid', round: 0, amount: 5, id: 3 },
        { type: 'pass', round: 1, id: 4 },
        { type: 'bid', round: 2, amount: 5, id: 5 },
      ),
    );
    await peer.find(({ type }) => type === 'over');
    const { told } = peer;
    expect(told.filter((one) => !isNews(one)).map(({ id, type }) => [id, type])).toEqual([
      [1, 'welcome'],
      [2, 'accepted'],
      [3, 'accepted'],
      [4, 'accepted'],
      [5, 'refused'],
    ]);
    expect(told.filter(isNews).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'start'],
      [2, 'round'],
      [3, 'sold'],
      [4, 'round'],
      [5, 'sold'],
      [6, 'over'],
    ]);
    const at = (fits: (message: Message) => boolean): number => told.findIndex(fits);
    expect(at(({ id }) => id === 2)).toBeLessThan(at(({ seq }) => seq === 3));
  });

  it.each([undefined, 0])(
    'whoever joins last is told once that the game begins (after: %s)',
    async (after) => {
      const { port } = await openTable({ game: { bidders: 2 } });
      const [ann, bob] = [await FramedPeer.open(port), await FramedPeer.open(port)];
      await ann.join('ann', { after });
      expect(await bob.join('bob', { after })).toMatchObject({
        state: { seq: 0, phase: 'joining' },
      });
      for (const peer of [ann, bob]) {
        await peer.find(({ type }) => type === 'round');
        // Behind whatever else was on its way.
        await peer.ask({ type: 'news', after: 0 });
        expect(peer.told.filter(isNews).map(({ seq }) => seq)).toEqual([1, 2]);
        expect(peer.told[0]).toMatchObject({ type: 'welcome' });
      }
    },
  );

  it('whoever comes back is told what they have missed, and what is new, each once', async () => {
    const { auctioneer, port } = await openTable({
      game: { bidders: 2, items: 8, win: 'highest-value' },
    });
    const ann = await FramedPeer.open(port);
    const { token } = await ann.join('ann');
    const bob = await FramedPeer.open(port);
    await bob.join('bob');
    for (let round = 0; round < 8; round += 1) {
      const after = auctioneer.auction.round * 2;
      const back = await FramedPeer.open(port);
      const welcome = await back.join('ann', { token, after });
      const { seq } = welcome['state'] as { seq: number };
      back.send({ type: 'bid', round, amount: 1 });
      await bob.ask({ type: 'pass', round });
      await back.find((message) => message['seq'] === seq + 1);
      const heard = back.told.filter(isNews).map((one) => one['seq'] as number);
      const first = heard[0]!;
      expect(first).toBe(after + 1);
      expect(heard).toEqual(heard.map((_, index) => first + index));
    }
    await bob.find(({ type }) => type === 'over');
    expect(bob.told.filter(isNews).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 1 + 2 * 8 + 1 }, (_, index) => index + 1),
    );
  });

  it('whoever watches hears all from the beginning, and whoever plays as well hears it once', async () => {
    const { port } = await openTable({ game: { bidders: 2, items: 1 } });
    const ann = await FramedPeer.open(port);
    await ann.join('ann');
    const spectator = await FramedPeer.open(port);
    expect(await spectator.ask({ type: 'watch', version: 1 })).toMatchObject({
      type: 'watching',
      bidders: ['ann'],
      round: 0,
      answered: [],
    });
    const both = await FramedPeer.open(port);
    await both.ask({ type: 'watch', version: 1 });
    await both.join('bob');
    await both.ask({ type: 'bid', round: 0, amount: 41 });
    const late = await FramedPeer.open(port);
    expect(await late.ask({ type: 'watch', version: 1 })).toMatchObject({
      bidders: ['ann', 'bob'],
      answered: ['bob'],
    });
    await ann.ask({ type: 'bid', round: 0, amount: 42 });
    for (const peer of [spectator, both, late]) {
      await peer.find(({ type }) => type === 'over');
      expect(peer.told.filter(isNews).map(({ type }) => type)).toEqual([
        'start',
        'round',
        'sold',
        'over',
      ]);
    }
    const notes = spectator.told.filter(isNote);
    expect(notes).toEqual([
      { type: 'seated', name: 'bob' },
      { type: 'answered', round: 0, name: 'bob' },
      { type: 'answered', round: 0, name: 'ann' },
    ]);
    expect(late.told.filter(isNote)).toEqual(notes.slice(2));
    // The price is known. What bob bid is their own affair.
    for (const peer of [ann, spectator, late]) {
      // A token may well have these digits in it.
      const heard = JSON.stringify(peer.told, (key, value: unknown) =>
        key === 'token' ? undefined : value,
      );
      expect(heard).not.toContain('41');
    }
  });

  it('tells nobody in a secret game what is still to come', async () => {
    const { auctioneer, port } = await openTable({
      game: { bidders: 2, items: 30, order: 'secret', win: 'highest-value' },
    });
    const spectator = await FramedPeer.open(port);
    await spectator.ask({ type: 'watch', version: 1 });
    let mostKnown = 0;
    const games = ['ann', 'bob'].map((name, seat) =>
      playAuction({
        name,
        port,
        over: seat === 0 ? 'tcp' : 'udp',
        decide: (view, signal) => {
          mostKnown = Math.max(mostKnown, view.items.length - view.round);
          return certainly('secret', seat, 2)(view, signal);
        },
      }),
    );
    for (const { ledger } of await Promise.all(games)) {
      expect(accountOf(ledger)).toEqual(accountOf(auctioneer.auction.ledger));
    }
    expect(mostKnown).toBe(1);
    await spectator.find(({ type }) => type === 'over');
    expect(spectator.told[0]).toMatchObject({ items: [] });
  });
});

describe('the lecture’s door', () => {
  it('keeps a wait back for a moment, and answers at once when there is an answer', async () => {
    const { events, port } = await openTable({ game: { bidders: 2 } });
    const ann = await TcpPeer.open(port);
    ann.write('ann');
    await ann.until((all) => all.toString().endsWith(' '));
    const before = ann.received.length;
    const begun = performance.now();
    ann.write('ann ');
    await ann.until((all) => all.length > before);
    expect(ann.received.subarray(before).toString()).toBe('wait ');
    expect(performance.now() - begun).toBeGreaterThan(200);

    ann.write('ann ');
    const bob = await TcpPeer.open(port);
    bob.write('bob');
    await ann.until((all) => all.toString().endsWith('ready ann bob '));
    ann.write('ann 3');
    await ann.until((all) => all.toString().endsWith('bid received'));
    ann.write('ann');
    bob.write('bob 4');
    await ann.until((all) => all.toString().endsWith(' for 4'));
    expect(bidsOf('ann', events)).toHaveLength(1);
  });

  it('gives the seat of a connection that is gone to whoever calls itself so', async () => {
    const { auctioneer, port } = await openTable({ game: { bidders: 2 } });
    const ann = await TcpPeer.open(port);
    ann.write('ann');
    await ann.until((all) => all.toString().endsWith(' '));
    expect(auctioneer.isPresent('ann')).toBe(true);
    ann.leave();
    await expect.poll(() => auctioneer.isPresent('ann')).toBe(false);
    const again = await TcpPeer.open(port);
    again.write('ann');
    await again.until((all) => all.toString().endsWith(' '));
    expect(again.received.toString()).toMatch(/^2 \w+ /);
    expect(auctioneer.isPresent('ann')).toBe(true);
    expect(auctioneer.statistics).toMatchObject({ present: 1 });
  });
});

describe('the door for datagrams', () => {
  it('sends away those who could not be told all that they must be told', async () => {
    const { auctioneer, port } = await openTable({ game: { bidders: 700 } });
    const udp = await UdpPeer.open(port);
    expect(await udp.join('ann')).toMatchObject({ type: 'refused', code: 'too-big' });
    expect(auctioneer.auction.bidders.size).toBe(0);
    const tcp = await FramedPeer.open(port);
    expect(await tcp.join('ann')).toMatchObject({ type: 'welcome' });
  });

  it('answers a question for news when there are some, and after a second in any case', async () => {
    const { port } = await openTable({ game: { bidders: 2 } });
    const ann = await UdpPeer.open(port);
    const { token } = await ann.join('ann');
    const begun = performance.now();
    // Asked again and again meanwhile, as one does: it is still the same question.
    expect(await ann.ask({ type: 'news', after: 0, token })).toMatchObject({ news: [] });
    const waited = performance.now() - begun;
    expect(waited).toBeGreaterThan(900);
    const bob = await FramedPeer.open(port);
    const question = ann.ask({ type: 'news', after: 0, token });
    await bob.join('bob');
    let answer = await question;
    // Where bob takes longer than a second, it has to be asked again.
    if (isDeepStrictEqual(answer['news'], [])) {
      answer = await ann.ask({ type: 'news', after: 0, token });
    }
    expect(answer).toMatchObject({ news: [{ type: 'start' }, { type: 'round' }] });
  });

  it('has no place for spectators', async () => {
    const { port } = await openTable();
    const udp = await UdpPeer.open(port);
    // So long that a stranger may be answered.
    const code = 'K'.repeat(100);
    expect(await udp.ask({ type: 'watch', version: 1, code })).toMatchObject({
      code: 'bad-message',
      reason: 'watch over TCP',
    });
  });
});

describe('an auctioneer', () => {
  it('knows when nobody is there any more', async () => {
    const { auctioneer, port } = await openTable({
      game: { bidders: 2 },
      times: { silence: 3000 },
    });
    await auctioneer.emptied(60_000);
    const peer = await FramedPeer.open(port);
    await peer.join('ann');
    const stop = new AbortController();
    const bob = playAuction({
      name: 'bob',
      port,
      over: 'udp',
      decide: () => undefined,
      signal: stop.signal,
    });
    const outcome = bob.catch(() => 'left');
    await expect.poll(() => auctioneer.statistics.present).toBe(2);
    const [one, other] = [auctioneer.emptied(60_000), auctioneer.emptied(60_000)];
    await auctioneer.emptied(50);
    expect(auctioneer.statistics.present).toBe(2);
    peer.leave();
    stop.abort();
    await Promise.all([one, other, outcome]);
    expect(auctioneer.statistics.present).toBe(0);
  });
});

describe('a connection over which nothing is said', () => {
  it.skipIf(!existsSync('/proc/net/tcp'))(
    'is asked for a sign of life, so that routers remember it',
    async () => {
      const { port } = await openTable();
      const peer = await FramedPeer.open(port);
      await peer.join('ann');
      // 02: the system's timer for that; 01 while something is on its way.
      await eventually(() =>
        expect(connectionsAt(port)).toEqual([expect.stringMatching(/^02:/)]),
      );
    },
  );
});
