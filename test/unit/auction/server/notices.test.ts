/** What the lecturer is shown beside the game, and the seats of those who leave the lobby. */
import { describe, expect, it } from 'vitest';
import { type Notice, noticeWords } from '../../../../src/auction/game/notices.ts';
import {
  frame,
  type House,
  openHouse,
  withoutTime,
} from '../../../support/auction-house.ts';

withoutTime();

function noticesOf({ auctioneer }: House): Notice[] {
  const notices: Notice[] = [];
  auctioneer.listen((notice) => notices.push(notice));
  return notices;
}

describe('the words', () => {
  it('say why a whole number was no bid', () => {
    const bids = [
      { name: 'ann', word: '12.5' },
      { name: 'bob', word: '37' },
    ];
    expect(noticeWords({ type: 'bad-bids', round: 0, bids })).toBe(
      'not a bid, so a pass: 12.5 (ann), 37 (more than bob has)',
    );
  });

  it('put what is not a name between quotes', () => {
    const refused = { type: 'refused', code: 'bad-name', reason: 'one word' } as const;
    expect(noticeWords({ ...refused, name: 'ann lee' })).toBe(
      "'ann lee' was refused: one word",
    );
    expect(noticeWords({ ...refused, name: 'ann' })).toBe('ann was refused: one word');
    expect(noticeWords(refused)).toBe('somebody was refused: one word');
  });
});

describe('bids that are none', () => {
  it("in the lecture's words are shown after the round, and kept with their word", async () => {
    const house = openHouse({ game: { bidders: 3 } });
    const notices = noticesOf(house);
    const events: object[] = [];
    house.auctioneer.watch((event) => events.push(event));
    const names = ['ann', 'bob', 'cid'];
    const peers = await Promise.all(
      names.map(async (name) => (await house.visit()).says(name)),
    );
    for (const [index, name] of names.entries()) await peers[index]!.says(`${name} `);
    await peers[0]!.says('ann 12.5');
    await peers[1]!.says('bob many\x1b[2J');
    expect(notices).toEqual([]);
    await peers[2]!.says('cid 7');
    expect(notices).toEqual([
      {
        type: 'bad-bids',
        round: 0,
        bids: [
          { name: 'ann', word: '12.5' },
          { name: 'bob', word: 'many\\x1b[2J' },
        ],
      },
    ]);
    expect(events).toContainEqual({
      type: 'passed',
      round: 0,
      name: 'ann',
      why: 'bad-bid',
      word: '12.5',
    });
    expect(house.auctioneer.auction.ledger.sales).toMatchObject([
      { name: 'cid', price: 7 },
    ]);
  });

  it('in our own protocol are shown after the round, once for each bidder', async () => {
    const house = openHouse({ game: { bidders: 1 } });
    const notices = noticesOf(house);
    const ann = await house.visit();
    await ann.joins('ann');
    for (const amount of [12.5, -3, 12.5])
      await ann.asks({ type: 'bid', round: 0, amount });
    expect(notices).toEqual([]);
    await ann.asks({ type: 'pass', round: 0 });
    expect(notices).toMatchObject([{ type: 'refused', name: 'ann', code: 'bad-amount' }]);
    await ann.asks({ type: 'bid', round: 1, amount: 12.5 });
    await ann.asks({ type: 'pass', round: 1 });
    expect(notices).toHaveLength(1);
  });
});

it('a bid without its name is not told as a name', async () => {
  const house = openHouse({ game: { bidders: 2 } });
  const notices = noticesOf(house);
  const ann = await (await house.visit()).says('ann');
  await ann.says('54');
  expect(notices[0]).toMatchObject({
    type: 'refused',
    name: 'ann',
    code: 'name-taken',
  });
  expect(JSON.stringify(notices)).not.toContain('54');
});

it('a long word is cut where it is kept, and shows it', async () => {
  const house = openHouse({ game: { bidders: 1 } });
  const notices = noticesOf(house);
  const ann = await (await house.visit()).says('ann');
  await ann.says('ann ');
  await ann.says(`ann ${'9'.repeat(3000)}`);
  const word = `${'9'.repeat(32)}…`;
  expect(notices).toEqual([
    { type: 'bad-bids', round: 0, bids: [{ name: 'ann', word }] },
  ]);
});

describe('refusals', () => {
  it('are shown at every door, each once, and no more than thirty of a kind', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 3 } });
    await house.datagrams.prove(1);
    const notices = noticesOf(house);
    const framed = await house.visit();
    await framed.joins('ann', { code: 'K7RT' });
    await (await house.visit()).joins('ann', { code: 'K7RT' });
    await (await house.visit()).joins('ann', { code: 'K7RT' });
    await (await house.visit()).says('K7RT-bob  5');
    await house.datagrams.hear(1, { type: 'join', version: 7, name: 'cid' }, 'no JSON');
    await (await house.visit()).joins('', { code: 'K7RT' });
    expect(notices.map((one) => one.type === 'refused' && [one.name, one.code])).toEqual([
      ['ann', 'name-taken'],
      ['bob', 'not-seated'],
      ['cid', 'wrong-version'],
      [undefined, 'bad-message'],
      [undefined, 'bad-name'],
    ]);
    for (let guess = 0; guess < 40; guess += 1) {
      await (await house.visit()).joins(`thief${guess}`, { code: String(guess) });
    }
    const guesses = notices.filter(
      (one) => one.type === 'refused' && one.code === 'wrong-code',
    );
    expect(guesses).toHaveLength(30);
    expect(guesses.at(-1)).toMatchObject({
      name: 'thief29',
      reason: /no more of this kind/,
    });
  });
});

