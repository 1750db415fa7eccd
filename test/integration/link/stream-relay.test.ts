/** Streams through a bad link: every byte, in order, always; later than it might have been. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hearOut } from '../../../src/common/index.ts';
import { fatesOf } from '../../../src/network/link/model/fate.ts';
import {
  type DeliveryEvent,
  linkOf,
  type LinkOptions,
  openRelays,
  openStreamRelay,
  parseReplay,
  recordHeader,
  recordLine,
  type StreamFateEvent,
  type StreamRelay,
  type StreamRelayOptions,
} from '../../../src/network/link/index.ts';
import { needIPv6 } from '../../support/peers.ts';
import { checkFree, connected, ownPort } from '../../support/sockets.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A server that does with each connection what it is told to. */
async function serverThat(
  handle: (socket: Socket) => void,
  host = '127.0.0.1',
  port = 0,
): Promise<{ port: number; server: Server; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    handle(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  opened.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => void server.close(resolve));
  });
  return { port: (server.address() as { port: number }).port, server, sockets };
}

const echo = (socket: Socket): void => void socket.pipe(socket);

async function relayTo(
  port: number,
  link: LinkOptions = {},
  more: Partial<StreamRelayOptions> = {},
): Promise<StreamRelay> {
  const relay = await openStreamRelay({
    listen: { port: 0 },
    to: { port },
    link,
    ...more,
  });
  opened.push(() => relay.close());
  return relay;
}

async function clientOf(relay: StreamRelay): Promise<Socket> {
  const socket = await connected(relay.address.port);
  opened.push(() => socket.destroy());
  return socket;
}

/** How a socket ends: the code of its error, or undefined when there was none. */
async function endOf(socket: Socket): Promise<string | undefined> {
  let code: string | undefined;
  // Of a reset that is met together with the last bytes Node itself tells an end.
  hearOut(socket, () => {});
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code));
  socket.resume();
  await eventually(() => expect(socket.closed).toBe(true));
  return code;
}

/** Every byte up to the end of the stream. It leaves our own half open, unlike `text`. */
async function allOf(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // Two hundred that look again and again would leave the relay no time to work.
  if (!socket.readableEnded) {
    await once(socket, 'end', { signal: AbortSignal.timeout(PATIENCE) });
  }
  return Buffer.concat(chunks);
}

async function text(socket: Socket): Promise<string> {
  return (await allOf(socket)).toString();
}

/** Bytes in which every place can be told from every other. */
function numbered(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32BE(at, at);
  return bytes;
}

describe('a perfect link', () => {
  it('passes on everything, both ways', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port);
    const client = await clientOf(relay);
    client.end('hello, ståle');
    expect(await text(client)).toBe('hello, ståle');
    await eventually(() => expect(relay.statistics.connections).toBe(0));
    expect(relay.statistics).toMatchObject({
      modelled: true,
      connectionsEver: 1,
      resets: 0,
    });
    expect(relay.statistics.there).toMatchObject({
      bytes: 13,
      deliveredBytes: 13,
      lost: 0,
    });
  });

  it('carries twenty megabytes, both ways at the same time', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port);
    const client = await clientOf(relay);
    const bytes = numbered(20_000_000);
    client.end(bytes);
    const got = await allOf(client);
    expect(got.equals(bytes)).toBe(true);
  });

  it('lets a client end its half and still hear the answer', async () => {
    const { port } = await serverThat((socket) => {
      void text(socket).then((question) => socket.end(question.toUpperCase()));
    });
    const relay = await relayTo(port, { delay: 5 });
    const client = await clientOf(relay);
    client.end('question');
    expect(await text(client)).toBe('QUESTION');
    expect(await endOf(client)).toBeUndefined();
  });

  it('lets a server end its half and still hear the client', async () => {
    const heard: Promise<string>[] = [];
    const { port } = await serverThat((socket) => {
      socket.end('welcome');
      heard.push(text(socket));
    });
    const relay = await relayTo(port, { delay: 5 });
    const client = await clientOf(relay);
    expect(await text(client)).toBe('welcome');
    client.end('thanks, after your end');
    expect(await heard[0]).toBe('thanks, after your end');
  });

  it('serves two hundred connections at a time', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port, { delay: 10 });
    const clients = await Promise.all(Array.from({ length: 200 }, () => clientOf(relay)));
    for (const [index, client] of clients.entries()) client.end(`client ${index}`);
    const answers = await Promise.all(clients.map((client) => text(client)));
    expect(answers).toEqual(clients.map((_, index) => `client ${index}`));
    expect(relay.statistics.connectionsEver).toBe(200);
  });

  it('goes over IPv6', async (context) => {
    needIPv6(context);
    const { port } = await serverThat(echo, '::1');
    const relay = await openStreamRelay({
      listen: { host: '::1', port: 0 },
      to: { host: '::1', port },
    });
    opened.push(() => relay.close());
    const client = await connected(relay.address.port, '::1');
    client.end('hello');
    expect(await text(client)).toBe('hello');
  });
});

