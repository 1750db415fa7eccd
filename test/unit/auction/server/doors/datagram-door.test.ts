/** The limits of the datagram door, with datagrams that are handed in. */
import { describe, expect, it, vi } from 'vitest';
import { openHouse, type House, withoutTime } from '../../../../support/auction-house.ts';

withoutTime();

/** So much nonsense is answered in a quarter of a second. */
const MOST = 25;
/** Milliseconds in which the answers to a crowd leave, a batch in each; less than a quarter. */
const UNTIL_SENT = 100;
const [HONEST, STRANGER] = [1111, 6666];

const join = (name: string, more: object = {}): object => ({
  type: 'join',
  version: 1,
  name,
  attempt: `the attempt of ${name}`,
  ...more,
});

async function seated(house: House, name = 'ann', more: object = {}): Promise<string> {
  const { token } = (await house.datagrams.ask(HONEST, join(name, more)))!;
  return token as string;
}

describe('join codes that are tried by datagram', () => {
  const guesses = (count: number): object[] =>
    Array.from({ length: count }, (_, index) => join('eve', { code: `GUESS${index}` }));

  it('open nothing by the thousand: not even the right one is looked at among them', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    const { auctioneer, datagrams } = house;
    await datagrams.prove(STRANGER);
    await house.after(250);
    await datagrams.hear(STRANGER, ...guesses(3000), join('eve', { code: 'K7RT' }));
    const told = datagrams.told(STRANGER);
    expect(told).toHaveLength(MOST);
    for (const answer of told) expect(answer).toMatchObject({ code: 'wrong-code' });
    expect(auctioneer.auction.bidders.size).toBe(0);
  });

  it('keep nobody out of the same host, whose turn comes in the order of their requests', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    const { datagrams } = house;
    const ports = Array.from({ length: 250 }, (_, index) => 7000 + index);
    for (const port of [...ports, HONEST]) await datagrams.prove(port);
    await house.after(250);
    const flood = (): Promise<void> =>
      datagrams.hearEach(ports, join('eve', { code: 'GUESS' }));
    await flood();
    await datagrams.hear(HONEST, join('ann', { code: 'K7RT' }));
    await house.after(UNTIL_SENT);
    expect(datagrams.sent).toHaveLength(100);
    for (let quarter = 2; quarter <= 3; quarter += 1) {
      expect(datagrams.told(HONEST)).toEqual([]);
      // Whoever guesses on comes behind those who wait.
      await flood();
      await house.after(250);
      expect(datagrams.sent.length).toBeLessThanOrEqual(100 * quarter + 1);
    }
    expect(datagrams.told(HONEST)).toMatchObject([{ type: 'welcome', name: 'ann' }]);
  });

  it('do not keep those out for good who know the code', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    await house.datagrams.prove(STRANGER);
    await house.datagrams.hear(STRANGER, ...guesses(MOST));
    const honest = join('ann', { code: 'K7RT' });
    expect(await house.datagrams.ask(STRANGER, honest)).toBeUndefined();
    await house.after(250);
    expect(await house.datagrams.ask(STRANGER, honest)).toMatchObject({
      type: 'welcome',
    });
  });

  it('are answered while they are few', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    const { datagrams } = house;
    await datagrams.prove(STRANGER);
    await house.after(250);
    await datagrams.hear(STRANGER, ...guesses(MOST - 1), join('eve', { code: 'K7RT' }));
    expect(datagrams.told(STRANGER).at(-1)).toMatchObject({ type: 'welcome' });
  });
});

describe('a join that is repeated', () => {
  it('is answered so often in a quarter of a second: the list of items is long', async () => {
    const house = openHouse({ game: { bidders: 2, items: 5000 } });
    const token = await seated(house);
    house.datagrams.sent.length = 0;
    const again = Array.from({ length: 100 }, () => join('ann', { token }));
    await house.datagrams.hear(HONEST, ...again);
    await house.after(UNTIL_SENT);
    // One came before.
    expect(house.datagrams.told(HONEST)).toHaveLength(3);
    await house.after(250);
    await house.datagrams.hear(HONEST, ...again);
    await house.after(UNTIL_SENT);
    expect(house.datagrams.told(HONEST)).toHaveLength(7);
  });
});

