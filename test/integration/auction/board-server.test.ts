/** The board over real HTTP: what it tells, what it refuses, and who it does not wait for. */
import {
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import type { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Board, BoardOptions } from '../../../src/auction/board/board.ts';
import { openBoard } from '../../../src/auction/board/board-server.ts';
import type { BoardSnapshot } from '../../../src/auction/board/snapshot.ts';
import { auctionOptions, gameRules } from '../../../src/auction/index.ts';
import { SeededGame, StreamReader } from '../../support/board.ts';
import { needAddress, needIPv6 } from '../../support/peers.ts';
import { PATIENCE } from '../../support/programs.ts';
import { checkFree, connected, ownPort } from '../../support/sockets.ts';
import { eventually } from '../../support/eventually.ts';

const NAMES = ['ann', 'bob', 'cid'];
let undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});

async function open(options: BoardOptions = {}): Promise<Board> {
  const board = await openBoard(options);
  undo.push(() => board.close());
  return board;
}

async function read(board: Board): Promise<StreamReader> {
  const reader = await StreamReader.open(board.url);
  undo.push(() => reader.close());
  return reader;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

async function ask(
  board: Board,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const request = httpRequest(new URL(path, board.url), { agent: false, ...options });
  request.end();
  const signal = AbortSignal.timeout(PATIENCE);
  const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
  return {
    status: response.statusCode!,
    headers: response.headers,
    body: await text(response),
  };
}

/** What the server says to these bytes until it closes the connection. */
async function say(board: Board, bytes: string): Promise<string> {
  const socket = await connected(board.address.port);
  undo.push(() => socket.destroy());
  socket.setEncoding('latin1');
  let answer = '';
  socket.on('data', (data: string) => (answer += data));
  // A server that has seen enough may close while we still write.
  socket.on('error', () => {});
  socket.write(bytes);
  if (!socket.closed)
    await once(socket, 'end', { signal: AbortSignal.timeout(PATIENCE) });
  socket.destroy();
  return answer;
}

describe('the stream', () => {
  it('waits for an auctioneer, and says so', async () => {
    const board = await open({ join: { where: '10.0.0.1:50018', code: 'K7' } });
    const reader = await read(board);
    const state = await reader.until(() => true);
    expect(state).toEqual({
      version: 1,
      live: true,
      join: { where: '10.0.0.1:50018', code: 'K7' },
      notices: [],
    });
    expect(reader.response.headers['content-type']).toBe(
      'text/event-stream; charset=utf-8',
    );
    expect(reader.response.headers['cache-control']).toBe('no-store');
  });

  it('tells a whole game, and to each newcomer all that they have missed', async () => {
    const board = await open({ pause: 1 });
    const game = new SeededGame(NAMES, { seed: 'stream' });
    game.showOn(board);
    const first = await read(board);
    game.join();
    await first.until(({ game: shown }) => shown?.phase === 'bidding');
    for (let round = 1; game.auction.phase === 'bidding'; round += 1) {
      game.playTo(round);
      await first.until(({ game: shown }) => shown?.round === round);
      const late = await read(board);
      const [caughtUp] = [await late.until(() => true)];
      expect(caughtUp.game).toEqual(first.states.at(-1)!.game);
      late.close();
    }
    const end = first.states.at(-1)!.game!;
    expect(end.result).toMatchObject({ how: 'collected', winner: game.auction.winner });
    for (const { name, money, owned } of end.standings) {
      const bidder = game.auction.bidders.get(name)!;
      expect(money).toBe(bidder.money);
      expect(
        Object.fromEntries(owned.map(([kind, count]) => [end.kinds[kind]!.name, count])),
      ).toEqual(bidder.owned);
    }
    expect(JSON.parse((await ask(board, '/state')).body)).toEqual(first.states.at(-1));
  });

  it('holds no amount of a sealed bid, before and after the round, but the price', async () => {
    const board = await open({ pause: 1 });
    const game = new SeededGame(NAMES, { budget: 1e15, secondsPerRound: 0 });
    game.showOn(board);
    const reader = await read(board);
    game.join();
    const sealed: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      for (const [seat, name] of NAMES.entries()) {
        // Numbers that are found nowhere else: 13 digits, their seat and round among them.
        const amount = 7_000_000_000_000 + round * 1_234_567_891 + seat * 11_111_111_117;
        if (seat < 2) sealed.push(amount);
        game.table.submit({ type: 'bid', round, name, amount });
        // Every answer is told for itself, so that there is a state of each moment.
        await reader.until(
          ({ game: shown }) => shown!.round > round || shown!.answered === seat + 1,
        );
        for (const secret of sealed) expect(reader.text).not.toContain(String(secret));
      }
      if (game.auction.phase === 'over') break;
    }
    const shown = await reader.until(({ game: now }) => now!.phase === 'over');
    expect(shown.game!.sales.latest).toHaveLength(game.auction.round);
    expect(sealed.length).toBeGreaterThan(4);
  });

  it('gathers what happens fast, and never loses the last state', async () => {
    const board = await open({ pause: 50 });
    const game = new SeededGame(NAMES, { items: 2000, countToWin: 1000 });
    game.showOn(board);
    const reader = await read(board);
    const begun = performance.now();
    game.join();
    while (game.auction.phase === 'bidding') {
      game.playTo(game.auction.round + 20);
      await new Promise(setImmediate);
    }
    await reader.until(({ game: shown }) => shown?.phase === 'over');
    const most = (performance.now() - begun) / 50 + 3;
    expect(reader.states.length).toBeLessThanOrEqual(most);
    expect(reader.states.at(-1)!.game!.round).toBe(2000);
  });

  it('beats, and says when the next beat is due', async () => {
    const board = await open({ beat: 20 });
    const reader = await read(board);
    await reader.untilText((told) => told.split('event: beat').length > 4);
    const beats = reader.messages.filter(([event]) => event === 'beat');
    expect(new Set(beats.map(([, data]) => data))).toEqual(new Set(['20']));
  });

  it('says when the auctioneer is not heard, and keeps what it knows', async () => {
    const board = await open({ pause: 1 });
    new SeededGame(NAMES).join().showOn(board);
    const reader = await read(board);
    const before = await reader.until(({ game }) => game !== undefined);
    board.hears(false);
    expect(await reader.until(({ live }) => !live)).toEqual({
      ...before,
      live: false,
      secondsLeft: expect.any(Number),
    });
    board.hears(true);
    expect(await reader.until(({ live }) => live)).toMatchObject({ live: true });
  });

  it('says of nobody what is no longer true', async () => {
    const board = await open();
    const reader = await read(board);
    const told = async (...notices: string[]): Promise<void> => {
      const is = (state: BoardSnapshot): boolean =>
        isDeepStrictEqual(state.notices, notices);
      expect((await reader.until(is)).notices).toEqual(notices);
    };
    board.begin({ rules: gameRules(auctionOptions({ bidders: 2 })) });
    board.apply({ type: 'joined', name: 'ann' });
    board.note({ type: 'refused', name: 'bob', code: 'wrong-code', reason: 'no code' });
    board.note({ type: 'left', name: 'ann' });
    await told('bob was refused: no code', 'ann has left');
    board.note({ type: 'returned', name: 'ann' });
    await told('bob was refused: no code', 'ann is back');
    board.note({ type: 'left', name: 'ann' });
    board.apply({ type: 'freed', name: 'ann' });
    await told('bob was refused: no code');
    board.apply({ type: 'joined', name: 'ann' });
    board.apply({ type: 'joined', name: 'bob' });
    board.apply({ type: 'started' });
    await told();
  });

  it('begins again when the auctioneer tells all again, with no empty table between', async () => {
    const board = await open();
    const game = new SeededGame(NAMES).join().playTo(2);
    const stop = game.showOn(board);
    const reader = await read(board);
    await reader.until(({ game: shown }) => shown?.round === 2);
    stop();
    game.showOn(board);
    game.playTo(3);
    await reader.until(({ game: shown }) => shown?.round === 3);
    expect(reader.states.every(({ game: shown }) => shown?.joined === 3)).toBe(true);
  });

  it('counts the seconds of a round, as the auctioneer does if it says', async () => {
    const own = await open();
    const game = new SeededGame(NAMES, { secondsPerRound: 4000 });
    game.showOn(own);
    const reader = await read(own);
    await reader.until(({ secondsLeft }) => secondsLeft === undefined);
    game.join();
    const left = await reader.until(({ secondsLeft }) => secondsLeft !== undefined);
    expect(left.secondsLeft).toBeGreaterThan(3000);
    expect(left.secondsLeft).toBeLessThanOrEqual(4000);

    let deadline: number | undefined;
    const told = await open({ deadline: () => deadline });
    game.showOn(told);
    const other = await read(told);
    await other.until(({ game: shown }) => shown?.phase === 'bidding');
    expect(other.states.at(-1)).not.toHaveProperty('secondsLeft');
    // The clock is started, and nothing else happens.
    deadline = performance.now() + 25_000;
    const started = await other.until(({ secondsLeft }) => secondsLeft !== undefined);
    expect(started.secondsLeft).toBeLessThanOrEqual(25);
  });
});