describe('a bad link', () => {
  const bad: LinkOptions = {
    loss: 0.1,
    dup: 0.05,
    reorder: 0.1,
    corrupt: 0.02,
    delay: 5,
    jitter: 2,
    seed: 7,
  };

  it('delivers every byte, in order, and says what it made up', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port, bad);
    const client = await clientOf(relay);
    const bytes = numbered(100_000);
    client.end(bytes);
    const got = await allOf(client);
    expect(got.equals(bytes)).toBe(true);
    const { modelled, there, back } = relay.statistics;
    expect(modelled).toBe(true);
    for (const counts of [there, back]) {
      expect(counts.deliveredBytes).toBe(100_000);
      expect(counts.lost).toBeGreaterThan(0);
      expect(counts.retransmissions).toBeGreaterThanOrEqual(counts.lost);
      expect(counts.waited).toBeGreaterThan(0);
    }
  });

  it('loses a first time exactly the messages that a datagram relay would lose', async () => {
    const { port } = await serverThat((socket) => void socket.resume());
    const events: StreamFateEvent[] = [];
    const deliveries: DeliveryEvent[] = [];
    const options = { loss: 0.2, seed: 7, segment: 10 };
    const relay = await relayTo(port, options, {
      onFate: (event) => events.push(event),
      onDelivery: (event) => deliveries.push(event),
    });
    const client = await clientOf(relay);
    client.write(Buffer.alloc(10 * 200)); // in one go: what counts is the offset
    await eventually(() => expect(deliveries).toHaveLength(200));
    const fates = fatesOf(linkOf(options));
    const firsts = events.filter(({ attempt }) => attempt === 0);
    expect(firsts.map(({ k, outcome }) => [k, outcome === 'lost'])).toEqual(
      Array.from({ length: 200 }, (_, index) => [
        index + 1,
        fates('there', index + 1).lost,
      ]),
    );
    expect(
      firsts.every(({ modelled, k, offset }) => modelled && offset === (k - 1) * 10),
    ).toBe(true);
    // Who waited says for whom, and that one was lost.
    const lost = new Set(
      firsts.filter(({ outcome }) => outcome === 'lost').map(({ k }) => k),
    );
    const waiting = deliveries.filter(({ waitedFor }) => waitedFor > 0);
    expect(waiting.length).toBe(relay.statistics.there.waited);
    expect(
      waiting.every(({ k, waitedFor }) => waitedFor < k && lost.has(waitedFor)),
    ).toBe(true);
  });

  it('delays what follows a loss as well', async () => {
    const { port } = await serverThat((socket) => void socket.resume());
    const deliveries: DeliveryEvent[] = [];
    const relay = await relayTo(
      port,
      { delay: 20, drop: [2], segment: 1 },
      { onDelivery: (event) => deliveries.push(event) },
    );
    const client = await clientOf(relay);
    client.write('abcdefgh');
    await eventually(() => expect(deliveries).toHaveLength(8));
    const [first, second, third] = deliveries;
    expect(first!.time - first!.offeredAt).toBeCloseTo(20, 0);
    expect(second).toMatchObject({ k: 2, attempts: 2, waitedFor: 0 });
    expect(second!.time - second!.offeredAt).toBeGreaterThan(60 - 1e-6);
    expect(third).toMatchObject({ k: 3, attempts: 1, waitedFor: 2, time: second!.time });
  });

  it('gives each connection fates of its own, the same in every run', async () => {
    const run = async (): Promise<string[]> => {
      const { port } = await serverThat((socket) => void socket.resume());
      const events: StreamFateEvent[] = [];
      const relay = await relayTo(
        port,
        { loss: 0.2, seed: 9, segment: 10 },
        {
          onFate: (event) => events.push(event),
        },
      );
      for (let line = 0; line < 3; line += 1) {
        const client = await clientOf(relay);
        client.end(Buffer.alloc(500));
        await eventually(() =>
          expect(relay.statistics.there.deliveredBytes).toBe(500 * (line + 1)),
        );
      }
      const lost = [0, 1, 2].map((line) =>
        events
          .filter(
            (one) => one.line === line && one.attempt === 0 && one.outcome === 'lost',
          )
          .map(({ k }) => k)
          .join(' '),
      );
      return lost;
    };
    const first = await run();
    expect(new Set(first).size).toBe(3);
    expect(await run()).toEqual(first);
  });

  it('does again what was recorded', async () => {
    const link = { loss: 0.3, seed: 4, segment: 10, delay: 1 };
    let again: LinkOptions = link;
    const runs: string[][] = [];
    for (let run = 0; run < 2; run += 1) {
      const { port } = await serverThat((socket) => void socket.resume());
      const record: { time: number; text: string }[] = [];
      let lastDelivery = 0;
      const relay = await relayTo(port, again, {
        onFate: ({ attempt, direction, fate, k, line, time }) =>
          record.push({ time, text: recordLine(direction, k, fate, line, attempt) }),
        onDelivery: ({ time }) => (lastDelivery = time),
      });
      const client = await clientOf(relay);
      client.write(Buffer.alloc(500));
      await eventually(() => expect(relay.statistics.there.deliveredBytes).toBe(500));
      // What is repeated after that, because its acknowledgement was lost, may come or not.
      const needed = record.filter(({ time }) => time <= lastDelivery);
      runs.push(needed.map(({ text: one }) => one).toSorted());
      again = parseReplay(
        recordHeader(link) + record.map(({ text: one }) => one).join(''),
      );
    }
    expect(runs[0]!.length).toBeGreaterThan(50);
    expect(runs[1]).toEqual(runs[0]);
  });

  it('stalls at a byte', async () => {
    const { port } = await serverThat((socket) => void socket.resume());
    const deliveries: { size: number; at: number }[] = [];
    const relay = await relayTo(
      port,
      { stall: [{ offset: 5, milliseconds: 100 }] },
      { onDelivery: ({ size }) => deliveries.push({ size, at: performance.now() }) },
    );
    const client = await clientOf(relay);
    const written = performance.now();
    client.write('hello world');
    await eventually(() => expect(deliveries).toHaveLength(2));
    // Since the bytes were written: the first of them may themselves be late.
    expect(deliveries[1]!.at - written).toBeGreaterThanOrEqual(99);
    expect(deliveries.map(({ size }) => size)).toEqual([5, 6]);
  });

  it('ends the stream at a byte, and lets the answer come', async () => {
    const { port } = await serverThat((socket) => {
      void text(socket).then((heard) => socket.end(`heard ${heard}`));
    });
    const relay = await relayTo(port, { cut: 5 });
    const client = await clientOf(relay);
    client.write('hello world');
    expect(await text(client)).toBe('heard hello');
  });

  it('resets the connection at a byte, for both sides', async () => {
    let heard = '';
    let serversEnd: Promise<string | undefined> | undefined;
    const { port } = await serverThat((socket) => {
      socket.on('data', (bytes) => (heard += bytes.toString()));
      serversEnd = endOf(socket);
    });
    const relay = await relayTo(port, { reset: 5 });
    const client = await clientOf(relay);
    client.write('hello world');
    expect(await endOf(client)).toBe('ECONNRESET');
    expect(await serversEnd).toBe('ECONNRESET');
    expect(heard).toBe('hello');
    expect(relay.statistics).toMatchObject({ resets: 1, connections: 0 });
  });

  it('sends no faster than its rate', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port, { rate: 2_000_000 });
    const client = await clientOf(relay);
    const start = performance.now();
    client.end(numbered(50_000)); // 0.2 s at 2 Mbit/s, and headers
    const got = await allOf(client);
    expect(got.length).toBe(50_000);
    expect(performance.now() - start).toBeGreaterThan(200);
  });
});