describe('news', () => {
  it('that a seat has been told is repeated so often in a quarter of a second, and new ones come at once', async () => {
    const house = openHouse({ game: { bidders: 2, secondsPerRound: 2 } });
    const { datagrams } = house;
    const token = await seated(house);
    await datagrams.prove(STRANGER);
    await datagrams.hear(STRANGER, join('bob'));
    await house.after(250);
    datagrams.sent.length = 0;
    const old = Array.from({ length: 100 }, () => ({ type: 'news', after: 0, token }));
    for (let quarter = 1; quarter <= 2; quarter += 1) {
      await datagrams.hear(HONEST, ...old);
      await house.after(250);
      // The first was new.
      expect(datagrams.told(HONEST)).toHaveLength(4 * quarter + 1);
    }
    await house.after(1000);
    await datagrams.hear(HONEST, ...old, { type: 'news', after: 2, token, id: 7 });
    datagrams.sent.length = 0;
    await house.after(900);
    expect(datagrams.told(HONEST)).toMatchObject([{ id: 7, news: [{ seq: 3 }, {}] }]);
  });
});

describe('whoever has no seat', () => {
  it.each<[string, object]>([
    ['a pass', { type: 'pass', round: 0 }],
    ['a bid with a token of nobody', { type: 'bid', round: 0, amount: 1, token: 'none' }],
    ['a question for news', { type: 'news', after: 0 }],
    ['a wish to watch', { type: 'watch', version: 1, code: 'K7RT' }],
    ['a name that is taken', join('ann', { code: 'K7RT', attempt: 'another one' })],
    ['a seat with a token of nobody', join('ann', { code: 'K7RT', token: 'none' })],
    ['another version', join('eve', { code: 'K7RT', version: 2 })],
  ])('is refused %s so often in a quarter of a second', async (_, request) => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    await seated(house, 'ann', { code: 'K7RT' });
    // An address that has proved itself, but anybody may write it into a datagram.
    await house.datagrams.prove(STRANGER);
    for (let quarter = 1; quarter <= 2; quarter += 1) {
      await house.datagrams.hear(STRANGER, ...Array.from({ length: 200 }, () => request));
      await house.after(250);
      const told = house.datagrams.told(STRANGER);
      // A join that has waited for its turn is the first of the next quarter.
      expect(told.length).toBeLessThanOrEqual(quarter * MOST + 1);
      for (const answer of told) expect(answer).toMatchObject({ type: 'refused' });
    }
  });
});

describe('nonsense', () => {
  it('is answered so often in a quarter of a second, and whoever is seated plays on', async () => {
    const house = openHouse({ game: { bidders: 1, items: 9 } });
    const { datagrams } = house;
    const token = await seated(house);
    await datagrams.prove(STRANGER);
    await house.after(250);
    for (let quarter = 1; quarter <= 3; quarter += 1) {
      await datagrams.hear(STRANGER, ...Array.from({ length: 500 }, () => '{}'));
      expect(datagrams.told(STRANGER)).toHaveLength(quarter * MOST);
      const bid = { type: 'bid', round: quarter - 1, amount: 0, token };
      expect(await datagrams.ask(HONEST, bid)).toMatchObject({ type: 'accepted' });
      await house.after(250);
    }
  });

  it('is what is longer than any request, even where its beginning is one', async () => {
    const { auctioneer, datagrams } = openHouse();
    await datagrams.prove(STRANGER);
    const whole = JSON.stringify(join('ann'));
    await datagrams.hear(STRANGER, whole + ' '.repeat(4097 - whole.length));
    expect(datagrams.told(STRANGER)).toMatchObject([{ code: 'too-long' }]);
    expect(auctioneer.auction.bidders.size).toBe(0);
    await datagrams.hear(STRANGER, whole + ' '.repeat(4096 - whole.length));
    expect(datagrams.told(STRANGER)[1]).toMatchObject({ type: 'welcome' });
  });
});

