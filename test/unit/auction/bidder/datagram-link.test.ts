import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatagramLink } from '../../../../src/auction/bidder/datagram-link.ts';
import { eventually } from '../../../support/eventually.ts';

interface Asked {
  type: string;
  id: number;
  token?: string;
  cookie?: string;
  after?: number;
  round?: number;
}

let server: Socket;
let port: number;
let asked: Asked[];
let links: DatagramLink[];
/** What the server does with the n-th question, counted from 1. */
let answer: (question: Asked, n: number) => object | object[] | undefined;

beforeEach(async () => {
  asked = [];
  links = [];
  answer = () => undefined;
  server = createSocket('udp4');
  server.on('message', (data, from: RemoteInfo) => {
    const question = JSON.parse(data.toString()) as Asked;
    asked.push(question);
    const answers = answer(question, asked.length);
    for (const one of [answers ?? []].flat()) {
      server.send(JSON.stringify(one), from.port, from.address);
    }
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address());
});
afterEach(async () => {
  await Promise.all(links.map((link) => link.close()));
  server.close();
});

async function open(): Promise<DatagramLink> {
  const link = await DatagramLink.open({ host: undefined, port });
  links.push(link);
  return link;
}

const RULES = {
  bidders: 1,
  budget: 1,
  kinds: ['A'],
  countToWin: 1,
  price: 'first',
  order: 'known',
  win: 'first-to',
  values: {},
  items: 1,
  secondsPerRound: 0,
};

function welcome(id: number): object {
  const state = {
    seq: 0,
    phase: 'joining',
    round: 0,
    answered: false,
    winner: null,
    bidders: [],
  };
  return {
    type: 'welcome',
    id,
    version: 1,
    name: 'ann',
    token: 'secret',
    rules: RULES,
    items: ['A'],
    state,
  };
}

const JOIN = { name: 'ann', attempt: 'an attempt', after: 0 };
const going = new AbortController().signal;

describe('a link of datagrams', () => {
  it('asks again, with the same number, until it is answered', async () => {
    answer = ({ id }, n) => (n === 3 ? welcome(id) : undefined);
    const link = await open();
    expect(await link.join(JOIN)).toMatchObject({ token: 'secret' });
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect(asked[0]).toEqual(asked[2]);
  });

  it('proves its address when it is asked to, at once, and in all that it asks later', async () => {
    answer = ({ id, type, cookie }) => {
      if (cookie !== 'c1') return { type: 'prove', id, cookie: 'c1' };
      return type === 'join'
        ? welcome(id)
        : { type: 'accepted', round: 0, amount: 5, id };
    };
    const link = await open();
    expect(await link.join(JOIN)).toMatchObject({ token: 'secret' });
    expect(asked.map(({ cookie }) => cookie)).toEqual([undefined, 'c1']);
    expect(asked[0]!.id).toBe(asked[1]!.id);
    await link.bid({ round: 0, amount: 5 }, going);
    expect(asked.at(-1)).toMatchObject({ type: 'bid', cookie: 'c1' });
  });

  it('takes no answer to another question, no nonsense, and none twice', async () => {
    answer = ({ id, type }) => {
      if (type === 'join') return welcome(id);
      const accepted = { type: 'accepted', round: 0, amount: 5, id };
      return [
        { ...accepted, id: id - 1, amount: 4 },
        { ...accepted, id: id + 1, amount: 6 },
        { nonsense: true },
        { type: 'accepted', round: 0, amount: 7 }, // without a number
        accepted,
        accepted,
      ];
    };
    const link = await open();
    await link.join(JOIN);
    expect(await link.bid({ round: 0, amount: 5 }, going)).toMatchObject({ amount: 5 });
    expect(asked.at(-1)).toMatchObject({ type: 'bid', token: 'secret' });
    expect(await link.bid({ round: 1, amount: undefined }, going)).toMatchObject({
      type: 'accepted',
    });
    expect(asked.at(-1)).toMatchObject({ type: 'pass', round: 1 });
  });

  it('fetches news one after another, none twice and none left out', async () => {
    const news = Array.from({ length: 7 }, (_, index) => ({
      type: 'round',
      seq: index + 1,
      round: index,
      item: 'A',
    }));
    answer = ({ after = 0, id, type }, n) => {
      if (type === 'join') return welcome(id);
      if (n % 3 === 0) return undefined; // lost
      return { type: 'news', id, news: news.slice(after, after + (n % 2 === 0 ? 2 : 0)) };
    };
    const link = await open();
    await link.join(JOIN);
    const heard: number[] = [];
    while (heard.length < news.length) heard.push((await link.news()).seq);
    expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('asks for nothing any more when the round is over', async () => {
    answer = ({ id, type }) => (type === 'join' ? welcome(id) : undefined);
    const link = await open();
    await link.join(JOIN);
    const round = new AbortController();
    const bid = link.bid({ round: 0, amount: 5 }, round.signal);
    const over = new Error('the round is over');
    round.abort(over);
    await expect(bid).rejects.toBe(over);
    // Longer than it would have taken to ask again: the third question gets news.
    let questions = 0;
    const news = [{ type: 'over', seq: 1, winner: null }];
    answer = ({ id, type }) => {
      if (type === 'news') questions += 1;
      return questions === 3 ? { type: 'news', id, news } : undefined;
    };
    expect(await link.news()).toMatchObject({ type: 'over' });
    expect(asked.filter(({ type }) => type === 'bid')).toHaveLength(1);
  });

  it('asks twelve times in ten seconds, and gives up one who never answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const link = await open();
      let outcome = 'waits';
      const joining = link.join(JOIN).catch((error: Error) => (outcome = error.message));
      await vi.advanceTimersByTimeAsync(10_000);
      expect(outcome).toBe('waits');
      await vi.advanceTimersByTimeAsync(1000);
      await joining;
      expect(outcome).toBe('the auctioneer does not answer');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
    // At 0, ¼, ¾ and 1¾ seconds, and then once a second.
    await eventually(() => expect(asked).toHaveLength(12));
  });

  it('says early that nobody listens, where a machine says so', async () => {
    const gone = port;
    server.close();
    await once(server, 'close');
    const link = await DatagramLink.open({ host: undefined, port: gone });
    await expect(link.join(JOIN)).rejects.toMatchObject({
      code: 'ERR_AUCTION_LOST',
      message: expect.stringMatching(
        process.platform === 'linux'
          ? /nothing is listening/
          : /does not answer|nothing is/,
      ) as string,
    });
    await link.close();
    server = createSocket('udp4').bind(0);
    await once(server, 'listening');
  }, 20_000);

  it('fails whoever waits when it is closed, and whoever asks later', async () => {
    answer = ({ id, type }) => (type === 'join' ? welcome(id) : undefined);
    const link = await open();
    await link.join(JOIN);
    const waiting = [link.news(), link.bid({ round: 0, amount: 1 }, going)];
    const outcomes = Promise.allSettled(waiting);
    await link.close();
    for (const outcome of [
      ...(await outcomes),
      ...(await Promise.allSettled([link.news()])),
    ]) {
      expect(outcome).toMatchObject({ reason: { code: 'ERR_AUCTION_LOST' } });
    }
    await link.close();
  });
});
