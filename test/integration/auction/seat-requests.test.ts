/** Playing over HTTP, by strangers and by whole classes: what is answered, and what is not. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { openBoard } from '../../../src/auction/board/board-server.ts';
import { type Hall, openHall } from '../../support/auction-hall.ts';
import { StreamReader } from '../../support/board.ts';
import { PATIENCE, Programs } from '../../support/programs.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

interface Answer {
  status: number;
  body: string;
  told: Record<string, unknown>;
}

async function post(
  { board }: Hall,
  message: object | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { host, port } = board.address;
  const own = `http://${host}:${port}`;
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const request = httpRequest(`${own}/seat`, {
    method: 'POST',
    agent: false,
    headers: {
      origin: own,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headers,
    },
  });
  request.end(body);
  const signal = AbortSignal.timeout(PATIENCE);
  const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
  const answer = await text(response);
  const isJson =
    response.headers['content-type']?.startsWith('application/json') === true;
  const told = (isJson ? JSON.parse(answer) : {}) as Record<string, unknown>;
  return { status: response.statusCode!, body: answer, told };
}

const join = (name: string, more: object = {}): object => ({
  type: 'join',
  version: 1,
  name,
  attempt: `the attempt of ${name}`,
  ...more,
});

describe('a request to play', () => {
  it('is answered to the page of this server, and to no other', async () => {
    const hall = await openHall({ code: 'K7RT', game: { bidders: 2 } });
    const { port } = hall.board.address;
    const right = join('ann', { code: 'K7RT' });
    for (const [headers, status] of [
      [{ origin: 'http://evil.example' }, 403],
      [{ origin: `http://127.0.0.1:${port + 1}` }, 403],
      [{ origin: 'null' }, 403],
      [{ 'content-type': 'text/plain' }, 415],
      [{ host: 'evil.example', origin: 'http://evil.example' }, 421],
    ] as const) {
      const answer = await post(hall, right, headers);
      expect([headers, answer.status]).toEqual([headers, status]);
    }
    expect(hall.auctioneer.auction.bidders.size).toBe(0);
    expect((await post(hall, join('ann'))).told).toMatchObject({ code: 'wrong-code' });
    expect((await post(hall, right)).told).toMatchObject({ type: 'welcome' });
    const { told } = await post(hall, { type: 'pass', round: 0, token: 'f'.repeat(32) });
    expect(told).toMatchObject({ code: 'wrong-token' });
  });

  it('that is longer than any is refused, and nothing follows it', async () => {
    const hall = await openHall();
    expect((await post(hall, 'x'.repeat(5000))).status).toBe(413);
    expect((await post(hall, 'x'.repeat(4096))).told).toMatchObject({
      code: 'bad-message',
    });
  });

  it('is told of the page for phones where it asked for what is not there', async () => {
    const hall = await openHall();
    const answer = await fetch(new URL('bids', hall.board.url));
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('the board has /, /bid, /events and /state');
  });

  it('finds nothing at a board that only watches', async () => {
    const board = await openBoard();
    try {
      for (const path of ['bid', 'bid-events', 'join.svg', 'bid.js']) {
        expect([path, (await fetch(board.url + path)).status]).toEqual([path, 404]);
      }
      const answer = await fetch(`${board.url}bid`);
      expect(await answer.text()).toContain('this board only watches');
      const played = await fetch(`${board.url}seat`, { method: 'POST', body: '{}' });
      expect(played.status).toBe(405);
    } finally {
      await board.close();
    }
  });
});

describe('auction serve --watchers', () => {
  it('says how many pages may follow the board, phones among them', async () => {
    const free = ['--port', '0', '--board', '0'];
    const served = programs.cli('auction', 'serve', ...free, '--watchers', '1');
    await served.printed(/board: +http:/);
    const url = /board: +(http:\S+)/.exec(served.stdout)![1]!;
    const first = await StreamReader.open(url);
    expect(first.response.statusCode).toBe(200);
    for (const path of ['events', 'bid-events']) {
      const second = await StreamReader.open(url, path);
      expect(second.response.statusCode).toBe(503);
      second.close();
    }
    first.close();
  });
});

describe('join codes that are tried', () => {
  it('by the thousand open nothing: after a hundred in a quarter of a second no more is said', async () => {
    const hall = await openHall({ code: 'K7RT', game: { bidders: 2 } });
    const begun = performance.now();
    const statuses: number[] = [];
    for (let batch = 0; batch < 20; batch += 1) {
      const tries = Array.from({ length: 50 }, (_, index) =>
        post(hall, join('eve', { code: `GUESS${batch}x${index}` })),
      );
      for (const { status } of await Promise.all(tries)) statuses.push(status);
    }
    const quarters = Math.ceil((performance.now() - begun) / 250) + 1;
    const answered = statuses.filter((status) => status === 200).length;
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThanOrEqual(100 * quarters);
    expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
    expect(hall.auctioneer.auction.bidders.size).toBe(0);
  });
});

describe('a class of three hundred behind one address', () => {
  it('joins, follows the game and bids, and no stream has a sealed bid', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `bidder-${index}`);
    const hall = await openHall({
      code: 'K7RT',
      game: {
        bidders: names.length,
        budget: 1e15,
        win: 'highest-value',
        items: 2,
        secondsPerRound: 0,
      },
    });
    const streams = [
      await StreamReader.open(hall.board.url),
      await StreamReader.open(hall.board.url, 'bid-events'),
    ];
    const seats = await Promise.all(
      names.map(async (name) => (await post(hall, join(name, { code: 'K7RT' }))).told),
    );
    const tokens = new Set(seats.map(({ token }) => token));
    expect(tokens.size).toBe(300);
    const { auction } = hall.auctioneer;
    expect(auction.phase).toBe('bidding');
    const amounts = seats.map((_, seat) => 7_000_000_000_000 + seat * 11_111_111_117);
    for (let round = 0; round < 2; round += 1) {
      const answers = await Promise.all(
        seats.map(({ token }, seat) =>
          post(hall, { type: 'bid', round, amount: amounts[seat], token }),
        ),
      );
      for (const { told } of answers) expect(told).toMatchObject({ type: 'accepted' });
    }
    for (const stream of streams) {
      await stream.until(({ game }) => game?.phase === 'over');
      expect(stream.text).toContain(String(amounts.at(-1)));
      for (const sealed of amounts.slice(0, -1)) {
        expect(stream.text).not.toContain(String(sealed));
      }
      for (const token of tokens) expect(stream.text).not.toContain(token);
      stream.close();
    }
  });
});
