/** The scores by publish and subscribe: what all subscribers are told, whenever they join. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { Subscriber as NativeSubscriber } from 'zeromq';
import { playAuction } from '../../../src/auction/index.ts';
import { FramedLink } from '../../../src/auction/bidder/framed-link.ts';
import { followScores } from '../../../src/auction/bidder/follow-scores.ts';
import { publishScores } from '../../../src/auction/server/publish-scores.ts';
import { decodeScore, type Score } from '../../../src/auction/messages/scores.ts';
import { XPublisher } from '../../../src/zeromq/index.ts';
import { openTable } from '../../support/auction.ts';
import { accountOf, certainly } from '../../support/auction-accounts.ts';
import { PATIENCE, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

/** Resolves with all scores when the game is over; `begun` when the publisher is there. */
function followed(endpoint: string): { begun: Promise<void>; scores: Promise<Score[]> } {
  const all: Score[] = [];
  let heard!: () => void;
  const begun = new Promise<void>((resolve) => (heard = resolve));
  const scores = followScores({
    endpoint,
    signal: AbortSignal.timeout(PATIENCE),
    onHearing: (hears) => hears && heard(),
    onScore: (score) => all.push(score),
  });
  return { begun, scores: scores.then(() => all) };
}

describe('the scores', () => {
  it('tell nothing that is not in the journal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'auction-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const journal = join(folder, 'game.jsonl');
    const { auctioneer, port } = await openTable({ game: { bidders: 99 }, journal });
    const published = await publishScores(auctioneer, { port: 0 });
    const failed = new Promise((resolve) => auctioneer.onFailure(resolve));
    const heard: Score[] = [];
    const gone = new AbortController();
    const patience = AbortSignal.timeout(PATIENCE);
    const followed = followScores({
      endpoint: published.endpoint,
      signal: AbortSignal.any([gone.signal, patience]),
      onHearing: (hears) => {
        if (!hears && heard.length > 0) gone.abort();
      },
      onScore: (score) => heard.push(score),
    });
    const bidders: FramedLink[] = [];
    const sit = async (name: string): Promise<void> => {
      const link = await FramedLink.open({ host: undefined, port });
      bidders.push(link);
      await link.join({ name, attempt: `attempt of ${name}`, after: 0 });
    };
    // Until it listens it hears nothing.
    for (let k = 0; heard.length === 0 && !patience.aborted; k += 1) await sit(`b${k}`);
    appendFileSync(journal, 'somebody else');
    await sit('eve').catch(() => {});
    expect(await failed).toMatchObject({ code: 'ERR_BAD_ARGUMENT' });
    published.close();
    expect(await followed).toBe(false);
    expect(gone.signal.aborted).toBe(true);
    expect(heard.map((score) => 'name' in score && score.name)).not.toContain('eve');
    await Promise.all(bidders.map((link) => link.close()));
  });

  it('tell the whole game to who is there from the beginning, and no sealed bid', async () => {
    const table = await openTable({ game: { bidders: 2 } });
    const published = await publishScores(table.auctioneer, { port: 0 });
    // libzmq's own SUB, for one topic.
    const native = new NativeSubscriber({ receiveTimeout: PATIENCE });
    const there = new Promise<void>((resolve) => {
      native.events.on('handshake', () => resolve());
    });
    native.subscribe('over');
    native.connect(published.endpoint);
    try {
      const { begun, scores } = followed(published.endpoint);
      await Promise.all([begun, there]);
      const players = ['ann', 'bob'].map((name, seat) =>
        playAuction({ name, port: table.port, decide: certainly('scores', seat, 2) }),
      );
      await Promise.all(players);
      const { ledger } = table.auctioneer.auction;
      const all = await scores;
      const sold = all.filter((score) => score.type === 'sold');
      const truth = accountOf(ledger);
      expect(sold.map(({ item, winner, price }) => [item, winner, price])).toEqual(
        truth.sales.slice(-sold.length),
      );
      expect(sold.at(-1)!.standings).toEqual(truth.standings);
      expect(all.at(-1)).toMatchObject({ type: 'over', winner: truth.winner });
      expect(JSON.stringify(all)).not.toContain('amount');
      const [topic, json] = await native.receive();
      expect(String(topic)).toBe('over');
      expect(decodeScore([topic!, json!])).toEqual(all.at(-1));
    } finally {
      native.close();
      published.close();
    }
  });

  it('are followed past whatever else is published there', async () => {
    const stranger = new XPublisher({ linger: 0 });
    await stranger.bind('tcp://127.0.0.1:*');
    try {
      const { scores } = followed(stranger.lastEndpoint!);
      await stranger.receive(); // the subscription
      const rules = (await openTable()).auctioneer.auction.ledger.rules;
      const over = { type: 'over', version: 1, rules, winner: null, standings: [] };
      const half = JSON.stringify({ ...over, standings: [{ name: 7 }] });
      for (const parts of [['over'], ['over', '{'], ['over', half], ['a', 'b', 'c']]) {
        await stranger.send(parts);
      }
      await stranger.send(['over', JSON.stringify(over)]);
      expect(await scores).toEqual([over]);
    } finally {
      stranger.close();
    }
  });
});

describe('auction watch', () => {
  it('waits for a publisher, and ends with the game that `serve --publish` plays', async () => {
    const [port, publish] = [await ownPort(), await ownPort()];
    const watch = programs.cli('auction', 'watch', '--port', String(publish));
    await watch.printed('Nobody is publishing at');
    const where = ['--port', String(port), '--publish', String(publish)];
    const game = ['--bidders', '1', '--kinds', 'Picasso'];
    const serve = programs.cli('auction', 'serve', ...where, ...game);
    await serve.printed(`scores:  tcp://127.0.0.1:${publish}`);
    await watch.printed('The scores of');
    await playAuction({ name: 'ann', port, decide: () => 1 });
    expect(await watch.ended()).toEqual({ code: 0, signal: null, stderr: '' });
    expect(watch.stdout).toContain('sold to ann for 1');
    expect(watch.stdout).toMatch(/ann has won\.\n$/);
    expect((await serve.ended()).code).toBe(0);
  });
});