describe('who leaves', () => {
  it('is shown, and who is back; not more than five times, and not after the game', async () => {
    const house = openHouse({ game: { bidders: 2, items: 1 } });
    const notices = noticesOf(house);
    const bob = await house.visit();
    let ann = await house.visit();
    const { token } = (await ann.joins('ann')) as { token?: string };
    await bob.joins('bob');
    for (let time = 0; time < 7; time += 1) {
      await ann.leaves();
      ann = await house.visit();
      await ann.joins('ann', { token });
    }
    expect(notices.map(({ type }) => type)).toEqual(
      Array.from({ length: 5 }, () => ['left', 'returned']).flat(),
    );
    await ann.asks({ type: 'pass', round: 0 });
    await bob.asks({ type: 'pass', round: 0 });
    await bob.leaves();
    expect(notices).toHaveLength(10);
  });
});

describe('the lobby', () => {
  it('frees the seat of one who hung up, and the next bidder may have its name', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const watcher = await house.visit();
    await watcher.asks({ type: 'watch', version: 1 });
    const [typo, ann, bob] = [
      await house.visit(),
      await house.visit(),
      await house.visit(),
    ];
    await typo.joins('amm');
    await typo.leaves();
    await house.after(4000);
    expect([...house.auctioneer.auction.bidders.keys()]).toEqual(['amm']);
    await house.after(2000);
    expect(watcher.told).toMatchObject([
      { type: 'watching' },
      { type: 'seated', name: 'amm' },
      { type: 'freed', name: 'amm' },
    ]);
    await ann.joins('amm');
    expect(house.auctioneer.auction.phase).toBe('joining');
    await bob.joins('bob');
    expect(house.auctioneer.auction.phase).toBe('bidding');
  });

  it('begins no game with one who is not there, however soon the table is full', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const [typo, ann, bob] = [
      await house.visit(),
      await house.visit(),
      await house.visit(),
    ];
    await typo.joins('an');
    await typo.leaves();
    await ann.joins('ann');
    expect([...house.auctioneer.auction.bidders.keys()]).toEqual(['ann']);
    expect(await bob.joins('bob')).toMatchObject({ type: 'welcome' });
    expect(house.auctioneer.auction.phase).toBe('bidding');
  });

  it('keeps the seat of one who comes back in time, and every seat once the game has begun', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const [before, after] = [await house.visit(), await house.visit()];
    const { token } = (await before.joins('ann')) as { token?: string };
    await before.leaves();
    await house.after(3000);
    await after.joins('ann', { token });
    await house.after(10_000);
    const bob = await house.visit();
    await bob.joins('bob');
    await bob.leaves();
    await house.after(60_000);
    expect([...house.auctioneer.auction.bidders.keys()]).toEqual(['ann', 'bob']);
  });

  it('forgets the token of a seat that was freed', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const [before, after] = [await house.visit(), await house.visit()];
    const { token } = (await before.joins('ann')) as { token?: string };
    await before.leaves();
    await house.after(6000);
    expect(await after.joins('ann', { token })).toMatchObject({ code: 'wrong-token' });
    const late = await house.visit();
    expect(await late.joins('ann')).toMatchObject({ type: 'welcome', name: 'ann' });
  });

  it("frees the seat of the lecture's bidder too, and of one over UDP who falls silent", async () => {
    const house = openHouse({ game: { bidders: 3 } });
    const ann = await (await house.visit()).says('ann');
    await house.datagrams.prove(1);
    await house.datagrams.hear(1, { type: 'join', version: 1, name: 'bob' });
    await ann.leaves();
    await house.after(12_000);
    expect(house.auctioneer.auction.bidders.size).toBe(0);
    const again = await (await house.visit()).says('ann');
    expect(again.text).toMatch(/^3 /);
  });

  it('is replayed from a journal', () => {
    const records = [
      { type: 'joined', name: 'amm', token: 'a' },
      { type: 'freed', name: 'amm' },
      { type: 'joined', name: 'ann', token: 'b' },
    ] as const;
    const house = openHouse({ game: { bidders: 2 } }, { records });
    expect([...house.auctioneer.auction.bidders.keys()]).toEqual(['ann']);
  });

  it('waits longer after a crash for those who were there', async () => {
    const records = [{ type: 'joined', name: 'ann', token: 'b' }] as const;
    const house = openHouse({ game: { bidders: 2 } }, { records });
    const notices = noticesOf(house);
    const seats = house.auctioneer.auction.bidders;
    await house.after(25_000);
    const ann = await house.visit();
    expect(seats.size).toBe(1);
    await ann.joins('ann', { token: 'b' });
    expect(notices).toEqual([{ type: 'returned', name: 'ann' }]);
    await ann.leaves();
    await house.after(6000);
    expect(seats.size).toBe(0);
  });
});

it('a notice never moves the cursor of a screen', async () => {
  const house = openHouse({ game: { bidders: 2 } });
  const notices = noticesOf(house);
  const peer = await house.visit();
  await peer.says(frame({ type: 'join', version: 1, name: '\x1b]0;title\x07' }));
  expect(notices).toMatchObject([{ code: 'bad-name', name: '\\x1b]0;title\\x07' }]);
});