describe('an answer', () => {
  it('that waits for its turn still leaves when the auctioneer closes', async () => {
    const house = openHouse({ game: { bidders: 200 } });
    const { auctioneer, datagrams } = house;
    await datagrams.prove(STRANGER);
    const joins = Array.from({ length: 100 }, (_, index) => join(`b${index}`));
    auctioneer.watch(() => {
      // When the answer to the last one waits too.
      if (auctioneer.auction.bidders.size === joins.length) {
        queueMicrotask(() => void auctioneer.close());
      }
    });
    await datagrams.hear(STRANGER, ...joins);
    await auctioneer.close();
    expect(datagrams.told(STRANGER)).toHaveLength(joins.length);
  });

  it('with many news is cut into datagrams, none of them large, and none is left out', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(32, 'x'));
    const house = openHouse({
      game: { bidders: 301, items: 200, countToWin: 200, secondsPerRound: 1 },
      times: { silence: 1_000_000 },
    });
    const { datagrams } = house;
    const token = await seated(house);
    await datagrams.prove(STRANGER);
    await datagrams.hear(STRANGER, ...names.map((name) => join(name)));
    for (let round = 0; round < 100; round += 1) await house.after(1001);
    expect(house.auctioneer.auction.round).toBe(100);
    const heard: unknown[] = [];
    let datagramsNeeded = 0;
    while (heard.length < 202) {
      const before = datagrams.sent.length;
      await datagrams.hear(HONEST, { type: 'news', after: heard.length, token });
      const { message, size } = datagrams.sent[before]!;
      const news = message['news'] as unknown[];
      // The names of all who begin are more than that already: they go alone.
      if (heard.length === 0) expect(news).toMatchObject([{ type: 'start' }]);
      else expect(size).toBeLessThan(9000);
      expect(news.length).toBeGreaterThan(0);
      heard.push(...news);
      datagramsNeeded += 1;
    }
    expect(heard).toMatchObject(heard.map((_, index) => ({ seq: index + 1 })));
    expect(datagramsNeeded).toBeLessThan(10);
  });

  it('that no datagram can carry is a refusal, with the number of the question', async () => {
    // Three bytes a character: what all of them own takes more than was expected of a seat.
    const names = Array.from({ length: 560 }, (_, index) => `${index}`.padEnd(32, '画'));
    const house = openHouse({ game: { bidders: 561, items: 10 } });
    const token = await seated(house);
    await house.datagrams.prove(STRANGER);
    await house.datagrams.hear(STRANGER, ...names.map((name) => join(name)));
    await house.after(UNTIL_SENT);
    const again = join('ann', { token, id: 77 });
    expect(await house.datagrams.ask(HONEST, again)).toMatchObject({
      type: 'refused',
      code: 'too-big',
      id: 77,
    });
  });

  it('that would be too big for datagrams is told before there is a seat', async () => {
    const { auctioneer, datagrams } = openHouse({ game: { bidders: 700 } });
    expect(await datagrams.ask(HONEST, join('ann', { id: 3 }))).toMatchObject({
      code: 'too-big',
      id: 3,
    });
    expect(auctioneer.auction.bidders.size).toBe(0);
  });
});

