/** The auctioneer as a whole, with no sockets: what leaves it, and when. */
import { fstatSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auctionOptions, type AuctioneerOptions } from '../../../../src/auction/index.ts';
import { createJournal, type Disk } from '../../../../src/auction/server/journal.ts';
import {
  frame,
  type House,
  openHouse,
  withoutTime,
} from '../../../support/auction-house.ts';

withoutTime();

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auctioneer-'));
  file = join(folder, 'game.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An auctioneer whose disk tells when it has flushed, or fails to. */
function withJournal(
  onFlush: (lines: string) => void,
  more: AuctioneerOptions = {},
): House {
  const options = auctionOptions({ bidders: 2, unsold: 'to-first', items: 3 });
  let written = '';
  const disk: Disk = {
    writeSync: ((descriptor: number, bytes: Buffer, from: number) => {
      written += bytes.subarray(from).toString();
      return writeSync(descriptor, bytes, from);
    }) as Disk['writeSync'],
    fdatasyncSync: (descriptor) => {
      expect(fstatSync(descriptor).isFile()).toBe(true);
      onFlush(written);
      written = '';
    },
    fsyncSync: () => {},
  };
  const journal = createJournal(file, options, undefined, disk);
  return openHouse(more, { options, journal });
}

describe('nobody is told', () => {
  it('what is not on the disk, at any door', async () => {
    const flushed: string[] = [];
    const told = (): number =>
      house.datagrams.sent.length + spectator.sent.length + bare.sent.length;
    const atFlush: [lines: string, told: number][] = [];
    const house = withJournal((lines) => {
      flushed.push(lines);
      if (flushed.length > 1) atFlush.push([lines, told()]);
    });
    const [spectator, bare] = [await house.visit(), await house.visit()];
    await spectator.says(frame({ type: 'watch', version: 1 }));
    await house.datagrams.prove(1);
    let before = told();
    for (const [say, what] of [
      [() => house.datagrams.hear(1, { type: 'join', version: 1, name: 'ann' }), 'ann'],
      [() => bare.says('bob'), 'bob'],
      [() => bare.says('bob 5'), '"amount":5'],
    ] as const) {
      await say();
      const [lines, toldThen] = atFlush.shift()!;
      expect(lines).toContain(what);
      expect(toldThen).toBe(before);
      // The answer, and the note to the spectator.
      expect(told()).toBeGreaterThanOrEqual(before + 2);
      before = told();
    }
    expect(atFlush).toEqual([]);
  });

  it('what could not be flushed, then or ever; and all doors close', async () => {
    let fails = false;
    const house = withJournal(() => {
      if (fails) throw new Error('EIO: i/o error');
    });
    const failures: unknown[] = [];
    house.auctioneer.onFailure((error) => failures.push(error));
    const [ann, spectator] = [await house.visit(), await house.visit()];
    await spectator.says(frame({ type: 'watch', version: 1 }));
    const told = (): number =>
      ann.sent.length + spectator.sent.length + house.datagrams.sent.length;
    const before = told();
    fails = true;
    await ann.says(frame({ type: 'join', version: 1, name: 'ann' }));
    fails = false;
    await house.datagrams.prove(1);
    await house.datagrams.hear(1, { type: 'join', version: 1, name: 'bob' });
    await house.after(1000);
    expect(told()).toBe(before);
    expect(failures).toEqual([new Error('EIO: i/o error')]);
    expect([ann.state, spectator.state]).toEqual(['closed', 'closed']);
  });
});

describe('the bids of a round', () => {
  const bid = (amount: number): Buffer => frame({ type: 'bid', round: 0, amount });

  it('are flushed together, when the last of those who are there has answered', async () => {
    const flushed: string[] = [];
    const house = withJournal((lines) => flushed.push(lines), {
      times: { gather: 1000 },
    });
    const [ann, bob] = [await house.visit(), await house.visit()];
    await ann.joins('ann');
    await bob.joins('bob');
    const [before, told] = [flushed.length, ann.told.length];
    await ann.says(bid(3));
    await house.after(900);
    expect([flushed.length, ann.told.length]).toEqual([before, told]);
    await bob.says(bid(5));
    expect(flushed).toHaveLength(before + 1);
    const types = flushed.at(-1)!.trimEnd().split('\n');
    expect(types.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'bid',
      'bid',
      'sold',
      'opened',
    ]);
    expect(ann.told.slice(told).map(({ type }) => type)).toEqual([
      'accepted',
      'sold',
      'round',
    ]);
  });

  it('are not waited for any longer, nor those of bidders who are not there', async () => {
    const house = withJournal(() => {}, { times: { gather: 1000 } });
    const [ann, bob] = [await house.visit(), await house.visit()];
    await ann.joins('ann');
    await bob.joins('bob');
    await ann.says(bid(3));
    await house.after(1000);
    expect(ann.told.at(-1)).toMatchObject({ type: 'accepted' });
    await bob.says(bid(5));
    await bob.leaves();
    await ann.says(frame({ type: 'bid', round: 1, amount: 4 }));
    expect(ann.told.at(-1)).toMatchObject({ type: 'accepted', round: 1 });
  });

  it('wait for nothing without a journal', async () => {
    const house = openHouse({ game: { bidders: 2 }, times: { gather: 1000 } });
    const [ann, bob] = [await house.visit(), await house.visit()];
    await ann.joins('ann');
    await bob.joins('bob');
    expect(await ann.asks({ type: 'bid', round: 0, amount: 3 })).toMatchObject({
      type: 'accepted',
    });
  });
});

