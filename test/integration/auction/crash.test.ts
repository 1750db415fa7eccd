/**
 * What a crash of the auctioneer, or of its disk, leaves behind. A hundred random moments are
 * tried by `npm run fuzz:auction-crash`; here are some, the same ones each time.
 */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BidderEvent,
  openAuction,
  playAuction,
} from '../../../src/auction/index.ts';
import { FramedLink } from '../../../src/auction/bidder/framed-link.ts';
import { openTable } from '../../support/auction.ts';
import {
  accountOf,
  bySeatName,
  certainEnd,
  certainly,
} from '../../support/auction-accounts.ts';
import { FramedPeer } from '../../support/auction-peers.ts';
import { playThroughCrashes } from '../../support/auction-crash.ts';
import type { ServerOptions } from '../../support/auction-server.ts';
import { IN_PEACE, type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
let folder: string;
let journal: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auction-'));
  journal = join(folder, 'game.jsonl');
});
afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const NAMES = ['ann', 'bob', 'cid'];
const GAME = {
  bidders: 3,
  seed: 'crash',
  unsold: 'to-nobody',
  secondsPerRound: 0,
} as const;

async function server(options: ServerOptions): Promise<Program> {
  const program = programs.compiled('test/support/auction-server.ts', [
    JSON.stringify(options),
  ]);
  return program.printed('open ');
}

describe('an auctioneer who is killed', () => {
  it('loses nothing that anybody was told of, and ends the same game', async () => {
    const games = ['one', 'two', 'three'].map(async (seed) =>
      playThroughCrashes({
        seed,
        kills: 5,
        port: await ownPort(),
      }),
    );
    for (const report of await Promise.all(games)) {
      expect(report.faults).toEqual([]);
      expect(report.moments).toHaveLength(5);
      expect(report.returns).toBeGreaterThan(0);
    }
  });

  it('knows the seats by their tokens, and by nothing else', async () => {
    const game = { ...GAME, bidders: 2 };
    const before = await openTable({ game, journal });
    const place = { host: undefined, port: before.port };
    const attempt = 'an attempt of ann';
    const first = await FramedLink.open(place);
    const welcome = await first.join({ name: 'ann', attempt, after: 0 });
    if (welcome.type !== 'welcome') throw new Error(welcome.reason);
    await first.close();
    await before.auctioneer.close();

    const after = await openTable({ journal, resume: true });
    const link = await FramedLink.open({ host: undefined, port: after.port });
    const { token } = welcome;
    const other = 'another attempt';
    expect(await link.join({ name: 'ann', attempt: other, after: 0 })).toMatchObject({
      code: 'name-taken',
    });
    // Whose welcome was lost in the crash has no token yet.
    expect(await link.join({ name: 'ann', attempt, after: 0 })).toMatchObject({ token });
    await link.close();
    const again = await FramedLink.open({ host: undefined, port: after.port });
    expect(
      await again.join({ name: 'ann', attempt: other, token, after: 0 }),
    ).toMatchObject({ token });
    await again.close();
  });
});

describe('a crash in the middle of writing', () => {
  it('cuts a round in two, which is then brought to its end', async () => {
    const before = await openTable({ game: { ...GAME, bidders: 2 }, journal });
    const [ann, bob] = [
      await FramedPeer.open(before.port),
      await FramedPeer.open(before.port),
    ];
    const { token } = await ann.join('ann');
    await bob.join('bob');
    await ann.ask({ type: 'bid', round: 0, amount: 3 });
    await bob.ask({ type: 'bid', round: 0, amount: 4 });
    await before.auctioneer.close();
    const whole = readFileSync(journal, 'utf8');
    const [start] = whole.split('{"type":"sold"');
    // All bids of the round are there, and nobody could bid again; half of the sale is.
    writeFileSync(journal, `${start}{"type":"sold","round":0,"it`);

    const { auctioneer, port } = await openTable({ journal, resume: true });
    expect(auctioneer.cut).toBeGreaterThan(0);
    expect(auctioneer.past).toEqual(before.events);
    expect(auctioneer.auction.round).toBe(1);
    const again = await FramedPeer.open(port);
    expect(await again.join('ann', { token, after: 2 })).toMatchObject({
      state: { round: 1, answered: false },
    });
    expect(await again.find(({ type }) => type === 'sold')).toMatchObject({
      winner: 'bob',
      price: 4,
    });
    await auctioneer.close();
    expect(readFileSync(journal, 'utf8')).toBe(whole);
  });

  it('spoils no more than its own line: what cannot have happened is not played on', async () => {
    const before = await openTable({ game: { ...GAME, bidders: 1 }, journal });
    const ann = await FramedPeer.open(before.port);
    await ann.join('ann');
    await ann.ask({ type: 'bid', round: 0, amount: 3 });
    await before.auctioneer.close();
    const whole = readFileSync(journal, 'utf8');
    const changed = whole.replace('"price":3', '"price":2');
    writeFileSync(journal, changed);
    await expect(openAuction({ port: 0, journal, resume: true })).rejects.toMatchObject({
      code: 'ERR_BAD_ARGUMENT',
      message: expect.stringMatching(/corrupted at line 6: .*"price":3/) as string,
    });
    expect(readFileSync(journal, 'utf8')).toBe(changed);
  });
});

