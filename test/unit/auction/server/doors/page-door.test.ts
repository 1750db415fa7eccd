/** The page door, with requests that are handed in. */
import { describe, expect, it, vi } from 'vitest';
import {
  type House,
  openHouse,
  settled,
  withoutTime,
} from '../../../../support/auction-house.ts';

withoutTime();

const HOST = '192.168.1.7';

async function ask(
  house: House,
  message: object | string,
  host = HOST,
): Promise<Record<string, unknown> | undefined> {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const answer = house.auctioneer.askFromPage(Buffer.from(text), { host, port: 1 });
  await settled();
  return (await answer) as Record<string, unknown> | undefined;
}

const join = (name: string, more: object = {}): object => ({
  type: 'join',
  version: 1,
  name,
  attempt: `the attempt of ${name}`,
  ...more,
});

async function seated(house: House, name = 'ann'): Promise<string> {
  return (await ask(house, join(name)))!['token'] as string;
}

describe('a page', () => {
  it('joins, bids once, and has its own account', async () => {
    const house = openHouse({ game: { bidders: 2, secondsPerRound: 0, items: 9 } });
    const [ann, bob] = [await seated(house), await seated(house, 'bob')];
    const account = {
      type: 'seat',
      name: 'ann',
      money: 100,
      owned: {},
      phase: 'bidding',
    };
    expect(await ask(house, { type: 'seat', token: ann })).toEqual({
      ...account,
      round: 0,
      answered: false,
    });
    const bid = { type: 'bid', round: 0, amount: 30, token: ann };
    const accepted = { type: 'accepted', round: 0, amount: 30 };
    expect(await ask(house, bid)).toEqual(accepted);
    expect(await ask(house, bid)).toEqual(accepted);
    expect(await ask(house, { ...bid, amount: 31 })).toMatchObject({
      code: 'already-answered',
    });
    expect(await ask(house, { type: 'seat', token: ann })).toMatchObject({
      answered: true,
    });
    expect(await ask(house, { type: 'pass', round: 0, token: bob })).toMatchObject({
      type: 'accepted',
      amount: null,
    });
    expect(await ask(house, { type: 'seat', token: ann })).toMatchObject({
      round: 1,
      answered: false,
      money: 70,
      owned: { [house.auctioneer.auction.items[0]!]: 1 },
    });
  });

  it('has no seat with another token, and none without one', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    await seated(house);
    for (const type of ['seat', 'leave']) {
      expect(await ask(house, { type, token: 'x'.repeat(32) })).toMatchObject({
        code: 'wrong-token',
      });
    }
    expect(await ask(house, { type: 'bid', round: 0, amount: 1 })).toMatchObject({
      code: 'not-seated',
    });
    const other = { type: 'pass', round: 0, token: 'x'.repeat(32) };
    expect(await ask(house, other)).toMatchObject({ code: 'wrong-token' });
    expect(await ask(house, join('ann', { attempt: 'another attempt' }))).toMatchObject({
      code: 'name-taken',
    });
    expect(await ask(house, { type: 'watch', version: 1 })).toMatchObject({
      code: 'bad-message',
    });
    expect(await ask(house, 'x'.repeat(4097))).toMatchObject({ code: 'too-long' });
    expect(await ask(house, 'no JSON')).toMatchObject({ code: 'bad-message' });
  });

  it('is away after half a minute of silence, or at once when it is closed', async () => {
    const house = openHouse({ game: { bidders: 2, secondsPerRound: 0 } });
    const [ann, bob] = [await seated(house), await seated(house, 'bob')];
    await house.after(29_000);
    await ask(house, { type: 'seat', token: bob });
    await house.after(2000);
    expect(house.auctioneer.isPresent('ann')).toBe(false);
    expect(house.auctioneer.isPresent('bob')).toBe(true);
    // It wakes up, and plays on.
    expect(await ask(house, { type: 'pass', round: 0, token: ann })).toMatchObject({
      type: 'accepted',
    });
    expect(house.auctioneer.isPresent('ann')).toBe(true);
    await ask(house, { type: 'leave', token: ann });
    expect(house.auctioneer.isPresent('ann')).toBe(false);
  });

  it('that is closed leaves its bidder present while another of theirs is open', async () => {
    const house = openHouse({ game: { bidders: 2, secondsPerRound: 0 } });
    const changes: boolean[] = [];
    house.auctioneer.onPresence((name, isHere) => {
      if (name === 'ann') changes.push(isHere);
    });
    const token = (await ask(house, join('ann', { page: 'one' })))!['token'];
    await seated(house, 'bob');
    const says = (type: string, page?: string): Promise<unknown> =>
      ask(house, { type, token, page });
    await says('seat', 'two');
    await says('leave', 'one');
    await says('leave', 'never there');
    expect(changes).toEqual([true]);
    // The other one falls silent, as the first would.
    await house.after(20_000);
    await says('seat', 'three');
    await house.after(20_000);
    expect(changes).toEqual([true]);
    await says('leave', 'three');
    expect(changes).toEqual([true, false]);
    // The bidder's own leaving is from all of them.
    await says('seat', 'one');
    await says('seat', 'two');
    await says('leave');
    expect(changes).toEqual([true, false, true, false]);
  });

  it('is remembered with seven others at most, whatever a bidder calls their pages', async () => {
    const house = openHouse({ game: { bidders: 2, secondsPerRound: 0 } });
    const token = await seated(house);
    const pages = Array.from({ length: 1000 }, (_, index) => `page ${index}`);
    for (const page of pages) await ask(house, { type: 'seat', token, page });
    for (const page of pages.slice(-8)) {
      expect(house.auctioneer.isPresent('ann')).toBe(true);
      await ask(house, { type: 'leave', token, page });
    }
    expect(house.auctioneer.isPresent('ann')).toBe(false);
  });

  it('that is replayed opens nothing: its token ends with its seat, whoever sits there now', async () => {
    const house = openHouse({ game: { bidders: 2, secondsPerRound: 0 } });
    const old = await seated(house);
    await ask(house, { type: 'leave', token: old });
    await house.after(6000);
    expect(house.auctioneer.auction.bidders.size).toBe(0);
    const another = (await ask(house, join('ann', { attempt: 'somebody else' })))![
      'token'
    ];
    await seated(house, 'bob');
    expect(another).not.toBe(old);
    for (const message of [
      { type: 'seat', token: old },
      { type: 'leave', token: old },
      { type: 'bid', round: 0, amount: 1, token: old },
      { type: 'pass', round: 0, token: old },
      join('ann', { token: old }),
    ]) {
      expect(await ask(house, message)).toMatchObject({ code: 'wrong-token' });
    }
    // The attempt of before is that of a seat which is no more.
    expect(await ask(house, join('ann'))).toMatchObject({ code: 'name-taken' });
    // A token opens its own seat, and no other.
    expect(await ask(house, join('bob', { token: another }))).toMatchObject({
      code: 'wrong-token',
    });
    expect(house.auctioneer.isPresent('ann')).toBe(true);
    expect(house.auctioneer.auction.answers.size).toBe(0);
  });

  it('may take the seat of a program with its token, and the other way round', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const framed = await house.visit();
    const { token } = await framed.joins('ann');
    expect(await ask(house, join('ann', { token }))).toMatchObject({ type: 'welcome' });
    expect(framed.told.at(-1)).toMatchObject({ code: 'seat-taken-over' });
    const again = await house.visit();
    expect(await again.joins('ann', { token })).toMatchObject({ type: 'welcome' });
  });

  it('hears nothing that is not in the journal', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    let answered = false;
    const answer = house.auctioneer.askFromPage(
      Buffer.from(JSON.stringify(join('ann'))),
      { host: HOST, port: 1 },
    );
    void answer.then(() => (answered = true));
    await Promise.resolve();
    expect(answered).toBe(false);
    await settled();
    expect(answered).toBe(true);
  });
});

