/** The limits of the framed door, with connections that are handed in. */
import { describe, expect, it, vi } from 'vitest';
import { SendQueue } from '../../../../../src/auction/server/doors/send-queue.ts';
import { frame, openHouse, withoutTime } from '../../../../support/auction-house.ts';

withoutTime();

const LONG = 120_000;
const half = Uint8Array.from([0, 0, 0, 50, 0x7b]);

describe('whoever guesses', () => {
  it.each([
    ['a join code', 'wrong-code', { type: 'join', version: 1, name: 'eve', code: 'X' }],
    ['a code to watch', 'wrong-code', { type: 'watch', version: 1, code: 'X' }],
    [
      'a token',
      'wrong-token',
      { type: 'bid', round: 0, amount: 1, token: 'f'.repeat(32) },
    ],
  ])('%s loses the connection each time', async (_, code, guess) => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    const peer = await house.visit();
    const right = { type: 'join', version: 1, name: 'eve', code: 'K7RT' };
    // In one segment with the right one, which must not be looked at any more.
    await peer.says(Buffer.concat([frame(guess), frame(right)]));
    expect(peer.told).toMatchObject([{ type: 'refused', code }]);
    expect(peer.gone).toBe(true);
    expect(house.auctioneer.auction.bidders.size).toBe(0);
  });

  it('may make twenty mistakes, and not one more', async () => {
    const house = openHouse();
    const peer = await house.visit();
    for (let mistake = 1; mistake < 20; mistake += 1) await peer.says(frame('{}'));
    expect(await peer.asks({ type: 'watch', version: 1 })).toMatchObject({
      type: 'watching',
    });
    await peer.says(Buffer.concat([frame('{}'), frame('{}')]));
    expect(peer.gone).toBe(true);
    expect(peer.told.filter(({ code }) => code === 'bad-message')).toHaveLength(20);
  });

  it('a length over that of any request is refused before its bytes are there', async () => {
    const house = openHouse();
    const long = await house.visit();
    await long.says(Uint8Array.from([0, 0, 0x10, 0x01]));
    expect(long.told).toMatchObject([{ code: 'too-long' }]);
    expect(long.gone).toBe(true);
    const longest = await house.visit();
    await longest.says(frame('x'.repeat(4096)));
    expect(longest.told).toMatchObject([{ code: 'bad-message' }]);
    expect(longest.gone).toBe(false);
  });
});

describe('half a message', () => {
  const times = { speak: 10_000 };

  it('is given up after so long, however its bytes are spread over that time', async () => {
    const house = openHouse({ times });
    const slow = await house.visit();
    await slow.says(Uint8Array.from([0, 0, 15, 0]));
    for (let second = 1; second < 13; second += 1) {
      await house.after(1000);
      await slow.says('x');
      if (second === 9) expect(slow.gone).toBe(false);
    }
    expect(slow.told).toMatchObject([{ code: 'too-slow' }]);
    expect(slow.gone).toBe(true);
  });

  it('of a seated bidder is, too, and their silence is not', async () => {
    const house = openHouse({ times, game: { bidders: 2, secondsPerRound: 0 } });
    const [ann, eve] = [await house.visit(), await house.visit()];
    await ann.joins('ann');
    await eve.joins('eve');
    await house.after(LONG);
    expect([ann.gone, eve.gone]).toEqual([false, false]);
    await eve.says(half);
    await house.after(9_900);
    expect(eve.gone).toBe(false);
    await house.after(200);
    expect(eve.told.at(-1)).toMatchObject({ code: 'too-slow' });
    expect([ann.gone, eve.gone]).toEqual([false, true]);
  });

  it('refused again and again does not put off the end of one who has not joined', async () => {
    const house = openHouse({ times });
    const peer = await house.visit();
    for (let second = 0; second < 9; second += 3) {
      await peer.says(frame('{}'));
      await house.after(3000);
    }
    expect(peer.gone).toBe(false);
    await peer.says(frame('{}'));
    await house.after(1100);
    expect(peer.told.at(-1)).toMatchObject({ code: 'too-slow' });
    expect(peer.gone).toBe(true);
  });

  it('and whole ones one after another are no seat: a visitor has so long to take one', async () => {
    const house = openHouse({ times });
    const peer = await house.visit();
    await peer.says(frame('{}'));
    await house.after(9_900);
    expect(peer.gone).toBe(false);
    await house.after(200);
    expect(peer.told.at(-1)).toMatchObject({ code: 'too-slow' });
  });
});