describe('the site', () => {
  it('has the page and its parts, with headers that keep strangers out', async () => {
    const board = await open();
    const page = await ask(board, '/?theme=dark');
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>Auction</title>');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at]) => at!);
    expect(parts).toHaveLength(4);
    for (const part of parts) expect((await ask(board, part)).status).toBe(200);
  });

  it.each([
    '/etc/passwd',
    '/../board-server.ts',
    '/%2e%2e/snapshot.ts',
    '/board.js/',
    '//',
    '/page',
    '/tsconfig.json',
  ])('has nothing at %s', async (path) => {
    const board = await open();
    const answer = await say(
      board,
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).toContain('the board has /, /events and /state');
  });

  it('answers HEAD with the head alone', async () => {
    const board = await open();
    for (const path of ['/', '/state', '/events', '/board.js']) {
      const { status, body } = await ask(board, path, { method: 'HEAD' });
      expect([status, body]).toEqual([200, '']);
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])(
    'cannot be written to with %s',
    async (method) => {
      const board = await open();
      const answer = await ask(board, '/state', { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
    },
  );

  it('reads no body, whatever is announced', async () => {
    const board = await open();
    for (const head of ['content-length: 1000000000', 'transfer-encoding: chunked']) {
      const answer = await say(
        board,
        `GET /state HTTP/1.1\r\nhost: localhost\r\n${head}\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
    }
  });

  it.each([
    ['evil.example', 421],
    ['evil.example:80', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
    ['[::1].evil.example', 421],
    ['127.0.0.1@evil.example', 421],
    ['', 421],
    ['localhost', 200],
    ['LOCALHOST:1', 200],
    ['127.0.0.1:9999', 200],
    ['[::1]:80', 200],
  ])('asked as %j on this machine alone, answers %d', async (host, status) => {
    const board = await open();
    for (const path of ['/', '/events', '/state']) {
      const answer = await say(
        board,
        `HEAD ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  it.for(['::1', '127.0.0.2'])(
    'answers no stranger’s name at %s either: any address of this machine can be rebound to',
    async (at, context) => {
      await needAddress(context, at);
      const board = await open({ host: at });
      for (const path of ['/', '/events', '/state']) {
        for (const [host, status] of [
          ['evil.example', 421],
          ['127.0.0.1.evil.example', 421],
          ['localhost', 200],
          [new URL(board.url).host, 200],
        ] as const) {
          const answer = await ask(board, path, { method: 'HEAD', headers: { host } });
          expect([host, answer.status]).toEqual([host, status]);
        }
      }
    },
  );

  it('answers to any name when it is open to the network', async () => {
    const board = await open({ host: '0.0.0.0' });
    expect(board.url).toBe(`http://127.0.0.1:${board.address.port}/`);
    const answer = await ask(board, '/state', { headers: { host: 'lecture.example' } });
    expect(answer.status).toBe(200);
  });

  it('listens on IPv6, too', async (context) => {
    needIPv6(context);
    const board = await open({ host: '::1' });
    expect(board.url).toBe(`http://[::1]:${board.address.port}/`);
    expect((await ask(board, '/state')).status).toBe(200);
  });
});

describe('a large class', () => {
  it('of two thousand follows the stream, and the page can still be had', async () => {
    const board = await open();
    new SeededGame(NAMES).join().showOn(board);
    const readers: StreamReader[] = [];
    while (readers.length < 2000) {
      readers.push(
        ...(await Promise.all(Array.from({ length: 100 }, () => read(board)))),
      );
    }
    await Promise.all(
      readers.map((reader) => reader.until(({ game }) => game?.phase === 'bidding')),
    );
    expect((await ask(board, '/events')).status).toBe(503);
    expect((await ask(board, '/')).status).toBe(200);
  });
});

describe('hostile visitors', () => {
  it('with huge headers are refused', async () => {
    const board = await open();
    const answer = await say(
      board,
      `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect((await ask(board, '/state')).status).toBe(200);
  });

  it.each([
    '\u0000\u0001\u0002\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
  ])('that do not speak HTTP (%j) are refused', async (bytes) => {
    const board = await open();
    expect(await say(board, bytes)).toMatch(/^HTTP\/1.1 400 /);
    expect((await ask(board, '/state')).status).toBe(200);
  });

  it('that say nothing, or half a request, are sent away', async () => {
    const board = await open({ patience: 200 });
    for (const bytes of ['', 'GET / HT', 'GET / HTTP/1.1\r\nhost: localhost\r\nx']) {
      expect(await say(board, bytes)).toMatch(/^(?:HTTP\/1.1 408 |$)/);
    }
  });

  it('that have had their answer and say nothing more are sent away', async () => {
    const board = await open({ patience: 2000 });
    const request = 'GET /state HTTP/1.1\r\nhost: localhost\r\n\r\n';
    expect(await say(board, request)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('gives one connection one stream, and its place to the next when it has gone', async () => {
    const board = await open({ mostReaders: 2 });
    const { host } = new URL(board.url);
    const heard = await say(
      board,
      `GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(3),
    );
    expect(heard.match(/^HTTP/gm)?.length ?? 0).toBeLessThan(2);
    await eventually(async () => {
      const { status } = await ask(board, '/events', { method: 'HEAD' });
      expect(status).toBe(200);
    });
  });

  it('that only connect lose their place to whoever comes, the first to come first', async () => {
    const board = await open({ mostReaders: 1, patience: 600_000 });
    const { port } = board.address;
    const guests: Socket[] = [];
    undo.push(() => guests.forEach((socket) => socket.destroy()));
    while (guests.length < 1000) guests.push(await connected(port));
    const [first, second] = guests as [Socket, Socket];
    const signal = AbortSignal.timeout(PATIENCE);
    // Whoever asks is not idle.
    first.write('GET /state HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const [answer] = (await once(first, 'data', { signal })) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 /);
    const gone = once(second.resume(), 'end', { signal });
    guests.push(await connected(port));
    await gone;
    expect(first.readableEnded).toBe(false);
  });

  it('by the hundred, idle or asking without a pause, keep no reader out', async () => {
    const board = await open({ patience: 600_000 });
    new SeededGame(NAMES).join().showOn(board);
    const { port } = board.address;
    const guests: Socket[] = [];
    let isOver = false;
    undo.push(() => {
      isOver = true;
      guests.forEach((socket) => socket.destroy());
    });
    const visit = async (): Promise<Socket> => {
      const socket = await connected(port);
      socket.on('error', () => {});
      guests.push(socket);
      return socket;
    };
    const many = 'GET /state HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(40);
    const asked = new Set<number>();
    const askOn = async (index: number): Promise<void> => {
      const socket = await visit();
      // Again as soon as something comes, and over a new connection where this one is closed.
      socket.on('data', () => {
        asked.add(index);
        if (socket.writable) socket.write(many);
      });
      socket.on('close', () => {
        if (!isOver) askOn(index).catch(() => {});
      });
      socket.write(many);
    };
    await Promise.all(Array.from({ length: 400 }, () => visit()));
    await Promise.all(Array.from({ length: 50 }, (_, index) => askOn(index)));
    await eventually(() => expect(asked.size).toBe(50));
    for (let time = 0; time < 5; time += 1) {
      const reader = await read(board);
      expect(reader.response.statusCode).toBe(200);
      await reader.until(({ game }) => game?.phase === 'bidding');
    }
    expect((await ask(board, '/')).status).toBe(200);
  });

  it('300 of them get 200 streams where there are no more, and words; and there is room again when they leave', async () => {
    const board = await open({ mostReaders: 200 });
    const readers = await Promise.all(Array.from({ length: 300 }, () => read(board)));
    const refused = readers.filter(({ response }) => response.statusCode === 503);
    expect(refused).toHaveLength(100);
    for (const reader of refused) await reader.untilEnd();
    expect(refused[0]!.text).toContain('too many pages are open already');
    expect(refused[0]!.response.headers['retry-after']).toBe('5');
    // The page itself and the state can still be had.
    expect((await ask(board, '/')).status).toBe(200);

    new SeededGame(NAMES).join().showOn(board);
    const admitted = readers.filter(({ response }) => response.statusCode === 200);
    await Promise.all(
      admitted.map((reader) => reader.until(({ game }) => game?.phase === 'bidding')),
    );
    for (const reader of admitted) reader.close();
    await vi.waitFor(
      async () => {
        const late = await read(board);
        expect(late.response.statusCode).toBe(200);
      },
      { timeout: PATIENCE },
    );
  });

  it('of one host have all the streams only until another asks for one', async (context) => {
    await needAddress(context, '127.0.0.2');
    const board = await open({ mostReaders: 10 });
    const crowd: StreamReader[] = [];
    for (let page = 0; page < 10; page += 1) crowd.push(await read(board));
    const others: StreamReader[] = [];
    for (let page = 0; page < 5; page += 1) {
      const other = await StreamReader.open(board.url, 'events', '127.0.0.2');
      expect(other.response.statusCode).toBe(200);
      await crowd[page]!.untilEnd();
      others.push(other);
    }
    // Each has half of them now, and nobody takes more from the other.
    const [from, more] = [
      await StreamReader.open(board.url, 'events', '127.0.0.2'),
      await read(board),
    ];
    for (const one of [from, more]) expect(one.response.statusCode).toBe(503);
    for (const one of [...crowd.slice(5), ...others]) expect(one.ended).toBe(false);
  });

  it('are as many as there may be files, and the lecturer is told once that there is no room', async () => {
    for (const [options, pages, why] of [
      [{ files: 20 }, 10, 'files'],
      [{ mostReaders: 3 }, 3, 'limit'],
    ] as const) {
      const board = await open(options);
      const told: object[] = [];
      board.onFull((notice) => told.push(notice));
      for (let page = 0; page < pages; page += 1) {
        expect((await read(board)).response.statusCode).toBe(200);
      }
      expect(told).toEqual([]);
      for (let page = 0; page < 3; page += 1) {
        expect((await read(board)).response.statusCode).toBe(503);
      }
      expect(told).toEqual([{ type: 'no-room', pages, why }]);
      expect((await ask(board, '/')).status).toBe(200);
    }
  });

  it('that ask for the stream and do not read it are sent away', async () => {
    const board = await open({ pause: 1, beat: 50, mostReaders: 1 });
    const names = Array.from({ length: 40 }, (_, index) => `bidder-${index}`);
    new SeededGame(names).join().showOn(board);
    const slow = await connected(board.address.port);
    undo.push(() => slow.destroy());
    slow.pause();
    slow.write('GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const isFull = async (): Promise<boolean> => {
      const { status } = await ask(board, '/events', { method: 'HEAD' });
      return status === 503;
    };
    await eventually(async () => expect(await isFull()).toBe(true));
    // States until every buffer on the way is full, and three beats after that.
    const memory = process.memoryUsage().arrayBuffers;
    let told = 0;
    const deadline = performance.now() + PATIENCE;
    while (told % 50 !== 0 || (await isFull())) {
      if (performance.now() > deadline) throw new Error('the slow reader is still there');
      told += 1;
      board.hears(told % 2 === 0);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(20e6);
  });
});

describe('the end', () => {
  it('comes with close: every stream ends and the port is free', async () => {
    const board = await open();
    const reader = await read(board);
    const silent = await connected(board.address.port);
    undo.push(() => silent.destroy());
    await board.close();
    await reader.untilEnd();
    await expect(checkFree('TCP', board.address.port)).resolves.toBeUndefined();
    await board.close();
  });

  it('comes with the signal', async () => {
    const ending = new AbortController();
    const board = await open({ signal: ending.signal });
    const reader = await read(board);
    ending.abort();
    await reader.untilEnd();
    await expect(checkFree('TCP', board.address.port)).resolves.toBeUndefined();
  });

  it('comes before the beginning when the signal was aborted already', async () => {
    await expect(openBoard({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });

  it('is at once where the port is taken, and leaves nothing behind', async () => {
    const board = await open();
    await expect(openBoard({ port: board.address.port })).rejects.toThrow(
      expect.objectContaining({ code: 'EADDRINUSE' }),
    );
  });

  it.each([[{ port: 70_000 }], [{ host: '' }]])('is at once for %j', async (options) => {
    await expect(openBoard(options)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_BAD_ADDRESS' }),
    );
  });

  it('is no beginning: without a game nothing can happen', async () => {
    const board = await open();
    expect(() => board.apply({ type: 'started' })).toThrow(/begin first/);
  });
});

describe('another board at the same port', () => {
  it('goes on where the journal ends: the same state, and only that', async () => {
    const first = await open({ port: await ownPort() });
    const game = new SeededGame(NAMES).join().playTo(4).answer(['cid']);
    game.showOn(first);
    const before = JSON.parse((await ask(first, '/state')).body) as BoardSnapshot;
    await first.close();
    const second = await open({ port: first.address.port });
    game.showOn(second);
    const after = JSON.parse((await ask(second, '/state')).body) as BoardSnapshot;
    expect(after.game).toEqual(before.game);
  });
});