describe('a disk that takes no more', () => {
  it('ends the game before anybody is told what is not written, and the game goes on later', async (context) => {
    if (spawnSync('prlimit', ['--version']).status !== 0) {
      context.skip('there is no prlimit(1) to limit the size of a file with');
    }
    const port = await ownPort();
    const program = await server({ port, journal, game: GAME });
    const told: string[] = [];
    const bidders = NAMES.map((name, seat) => {
      const on = (event: BidderEvent): void => {
        if (event.type === 'accepted')
          told.push(`"round":${event.round},"name":"${name}"`);
        if (
          event.type === 'news' &&
          event.news.type === 'round' &&
          event.news.round === 3
        ) {
          // The middle of a line: half of it can be written.
          const size = statSync(journal).size + 100;
          spawnSync('prlimit', ['--pid', String(program.pid), `--fsize=${size}`]);
        }
      };
      const decide = certainly(GAME.seed, seat, NAMES.length);
      return playAuction({ name, port, over: seat === 0 ? 'udp' : 'tcp', decide, on });
    });
    const end = await program.ended();
    expect(end).toMatchObject({ code: 1, signal: null });
    expect(end.stderr).toMatch(/^the journal has failed: EFBIG[^\n]*\n$/);
    const written = readFileSync(journal, 'utf8');
    expect(written.endsWith('}\n'), 'half a line is its end').toBe(false);
    expect(told.length).toBeGreaterThan(3);
    for (const answer of told) expect(written).toContain(answer);

    await server({ port, journal, resume: true });
    for (const { ledger } of await Promise.all(bidders)) {
      expect(bySeatName(accountOf(ledger))).toEqual(certainEnd(NAMES, GAME.seed, GAME));
    }
  });

  it('is told of once; whoever waits for an answer is let go', async () => {
    const { auctioneer, port } = await openTable({ game: GAME, journal });
    const failures: unknown[] = [];
    auctioneer.onFailure((error) => failures.push(error));
    const link = await FramedLink.open({ host: undefined, port });
    expect(
      await link.join({ name: 'ann', attempt: 'an attempt', after: 0 }),
    ).toMatchObject({ name: 'ann' });
    appendFileSync(journal, 'ruined by another program');
    const answers = await Promise.allSettled([
      link.bid({ round: 0, amount: 1 }),
      FramedLink.open({ host: undefined, port }).then((other) =>
        other.join({ name: 'bob', attempt: 'an attempt', after: 0 }),
      ),
    ]);
    expect(answers[1]).toMatchObject({ reason: { code: 'ERR_AUCTION_LOST' } });
    expect(failures).toEqual([expect.objectContaining({ code: 'ERR_BAD_ARGUMENT' })]);
    auctioneer.onFailure((error) => failures.push(error));
    expect(failures).toHaveLength(2);
    await auctioneer.close();
    expect(readFileSync(journal, 'utf8')).not.toContain('bob');
    await expect(FramedLink.open({ host: undefined, port })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await link.close();
  });
});

describe('an auctioneer who closes', () => {
  it('leaves nothing behind that keeps the process alive, even during a game', async () => {
    const port = await ownPort();
    const stop = new AbortController();
    // Enough for the round to be open, its clock to run, and bidders to be there.
    const program = await server({
      port,
      game: { ...GAME, secondsPerRound: 600 },
      close: 9,
    });
    const bidders = NAMES.map((name, seat) =>
      playAuction({
        name,
        port,
        over: seat === 0 ? 'udp' : 'tcp',
        decide: () => 0,
        signal: stop.signal,
      }).catch(() => {}),
    );
    expect(await program.ended()).toEqual(IN_PEACE);
    stop.abort();
    await Promise.all(bidders);
  });

  it('gives back the address, the journal and whoever waits for the table to be empty', async () => {
    const port = await ownPort();
    const { auctioneer } = await openTable({ game: GAME, journal, port });
    const link = await FramedLink.open({ host: undefined, port });
    await link.join({ name: 'ann', attempt: 'an attempt', after: 0 });
    const empty = auctioneer.emptied(600_000);
    await Promise.all([auctioneer.close(), auctioneer.close()]);
    await empty;
    await auctioneer.emptied(600_000);
    await link.close();
    const again = await openAuction({ port, journal, resume: true });
    expect(again.past).toEqual([{ type: 'joined', name: 'ann' }]);
    await again.close();
  });
});