describe('a seat', () => {
  it('that its bidder leaves for another is empty, and whoever takes it dismisses nobody', async () => {
    const house = openHouse({ game: { bidders: 3 } });
    const [ann, bob, late] = [
      await house.visit(),
      await house.visit(),
      await house.visit(),
    ];
    const { token: first } = await ann.joins('ann');
    const { token: second } = await bob.joins('bob');
    await ann.joins('bob', { token: second });
    expect(bob.told.at(-1)).toMatchObject({ code: 'seat-taken-over' });
    expect(house.auctioneer.isPresent('ann')).toBe(false);
    expect(house.auctioneer.statistics.present).toBe(1);
    await late.joins('ann', { token: first });
    expect(ann.gone).toBe(false);
    expect(house.auctioneer.statistics.present).toBe(2);
    await bob.leaves();
    expect(house.auctioneer.isPresent('bob')).toBe(true);
    await ann.leaves();
    expect(house.auctioneer.isPresent('bob')).toBe(false);
    expect(house.auctioneer.isPresent('ann')).toBe(true);
  });

  it('is free of its speaker when that has gone: nobody is dismissed by who comes back', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const before = await house.visit();
    const { token } = await before.joins('ann');
    await before.leaves();
    await house.after(1000);
    const { length } = before.sent;
    const say = vi.spyOn(SendQueue.prototype, 'say');
    try {
      const after = await house.visit();
      await after.joins('ann', { token });
      const spoken = new Set(
        say.mock.contexts.map((queue) => (queue as SendQueue).connection),
      );
      expect([...spoken]).toEqual([after]);
    } finally {
      say.mockRestore();
    }
    expect(before.sent).toHaveLength(length);
  });
});

describe('the news', () => {
  it('are put into no queue that is over, however many have come and gone', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    for (let time = 0; time < 5; time += 1) {
      const spectator = await house.visit();
      await spectator.asks({ type: 'watch', version: 1 });
      await spectator.leaves();
    }
    const gone = await house.visit();
    const { token } = await gone.joins('ann');
    await gone.leaves();
    await house.after(1000);
    const say = vi.spyOn(SendQueue.prototype, 'say');
    try {
      const [ann, bob] = [await house.visit(), await house.visit()];
      await ann.joins('ann', { token });
      await bob.joins('bob');
      const spoken = new Set(
        say.mock.contexts.map((queue) => (queue as SendQueue).connection),
      );
      expect([...spoken]).toEqual([ann, bob]);
    } finally {
      say.mockRestore();
    }
    expect(house.auctioneer.statistics.connections).toBe(2);
  });

  it('come once to one who plays and watches, and to a newcomer only what is new', async () => {
    const house = openHouse({ game: { bidders: 2, items: 1 } });
    const [both, bob] = [await house.visit(), await house.visit()];
    await both.asks({ type: 'watch', version: 1 });
    await both.joins('ann');
    const asked = frame({ type: 'join', version: 1, name: 'bob', after: 0 });
    const late = await house.visit();
    // The last to join, and one who watches, in the same turn.
    await Promise.all([bob.says(asked), late.says(frame({ type: 'watch', version: 1 }))]);
    for (const { told } of [both, bob, late]) {
      const news = told.flatMap(({ seq }) => seq ?? []);
      expect(news).toEqual([1, 2]);
    }
  });
});