describe('whoever guesses a join code', () => {
  it('keeps out neither other hosts nor those who sit, and waits for a turn', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 3 } });
    const { token } = (await ask(house, join('ann', { code: 'K7RT' }))) as {
      token?: string;
    };
    const answers: unknown[] = [];
    // In one turn, so that no quarter of a second goes by; each over a connection of its own.
    const tries = (code: string, port: number): void => {
      const text = JSON.stringify(join('eve', { code }));
      const answer = house.auctioneer.askFromPage(Buffer.from(text), {
        host: HOST,
        port,
      });
      void answer.then((one) => answers.push(one));
    };
    for (let guess = 1; guess <= 250; guess += 1) tries(`GUESS${guess}`, guess);
    tries('K7RT', 251);
    await settled();
    expect(answers).toHaveLength(100);
    expect(house.auctioneer.auction.bidders.size).toBe(1);
    expect(await ask(house, { type: 'seat', token })).toMatchObject({ type: 'seat' });
    const elsewhere = join('bob', { code: 'K7RT' });
    expect(await ask(house, elsewhere, '192.168.1.8')).toMatchObject({ type: 'welcome' });
    await house.after(250);
    expect(answers).toHaveLength(200);
    await house.after(250);
    expect(answers).toHaveLength(251);
    expect(answers.at(-1)).toMatchObject({ type: 'welcome', name: 'eve' });
  });

  it('over one connection has one request in the line', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 3 } });
    const tries = Array.from({ length: 40 }, () =>
      ask(house, join('eve', { code: 'X' })),
    );
    const told = Promise.all(tries);
    await house.after(250);
    const refused = (await told).filter((one) => one?.['type'] === 'refused');
    expect(refused).toHaveLength(26);
  });
});

it('the door leaves no timer when it is closed', async () => {
  const house = openHouse({ game: { bidders: 2 } });
  await seated(house);
  await house.auctioneer.close();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