describe('a bidder over UDP', () => {
  it('counts as gone after a silence, and not before', async () => {
    const house = openHouse({ times: { silence: 5000 }, game: { bidders: 2 } });
    const token = await seated(house);
    const present = (): number => house.auctioneer.statistics.present;
    for (let time = 0; time < 3; time += 1) {
      await house.after(4500);
      expect(present()).toBe(1);
      await house.datagrams.hear(HONEST, { type: 'news', after: 0, token });
    }
    await house.after(4500);
    expect(present()).toBe(1);
    await house.after(1000);
    expect(present()).toBe(0);
    await house.datagrams.hear(HONEST, { type: 'news', after: 0, token });
    expect(present()).toBe(1);
  });

  it('is answered after a second when asking for news, however often they repeat it', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const token = await seated(house);
    const question = { type: 'news', after: 0, token, id: 9 };
    house.datagrams.sent.length = 0;
    for (let time = 0; time < 9; time += 1) {
      await house.datagrams.hear(HONEST, question);
      expect(house.datagrams.sent).toEqual([]);
      await house.after(100);
    }
    await house.after(350);
    expect(house.datagrams.told(HONEST)).toEqual([{ type: 'news', id: 9, news: [] }]);
    // It was one question, and has had its answer.
    await house.after(3000);
    expect(house.datagrams.sent).toHaveLength(1);
  });

  it('has the news at once when they come, and each question has one answer', async () => {
    const house = openHouse({ game: { bidders: 2, secondsPerRound: 2 } });
    const token = await seated(house);
    await house.datagrams.prove(STRANGER);
    await house.datagrams.hear(HONEST, { type: 'news', after: 0, token, id: 9 });
    await house.datagrams.hear(STRANGER, join('bob'));
    expect(house.datagrams.told(HONEST)).toMatchObject([
      { id: 9, news: [{ type: 'start' }, { type: 'round' }] },
    ]);
    await house.after(3000);
    expect(house.auctioneer.auction.round).toBe(1);
    expect(house.datagrams.told(HONEST)).toHaveLength(1);
  });
});

