/**
 * Connections that break, seen through a relay: the bytes, and then the reset, whichever side
 * broke off and however late the link is.
 */
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { openStreamRelay, type StreamRelay } from '../../../src/network/link/index.ts';
import { ConnectionSocket } from '../../../src/tcp/index.ts';
import { bareServer, gone, written } from '../../support/broken.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';
import { runs } from '../../support/properties.ts';

const SOON = { timeout: PATIENCE };
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Ends {
  relay: StreamRelay;
  /** Breaks off. Nothing of it is read before somebody asks. */
  breaker: Socket;
  /** Sees what comes of it. */
  observer: ConnectionSocket;
  /** From the breaker to the observer. */
  onward: 'there' | 'back';
}

async function ends(breaks: 'client' | 'server', delay: number): Promise<Ends> {
  const { at, accepted } = await bareServer();
  const { port } = at as { port: number };
  const relay = await openStreamRelay({
    listen: { port: 0 },
    to: { port },
    link: { delay },
  });
  opened.push(() => relay.close());
  if (breaks === 'server') {
    const observer = new ConnectionSocket();
    await observer.connect(relay.address, SOON);
    opened.push(() => observer.close());
    return { relay, observer, breaker: await accepted(), onward: 'back' };
  }
  const breaker = connect({ host: '127.0.0.1', port: relay.address.port }).pause();
  breaker.on('error', () => {});
  opened.push(() => breaker.destroy());
  await once(breaker, 'connect');
  const observer = new ConnectionSocket({}, await accepted());
  opened.push(() => observer.close());
  return { relay, observer, breaker, onward: 'there' };
}

/** What comes out at the other end, and how it ends there. */
async function all(socket: ConnectionSocket): Promise<[string, string]> {
  let text = '';
  try {
    for (;;) {
      const bytes = await socket.recv(1000, SOON);
      if (bytes.length === 0) return [text, 'end'];
      text += bytes.toString();
    }
  } catch (error) {
    return [text, (error as NodeJS.ErrnoException).code!];
  }
}

const CASES = (['server', 'client'] as const).flatMap((breaks) =>
  [0, 30].map((delay) => ({ breaks, delay })),
);

it('a relay tells from where it spoke to somebody who broke off at once', async () => {
  const ports: unknown[] = [];
  const server = createServer((socket) => {
    ports.push(socket.remotePort);
    socket.on('error', () => {});
    socket.resetAndDestroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(() => server.close());
  const exits: unknown[] = [];
  const { port } = server.address() as { port: number };
  const relay = await openStreamRelay({
    listen: { port: 0 },
    to: { port },
    onSeen: ({ what, exit }) => void (exit && exits.push(what, exit.port)),
  });
  opened.push(() => relay.close());
  for (let i = 0; i < runs(20); i += 1) {
    const client = connect({ host: '127.0.0.1', port: relay.address.port });
    client.on('error', () => {});
    client.resume();
    await new Promise((resolve) => client.once('close', resolve));
  }
  expect(ports).toHaveLength(runs(20));
  expect(exits).toEqual(ports.flatMap((from) => ['begin', from]));
});

describe.each(CASES)(
  'when the $breaks breaks off, over $delay ms',
  ({ breaks, delay }) => {
    it('reset-behind-data, linger: the data come, and then the reset', async () => {
      for (let i = 0; i < runs(20); i += 1) {
        const { relay, breaker, observer, onward } = await ends(breaks, delay);
        await written(breaker, 'partial');
        await gone(breaker, 'resetAndDestroy');
        expect(await all(observer)).toEqual(['partial', 'ECONNRESET']);
        await eventually(() => expect(relay.statistics.connections).toBe(0));
        expect(relay.statistics).toMatchObject({
          resets: 1,
          [onward]: { bytes: 7, deliveredBytes: 7 },
        });
      }
    });

    it('before it sent anything, the reset comes', async () => {
      for (let i = 0; i < runs(20); i += 1) {
        const { relay, breaker, observer } = await ends(breaks, delay);
        await gone(breaker, 'resetAndDestroy');
        expect(await all(observer)).toEqual(['', 'ECONNRESET']);
        await eventually(() => expect(relay.statistics.connections).toBe(0));
        expect(relay.statistics.resets).toBe(1);
      }
    });

    it('reset-behind-data, unread: its answer comes, and then the reset', async () => {
      for (let i = 0; i < runs(20); i += 1) {
        const { relay, breaker, observer, onward } = await ends(breaks, delay);
        const against = onward === 'there' ? 'back' : 'there';
        const unread = Buffer.alloc(400_000);
        observer.sendall(unread).catch(() => {});
        // More than Node reads for somebody who has not asked: the rest lies in the system.
        await eventually(() =>
          expect(relay.statistics[against].deliveredBytes).toBeGreaterThan(200_000),
        );
        await written(breaker, 'no!');
        await gone(breaker, 'destroy');
        expect(await all(observer)).toEqual(['no!', 'ECONNRESET']);
        await eventually(() => expect(relay.statistics.connections).toBe(0));
        expect(relay.statistics).toMatchObject({
          resets: 1,
          [onward]: { bytes: 3, deliveredBytes: 3 },
        });
      }
    });

    it('an end stays an end, and the other side goes on', async () => {
      for (let i = 0; i < runs(20); i += 1) {
        const { relay, breaker, observer } = await ends(breaks, delay);
        breaker.end('question');
        expect(await all(observer)).toEqual(['question', 'end']);
        await observer.sendall(Buffer.from('answer'));
        await observer.shutdown();
        let answer = '';
        breaker.on('data', (chunk: Buffer) => (answer += chunk.toString())).resume();
        await once(breaker, 'close');
        expect(answer).toBe('answer');
        await eventually(() => expect(relay.statistics.connections).toBe(0));
        expect(relay.statistics.resets).toBe(0);
      }
    });
  },
);