describe('one link', () => {
  /** It sends the first packet for hours, and one more may wait. */
  const jammed: LinkOptions = { rate: 0.01, queue: 1 };

  it('has one queue for all connections', async () => {
    const { port } = await serverThat(echo);
    const first: string[] = [];
    const relay = await relayTo(port, jammed, {
      onFate: ({ attempt, outcome }) => {
        if (attempt === 0) first.push(outcome); // time-outs send them again
      },
    });
    for (let sent = 1; sent <= 3; sent += 1) {
      const client = await clientOf(relay);
      client.write('one segment');
      await eventually(() => expect(first).toHaveLength(sent));
    }
    // The second waits, or a repeated first one does.
    expect([first[0], first[2]]).toEqual(['sent', 'queue-full']);
  });

  it('has one queue for connections and datagrams', async () => {
    const { port } = await serverThat(echo);
    const to = { port };
    const relays = await openRelays({ listen: { port: 0 }, to, link: jammed });
    opened.push(() => relays.close());
    const { datagrams, streams } = relays;
    const sender = createSocket('udp4');
    opened.push(() => sender.close());
    for (const word of ['sent', 'waits']) sender.send(word, datagrams.address.port);
    await eventually(() => expect(datagrams.statistics.there.received).toBe(2));
    const client = await clientOf(streams);
    client.write('one segment');
    await eventually(() => expect(streams.statistics.there.segments).toBe(1));
    expect(streams.statistics.there.queueFull).toBeGreaterThan(0);
    expect(datagrams.statistics.there.queueFull).toBe(0);
  });
});

