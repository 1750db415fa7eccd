/** Requests for news by datagram, repeated as the protocol's page says. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Auctioneer, openAuction } from '../../../src/auction/index.ts';
import { PATIENCE } from '../../support/programs.ts';

const HOUR = 3_600_000;

let auctioneer: Auctioneer;
let socket: Socket;

beforeEach(async () => {
  auctioneer = await openAuction({ port: 0, game: { bidders: 2 } });
  socket = createSocket('udp4');
});
afterEach(async () => {
  vi.restoreAllMocks();
  socket.close();
  await auctioneer.close();
});

function ask(message: object): void {
  socket.send(JSON.stringify(message), auctioneer.address.port, '127.0.0.1');
}

async function answer(): Promise<Record<string, unknown>> {
  const signal = AbortSignal.timeout(PATIENCE);
  const [bytes] = (await once(socket, 'message', { signal })) as [Buffer];
  return JSON.parse(bytes.toString()) as Record<string, unknown>;
}

async function joined(): Promise<unknown> {
  const join = { type: 'join', version: 1, name: 'ann', id: 1 };
  ask(join);
  const { cookie } = await answer();
  ask({ ...join, cookie });
  const { token } = await answer();
  return token;
}

it('are answered after a second, however often they are repeated meanwhile', async () => {
  const token = await joined();
  const question = { type: 'news', id: 2, token, after: 0 };
  ask(question);
  const again = setInterval(() => ask(question), 100);
  try {
    expect(await answer()).toEqual({ type: 'news', id: 2, news: [] });
  } finally {
    clearInterval(again);
  }
});

it.each([
  ['back', -HOUR],
  ['forward', HOUR],
])('are answered as before when the clock is set %s an hour', async (_, step) => {
  const token = await joined();
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + step);
  ask({ type: 'news', id: 2, token, after: 0 });
  expect(await answer()).toEqual({ type: 'news', id: 2, news: [] });
  expect(auctioneer.isPresent('ann')).toBe(true);
});