describe('an auctioneer who closes', () => {
  it('writes and tells what has happened in this turn', async () => {
    const house = withJournal(() => {});
    const ann = await house.visit();
    void ann.says(frame({ type: 'join', version: 1, name: 'ann' }));
    // Decided, and neither written nor told: what awaits has gone on, no timer has.
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
    expect(house.auctioneer.auction.bidders.size).toBe(1);
    expect(ann.sent).toEqual([]);
    await house.auctioneer.close();
    expect(ann.told).toMatchObject([{ type: 'welcome' }]);
    expect(readFileSync(file, 'utf8')).toContain('"name":"ann"');
  });
});

describe('the journal', () => {
  it('keeps the key of each seat that has one, and goes on with it', async () => {
    const house = withJournal(() => {});
    const [ann, lea] = [await house.visit(), await house.visit()];
    const attempt = 'the attempt of ann';
    const { token } = await ann.joins('ann', { attempt });
    await lea.says('lea');
    await house.auctioneer.close();
    const [, first, second] = readFileSync(file, 'utf8').split('\n');
    expect(JSON.parse(first!)).toEqual({ type: 'joined', name: 'ann', token, attempt });
    expect(JSON.parse(second!)).toEqual({ type: 'joined', name: 'lea' });

    const later = openHouse({ journal: file, resume: true });
    const [thief, again] = [await later.visit(), await later.visit()];
    expect(await thief.joins('ann', { token: 'f'.repeat(32) })).toMatchObject({
      code: 'wrong-token',
    });
    expect(await again.joins('ann', { token })).toMatchObject({ type: 'welcome', token });
    const leaAgain = await later.visit();
    await leaAgain.says('lea');
    expect(leaAgain.text).toMatch(/^2 /);
  });

  it('keeps the join code, and another may be given for another day', async () => {
    const code = 'K7RT';
    const first = openHouse({ journal: file, code, game: { bidders: 2 } });
    const { token } = await (await first.visit()).joins('ann', { code });
    await first.auctioneer.close();
    const same = openHouse({ journal: file, resume: true });
    expect(same.auctioneer.code).toBe(code);
    const eve = await same.visit();
    expect(await eve.joins('eve')).toMatchObject({ code: 'wrong-code' });
    await same.auctioneer.close();
    const other = openHouse({ journal: file, resume: true, code: 'W4XY' });
    const [late, ann, bob] = [
      await other.visit(),
      await other.visit(),
      await other.visit(),
    ];
    expect(await late.joins('bob', { code })).toMatchObject({ code: 'wrong-code' });
    // Whoever has a seat knew the code when they joined.
    expect(await ann.joins('ann', { token })).toMatchObject({ type: 'welcome' });
    expect(await bob.joins('bob', { code: 'W4XY' })).toMatchObject({ type: 'welcome' });
  });
});

describe('a token', () => {
  it('is as long as nobody can guess, and each another', async () => {
    const house = openHouse({ game: { bidders: 100 } });
    const tokens = new Set<unknown>();
    for (let seat = 0; seat < 50; seat += 1) {
      const { token } = await (await house.visit()).joins(`bidder${seat}`);
      expect(token).toMatch(/^[\da-f]{32}$/);
      tokens.add(token);
    }
    expect(tokens.size).toBe(50);
  });
});

describe('an empty hall', () => {
  it('is told to who waits for it when the last has left, and not before', async () => {
    const house = openHouse({ game: { bidders: 2 }, times: { silence: 5000 } });
    const ann = await house.visit();
    await ann.joins('ann');
    await house.datagrams.prove(1);
    await house.datagrams.hear(1, { type: 'join', version: 1, name: 'bob' });
    let empty = false;
    const emptied = house.auctioneer.emptied(100_000).then(() => (empty = true));
    await ann.leaves();
    await house.after(4000);
    expect(empty).toBe(false);
    await house.after(2000);
    expect(empty).toBe(true);
    await emptied;
    const again = await house.visit();
    await again.joins('cid');
    expect(house.auctioneer.statistics.present).toBe(0);
    let late = false;
    void house.auctioneer.emptied(1000).then(() => (late = true));
    await house.after(0);
    expect(late).toBe(true);
  });
});