describe('an address that has not proved itself', () => {
  const [VICTIM, ATTACKER] = ['10.0.0.1', '10.0.0.66'];
  const sizeOf = (messages: readonly object[]): number =>
    messages.reduce((sum, one) => sum + JSON.stringify(one).length, 0);

  it('has fewer bytes in answer than it sent, whatever it asks', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2, items: 5000 } });
    const { datagrams } = house;
    const token = await seated(house, 'ann', { code: 'K7RT' });
    const forged = [
      join('bob', { code: 'K7RT' }),
      join('ann', { code: 'K7RT' }),
      join('ann', { code: 'K7RT', token }),
      join('eve'),
      { type: 'join', version: 1, name: 'b' },
      { type: 'join', version: 1, name: 'b', id: 9_007_199_254_740_991 },
      { type: 'news', after: 0, token },
      { type: 'news', after: 0 },
      { type: 'bid', round: 0, amount: 1, token },
      { type: 'bid', round: 0, amount: 1 },
      { type: 'pass', round: 0 },
      { type: 'pass', round: 0, name: 'ann'.padEnd(300, 'n') },
      { type: 'watch', version: 1, code: 'K7RT' },
      {},
      { nonsense: 'n'.repeat(400) },
    ];
    for (const one of forged) {
      datagrams.sent.length = 0;
      await datagrams.hear(STRANGER, one);
      const size = sizeOf([one]);
      for (const answer of datagrams.sent) expect(answer.size).toBeLessThanOrEqual(size);
      await house.after(250);
    }
    // Nobody who cannot read the answers takes a seat.
    expect([...house.auctioneer.auction.bidders.keys()]).toEqual(['ann']);
  });

  it('is asked for a proof, and the cookie of one address is none for another', async () => {
    const { auctioneer, datagrams } = openHouse({ game: { bidders: 2 } });
    await datagrams.hear(HONEST, join('ann', { id: 5 }));
    const [asked] = datagrams.told(HONEST);
    expect(asked).toEqual({ type: 'prove', id: 5, cookie: expect.any(String) });
    const { cookie } = asked as { cookie?: string };
    await datagrams.hear(STRANGER, join('ann', { cookie }));
    expect(datagrams.told(STRANGER)).toMatchObject([{ type: 'prove' }]);
    expect(auctioneer.auction.bidders.size).toBe(0);
    await datagrams.hear(HONEST, join('ann', { cookie }));
    expect(datagrams.told(HONEST)[1]).toMatchObject({ type: 'welcome' });
    // It is known from then on.
    await datagrams.hear(HONEST, join('ann'));
    expect(datagrams.told(HONEST)[2]).toMatchObject({ type: 'welcome' });
  });

  it('may bid with its token, as from behind a router that has changed its port', async () => {
    const house = openHouse({ game: { bidders: 1, items: 9 } });
    const token = await seated(house);
    const bid = { type: 'bid', round: 0, amount: 1, token };
    await house.datagrams.hear(STRANGER, bid);
    expect(house.datagrams.told(STRANGER)).toEqual([
      { type: 'accepted', round: 0, amount: 1 },
    ]);
  });

  it('is answered so often in a quarter of a second, and others are answered all the same', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const { datagrams } = house;
    const flood = Array.from({ length: 3000 }, () => join('eve'));
    await datagrams.hearFrom(ATTACKER, STRANGER, ...flood);
    // Of another program on the same machine, too.
    await datagrams.hearFrom(ATTACKER, 7777, join('bob'));
    expect(datagrams.told(7777)).toMatchObject([{ type: 'prove' }]);
    await datagrams.hearFrom(VICTIM, HONEST, join('ann'));
    expect(datagrams.told(STRANGER)).toHaveLength(MOST);
    expect(datagrams.told(HONEST)).toMatchObject([{ type: 'prove' }]);
    await house.after(250);
    await datagrams.hearFrom(ATTACKER, STRANGER, join('eve'));
    expect(datagrams.told(STRANGER)).toHaveLength(MOST + 1);
  });

  it('is answered while another host floods from hundreds of ports', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const { datagrams } = house;
    const ports = Array.from({ length: 300 }, (_, index) => 7000 + index);
    for (let time = 0; time < MOST; time += 1)
      await datagrams.hearEach(ports, join('eve'));
    await datagrams.hearFrom(VICTIM, HONEST, join('ann'));
    await house.after(UNTIL_SENT);
    expect(datagrams.told(HONEST)).toMatchObject([{ type: 'prove' }]);
  });

  it('is one of many to a flood with forged senders, which is answered so often too', async () => {
    const house = openHouse({ game: { bidders: 2 } });
    const { datagrams } = house;
    // All in one turn, so that no quarter of a second goes by.
    await Promise.all(
      Array.from({ length: 3000 }, (_, host) =>
        datagrams.hearFrom(`10.1.${host >> 8}.${host & 255}`, STRANGER, join('eve')),
      ),
    );
    await house.after(UNTIL_SENT);
    expect(datagrams.told(STRANGER)).toHaveLength(2000);
  });

  it('guesses no codes: whoever is proved and guesses keeps no other host out', async () => {
    const house = openHouse({ code: 'K7RT', game: { bidders: 2 } });
    const { datagrams } = house;
    const cookieOf = async (host: string, port: number): Promise<unknown> => {
      await datagrams.hearFrom(host, port, join('eve'));
      return datagrams.told(port).at(-1)!['cookie'];
    };
    const cookie = await cookieOf(ATTACKER, STRANGER);
    const honest = await cookieOf(VICTIM, HONEST);
    const guesses = Array.from({ length: 500 }, (_, index) =>
      join('eve', { cookie, code: `GUESS${index}` }),
    );
    await datagrams.hearFrom(ATTACKER, STRANGER, ...guesses);
    expect(datagrams.told(STRANGER)).toHaveLength(1 + MOST);
    await datagrams.hearFrom(
      VICTIM,
      HONEST,
      join('ann', { cookie: honest, code: 'K7RT' }),
    );
    expect(datagrams.told(HONEST).at(-1)).toMatchObject({ type: 'welcome' });
  });
});

describe('the door itself', () => {
  it('stays open when one datagram goes wrong, and leaves no timer when it is closed', async () => {
    const { auctioneer, datagrams } = openHouse({ game: { bidders: 2 } });
    await datagrams.fail(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expect(await datagrams.ask(HONEST, join('ann'))).toMatchObject({ type: 'welcome' });
    await auctioneer.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