describe('one side', () => {
  it('that breaks off is known to the other: the client', async () => {
    let serversEnd: Promise<string | undefined> | undefined;
    const { port, sockets } = await serverThat((socket) => {
      serversEnd = endOf(socket);
    });
    const relay = await relayTo(port, { delay: 5 });
    const client = await clientOf(relay);
    client.write('hello');
    await eventually(() => expect(sockets[0]?.bytesRead).toBe(5));
    client.resetAndDestroy();
    expect(await serversEnd).toBe('ECONNRESET');
    await eventually(() => expect(relay.statistics.connections).toBe(0));
  });

  it('that breaks off is known to the other: the server', async () => {
    const { port } = await serverThat((socket) => {
      socket.on('data', () => socket.resetAndDestroy());
    });
    const relay = await relayTo(port, { delay: 5 });
    const client = await clientOf(relay);
    client.write('hello');
    expect(await endOf(client)).toBe('ECONNRESET');
  });

  it('that is not there resets the client, and may come later', async () => {
    const port = await ownPort();
    const relay = await relayTo(port);
    const client = await clientOf(relay);
    client.write('too early');
    expect(await endOf(client)).toBe('ECONNRESET');
    expect(relay.statistics).toMatchObject({ nobodyThere: 1, connections: 0 });
    await serverThat(echo, '127.0.0.1', port);
    const again = await clientOf(relay);
    again.end('now');
    expect(await text(again)).toBe('now');
  });

  it('that reads nothing slows the other down, and the relay keeps a bounded amount', async () => {
    const { port, sockets } = await serverThat((socket) => void socket.pause());
    const relay = await relayTo(port);
    const client = await clientOf(relay);
    const chunk = Buffer.alloc(1_000_000);
    let flushed = 0;
    const MOST = 40;
    for (let count = 0; count < MOST; count += 1)
      client.write(chunk, () => (flushed += 1));
    await eventually(() =>
      expect(relay.statistics.there.bytes).toBeGreaterThan(512 * 1024),
    );
    // It has come to a halt when two looks, a while apart, see the same.
    let before = -1;
    await eventually(() => {
      const now = relay.statistics.there.bytes;
      const same = now === before;
      before = now;
      expect(same).toBe(true);
    });
    expect(flushed).toBeLessThan(MOST);
    sockets[0]!.resume();
    await eventually(() => expect(sockets[0]!.bytesRead).toBe(MOST * chunk.length));
  });
});

