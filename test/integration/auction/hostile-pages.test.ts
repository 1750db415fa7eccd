/**
 * Clients that misuse the board's server and its page for phones while others play: a crowd that
 * only watches, bodies that never end, floods by one who has a seat.
 */
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { openHall } from '../../support/auction-hall.ts';
import { StreamReader } from '../../support/board.ts';
import { eventually } from '../../support/eventually.ts';
import { peakMemory } from '../../support/memory.ts';
import { compiledFrom } from '../../support/places.ts';
import { Programs } from '../../support/programs.ts';
import { connected } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());
const MIB = 1024 * 1024;
/** What a server's heap may have, in MiB. */
const HEAP = 64;
/** What it may grow by, in bytes: its heap, and as much again beside it. */
const MOST = 2 * HEAP * MIB;

type Told = Record<string, unknown>;

/** As the page does it, over a connection of its own unless an agent keeps some. */
function post(url: string, message: object, agent?: Agent): Promise<Told> {
  const body = JSON.stringify(message);
  const { origin } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL('/seat', url), {
      method: 'POST',
      agent: agent ?? false,
      headers: {
        origin,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    request.on('response', (response) => {
      const { statusCode } = response;
      const told =
        statusCode === 200 ? (json(response) as Promise<Told>) : text(response);
      told.then(
        (is) => resolve(typeof is === 'string' ? { code: statusCode } : is),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function join(url: string, name: string): Promise<string> {
  const attempt = `the attempt of ${name}`;
  const told = await post(url, { type: 'join', version: 1, name, attempt });
  expect(told).toMatchObject({ type: 'welcome' });
  return told['token'] as string;
}

/**
 * An auctioneer with its board, in a process of its own whose heap is small: if it kept what
 * strangers send, it would end. Without the limit its size would say how much garbage a busy
 * machine lets lie.
 */
async function serve(...rules: string[]): Promise<{ url: string; pid: number }> {
  const free = ['--port', '0', '--board', '0', '--deadline', '0'];
  const served = programs.compiled(
    'src/cli/main.ts',
    ['auction', 'serve', ...free, ...rules],
    {
      env: { NODE_OPTIONS: `--max-old-space-size=${HEAP}` },
    },
  );
  await served.printed(/board: +http:/);
  return { url: /board: +(http:\S+)/.exec(served.stdout)![1]!, pid: served.pid };
}

async function guest(url: string): Promise<Socket> {
  const socket = await connected(Number(new URL(url).port));
  socket.on('error', () => {}); // a guest may be sent away
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('two thousand who watch, four hundred who say nothing, fifty who ask without a pause', () => {
  it('keep nobody from playing, and all of them see the game', async () => {
    const { url, pid } = await serve('--bidders', '2', '--kinds', 'Picasso');
    const before = peakMemory(pid);
    const readers: StreamReader[] = [];
    onTestFinished(() => readers.forEach((reader) => reader.close()));
    while (readers.length < 2000) {
      const path = readers.length % 200 === 0 ? 'events' : 'bid-events';
      const more = Array.from({ length: 100 }, () => StreamReader.open(url, path));
      readers.push(...(await Promise.all(more)));
    }
    for (let count = 0; count < 400; count += 1) await guest(url);
    const one = 'GET /state HTTP/1.1\r\nhost: localhost\r\n\r\n';
    let answers = 0;
    let cutOff = 0;
    let isOver = false;
    /** Asks as soon as there is an answer; for all at once, if there are several. */
    const askOn = async (requests: string): Promise<void> => {
      const socket = await guest(url);
      socket.on('data', () => {
        answers += 1;
        if (socket.writable) socket.write(requests);
      });
      socket.on('end', () => socket.destroy());
      socket.on('close', () => {
        cutOff += 1;
        if (!isOver) askOn(requests).catch(() => {});
      });
      socket.write(requests);
    };
    onTestFinished(() => void (isOver = true));
    const asking = [one, one.repeat(40)];
    await Promise.all(Array.from({ length: 50 }, (_, each) => askOn(asking[each % 2]!)));
    await eventually(() => expect(answers).toBeGreaterThan(500));
    await eventually(() => expect(cutOff).toBeGreaterThan(100));

    const tokens = [await join(url, 'ann'), await join(url, 'bob')];
    for (let round = 0; round < 3; round += 1) {
      for (const [seat, token] of tokens.entries()) {
        const bid = { type: 'bid', round, amount: 10 - seat, token };
        expect(await post(url, bid)).toMatchObject({ type: 'accepted' });
      }
    }
    isOver = true;
    const late = await StreamReader.open(url);
    expect(late.response.statusCode).toBe(503);
    late.close();
    await Promise.all(
      readers.map(async (reader) => {
        const { game } = await reader.until((state) => state.game?.phase === 'over');
        expect(game!.result).toMatchObject({ winner: 'ann' });
      }),
    );
    expect(peakMemory(pid) - before).toBeLessThan(MOST);
  });
});

describe.skipIf(process.platform !== 'linux')('a process that may open few files', () => {
  it('has room for those who come after a crowd of strangers at each door, and says so once', async () => {
    const free = ['--port', '0', '--board', '0', '--bidders', '3'];
    const command = [
      process.execPath,
      compiledFrom('src/cli/main.ts'),
      'auction',
      'serve',
    ];
    const limited = ['-c', 'ulimit -n 200; exec "$@"', 'sh', ...command, ...free];
    const served = programs.start('sh', limited);
    await served.printed(/board: +http:/);
    const url = /board: +(http:\S+)/.exec(served.stdout)![1]!;
    const port = /open at \S+?:(\d+)/.exec(served.stdout)![1]!;
    const readers: StreamReader[] = [];
    onTestFinished(() => readers.forEach((reader) => reader.close()));
    for (let page = 0; page < 200; page += 1) readers.push(await StreamReader.open(url));
    for (let count = 0; count < 200; count += 1) {
      await guest(url);
      await guest(`http://127.0.0.1:${port}/`);
    }
    expect(await join(url, 'ann')).toMatch(/^\w+$/);
    const bidder = await guest(`http://127.0.0.1:${port}/`);
    bidder.write('bob');
    const [items] = (await once(bidder, 'data')) as [Buffer];
    expect(items.toString()).toMatch(/^3 \w+ /);
    await served.printed(/bob has joined/);
    expect(served.stdout.match(/no room for another page/g)).toHaveLength(1);
  });
});

describe('a request whose body never ends', () => {
  it('is given up, however many there are, and others are answered meanwhile', async () => {
    const hall = await openHall({ game: { bidders: 2 } }, { patience: 10_000 });
    const { url } = hall.board;
    const { host, origin } = new URL(url);
    const head =
      `POST /seat HTTP/1.1\r\nhost: ${host}\r\norigin: ${origin}\r\n` +
      'content-type: application/json\r\ncontent-length: 4096\r\n\r\n{"type":"seat"';
    const ends: Promise<string>[] = [];
    for (let count = 0; count < 300; count += 1) {
      const socket = await guest(url);
      let told = '';
      ends.push(
        new Promise((resolve) => {
          socket.on('data', (bytes) => (told += bytes.toString()));
          socket.on('close', () => resolve(told));
        }),
      );
      // A byte now and then, so that it is never silent.
      const drip = setInterval(() => socket.writable && socket.write(' '), 1000);
      socket.on('close', () => clearInterval(drip));
      socket.write(head);
    }
    expect(
      await post(url, { type: 'seat', token: await join(url, 'ann') }),
    ).toMatchObject({ type: 'seat', name: 'ann' });
    for (const told of await Promise.all(ends))
      expect(told).toMatch(/^HTTP\/1.1 408 |^$/);
  });
});

describe('one who has a seat and floods', () => {
  it('with bids, passes and joins changes nothing for the others', async () => {
    const { url, pid } = await serve(
      '--bidders',
      '3',
      '--win',
      'highest-value',
      '--items',
      '20',
    );
    const [ann, bob, eve] = [
      await join(url, 'ann'),
      await join(url, 'bob'),
      await join(url, 'eve'),
    ];
    const before = peakMemory(pid);
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    onTestFinished(() => agent.destroy());
    const codes = new Set<unknown>();
    const over = new AbortController();
    let count = 0;
    const flood = async (index: number): Promise<void> => {
      const messages = [
        { type: 'bid', round: 0, amount: index, token: eve },
        { type: 'pass', round: 19, token: eve },
        { type: 'bid', round: 0, amount: 1e9, token: eve },
        { type: 'join', version: 1, name: `eve${index}`, attempt: `attempt ${index}` },
        { type: 'join', version: 1, name: 'ann', token: eve },
        { type: 'leave', token: eve, page: `page ${index}` },
        { type: 'seat', token: eve, page: `page ${count}` },
      ];
      while (!over.signal.aborted) {
        for (const message of messages) {
          const told = await post(url, message, agent);
          codes.add(told['code'] ?? told['type']);
          count += 1;
        }
      }
    };
    const floods = Array.from({ length: 50 }, (_, index) => flood(index));
    await eventually(() => expect(count).toBeGreaterThan(2000));
    // Her own answer for a round is the first that counts.
    for (let round = 0; round < 20; round += 1) {
      for (const [amount, token] of [
        [3, ann],
        [2, bob],
      ] as const) {
        const bid = { type: 'bid', round, amount, token };
        expect(await post(url, bid)).toMatchObject({ type: 'accepted', amount });
      }
      if (round > 0) await post(url, { type: 'pass', round, token: eve });
    }
    over.abort();
    await Promise.all(floods);
    expect(await post(url, { type: 'seat', token: ann })).toMatchObject({
      phase: 'over',
    });
    for (const code of [
      'already-answered',
      'wrong-round',
      'table-full',
      'wrong-token',
      'seat',
    ]) {
      expect(codes).toContain(code);
    }
    expect(peakMemory(pid) - before).toBeLessThan(MOST);
  });
});