describe('hostile clients', () => {
  it('beyond the number that there is room for are reset; the others go on', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port, {}, { connections: 2 });
    const [one, two] = [await clientOf(relay), await clientOf(relay)];
    await eventually(() => expect(relay.statistics.connections).toBe(2));
    const third = connect(relay.address.port, '127.0.0.1');
    expect(await endOf(third)).toBe('ECONNRESET');
    expect(relay.statistics.turnedAway).toBe(1);
    one.end('one');
    two.end('two');
    expect([await text(one), await text(two)]).toEqual(['one', 'two']);
  });

  it('that come and go at once leave nothing behind', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port, { delay: 2 });
    for (let count = 0; count < 300; count += 1) {
      const client = connect(relay.address.port, '127.0.0.1');
      client.on('error', () => {});
      await once(client, 'connect');
      if (count % 3 === 0) client.resetAndDestroy();
      else if (count % 3 === 1) client.destroy();
      else client.end('x').resume();
    }
    await eventually(() => {
      expect(relay.statistics.connectionsEver).toBe(300);
      expect(relay.statistics.connections).toBe(0);
    });
  });
});

describe('opening and closing', () => {
  it('gives its address back, and ends every connection', async () => {
    const { port } = await serverThat(echo);
    const relay = await relayTo(port, { delay: 60_000 });
    const client = await clientOf(relay);
    client.write('on its way');
    await eventually(() => expect(relay.statistics.there.bytes).toBe(10));
    const end = endOf(client);
    await relay.close();
    await relay.close();
    await end;
    await expect(checkFree('TCP', relay.address.port)).resolves.toBeUndefined();
  });

  it('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const relay = await relayTo(9, {}, { signal: controller.signal });
    controller.abort();
    await relay[Symbol.asyncDispose]();
    await expect(checkFree('TCP', relay.address.port)).resolves.toBeUndefined();
  });

  it('does not begin with a signal that has aborted', async () => {
    const signal = AbortSignal.abort(new Error('not today'));
    await expect(relayTo(9, {}, { signal })).rejects.toThrow('not today');
  });

  it('says that its address is taken', async () => {
    const { port } = await serverThat(echo);
    const opening = openStreamRelay({ listen: { port }, to: { port: 9 } });
    await expect(opening).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it.each([
    [{ to: { port: 0 } }, 'ERR_BAD_ADDRESS'],
    [{ listen: { port: 9000 }, to: { port: 9000 } }, 'ERR_BAD_ADDRESS'],
    [{ link: { loss: 1.2 } }, 'ERR_BAD_LINK'],
    [{ connections: 0 }, 'ERR_BAD_ARGUMENT'],
  ])('refuses %j', async (options, code) => {
    await expect(
      openStreamRelay({ listen: { port: 0 }, to: { port: 9 }, ...options }),
    ).rejects.toMatchObject({ code });
  });
});
