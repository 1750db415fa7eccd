/** Datagrams through a bad link: what comes out is what the fates say, neither more nor less. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { fatesOf } from '../../../src/network/link/model/fate.ts';
import {
  type DatagramRelay,
  type DatagramRelayOptions,
  type FateEvent,
  linkOf,
  type LinkOptions,
  openDatagramRelay,
  parseReplay,
  recordHeader,
  recordLine,
} from '../../../src/network/link/index.ts';
import { needIPv6 } from '../../support/peers.ts';
import { checkFree, ownPort } from '../../support/sockets.ts';
import { eventually } from '../../support/eventually.ts';

const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Endpoint {
  socket: Socket;
  port: number;
  got: string[];
  from: RemoteInfo[];
  say: (text: string | Buffer, port: number) => Promise<void>;
}

async function endpoint(port = 0, host = '127.0.0.1'): Promise<Endpoint> {
  const socket = createSocket(host === '::1' ? 'udp6' : 'udp4');
  socket.bind(port, host);
  await once(socket, 'listening');
  const got: string[] = [];
  const from: RemoteInfo[] = [];
  socket.on('message', (data, sender) => {
    got.push(data.toString());
    from.push(sender);
  });
  opened.push({
    close: () => new Promise((resolve) => void socket.close(() => resolve(0))),
  });
  const say = (text: string | Buffer, to: number): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.send(text, to, host, (error) => (error ? reject(error) : resolve()));
    });
  return { socket, port: socket.address().port, got, from, say };
}

/** A server that answers in capitals. */
async function shouter(port = 0): Promise<Endpoint> {
  const server = await endpoint(port);
  server.socket.on('message', (data, { port: client, address }) => {
    server.socket.send(data.toString().toUpperCase(), client, address);
  });
  return server;
}

async function relayTo(
  port: number,
  link: LinkOptions = {},
  more: Partial<DatagramRelayOptions> = {},
): Promise<DatagramRelay> {
  const relay = await openDatagramRelay({
    listen: { port: 0 },
    to: { port },
    link,
    ...more,
  });
  opened.push(relay);
  return relay;
}

/** Sends the numbers 1 to count, and waits until the relay has counted all of them. */
async function count(
  client: Endpoint,
  relay: DatagramRelay,
  upTo: number,
): Promise<void> {
  for (let k = 1; k <= upTo; k += 1) await client.say(String(k), relay.address.port);
  await eventually(() => expect(relay.statistics.there.received).toBe(upTo));
}

describe('a perfect link', () => {
  it('passes on everything, both ways, as it is', async () => {
    const server = await shouter();
    const relay = await relayTo(server.port);
    const client = await endpoint();
    for (const text of ['hello', '', 'ståle', 'x'.repeat(60_000)]) {
      await client.say(text, relay.address.port);
    }
    await eventually(() => expect(client.got).toHaveLength(4));
    expect(server.got).toEqual(['hello', '', 'ståle', 'x'.repeat(60_000)]);
    expect(client.got).toEqual(server.got.map((text) => text.toUpperCase()));
    expect(client.from.every(({ port }) => port === relay.address.port)).toBe(true);
  });

  it('carries the largest datagram there is', async () => {
    const server = await endpoint();
    const relay = await relayTo(server.port);
    const client = await endpoint();
    const largest = Buffer.alloc(process.platform === 'darwin' ? 9216 : 65_507, 'a');
    await client.say(largest, relay.address.port);
    await eventually(() => expect(server.got).toEqual([largest.toString()]));
  });

  it('gives each client its own answers, and the server an address for each', async () => {
    const server = await shouter();
    const relay = await relayTo(server.port);
    const clients = await Promise.all(Array.from({ length: 20 }, () => endpoint()));
    for (const [index, client] of clients.entries()) {
      await client.say(`client ${index}`, relay.address.port);
    }
    for (const [index, client] of clients.entries()) {
      await eventually(() => expect(client.got).toEqual([`CLIENT ${index}`]));
    }
    expect(new Set(server.from.map(({ port }) => port)).size).toBe(20);
    expect(relay.statistics).toMatchObject({
      clients: 20,
      clientsEver: 20,
      turnedAway: 0,
    });
  });

  it('goes over IPv6', async (context) => {
    needIPv6(context);
    const server = await endpoint(0, '::1');
    const relay = await openDatagramRelay({
      listen: { host: '::1', port: 0 },
      to: { host: '::1', port: server.port },
    });
    opened.push(relay);
    const client = await endpoint(0, '::1');
    await client.say('hello', relay.address.port);
    await eventually(() => expect(server.got).toEqual(['hello']));
    expect(relay.address).toMatchObject({ family: 'IPv6', host: '::1' });
  });
});

describe('a bad link', () => {
  const bad: LinkOptions = { loss: 0.2, dup: 0.1, reorder: 0.1, seed: 7 };

  it('delivers sent − dropped + duplicated, exactly, and its log says the same', async () => {
    const server = await endpoint();
    const events: FateEvent[] = [];
    const relay = await relayTo(server.port, bad, {
      onFate: (event) => events.push(event),
    });
    await count(await endpoint(), relay, 1000);
    const fates = fatesOf(linkOf(bad));
    const expected: Record<string, number> = {};
    for (let k = 1; k <= 1000; k += 1) {
      const fate = fates('there', k);
      if (!fate.lost) expected[k] = 1 + fate.copies.length;
    }
    const total = Object.values(expected).reduce((sum, copies) => sum + copies);
    await eventually(() => expect(server.got).toHaveLength(total));
    const got: Record<string, number> = {};
    for (const k of server.got) got[k] = (got[k] ?? 0) + 1;
    expect(got).toEqual(expected);

    const { there } = relay.statistics;
    expect(there).toMatchObject({
      received: 1000,
      delivered: total,
      failed: 0,
      queueFull: 0,
    });
    expect(there.delivered).toBe(there.received - there.lost + there.duplicated);
    expect(events.map(({ k }) => k)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
    expect(events.filter(({ outcome }) => outcome === 'lost')).toHaveLength(there.lost);
    expect(events.every(({ fate, k }) => fate.lost === fates('there', k).lost)).toBe(
      true,
    );
  });

  it('delivers in the same order in every run, on any machine', async () => {
    const orders: string[][] = [];
    for (let run = 0; run < 2; run += 1) {
      const server = await endpoint();
      const relay = await relayTo(server.port, { ...bad, hold: 3_600_000 });
      const client = await endpoint();
      await count(client, relay, 300);
      const { lost, duplicated } = relay.statistics.there;
      const missing = 3; // as many as can still be held back
      await eventually(() =>
        expect(server.got.length).toBeGreaterThan(300 - lost + duplicated - missing),
      );
      orders.push(server.got.slice(0, 250));
    }
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[0]!.toSorted((a, b) => Number(a) - Number(b)));
  });

  it('loses all answers and no question, when only the way back is bad', async () => {
    const server = await shouter();
    const relay = await relayTo(server.port, { lossBack: 1 });
    const client = await endpoint();
    for (const text of ['a', 'b', 'c']) await client.say(text, relay.address.port);
    await eventually(() => expect(relay.statistics.back.lost).toBe(3));
    expect(server.got).toEqual(['a', 'b', 'c']);
    expect(relay.statistics.there.lost).toBe(0);
    expect(client.got).toEqual([]);
  });

  it('loses what it is told to, there and back', async () => {
    const server = await shouter();
    const relay = await relayTo(server.port, { drop: [2], dropBack: [1, 3] });
    const client = await endpoint();
    for (const text of ['a', 'b', 'c', 'd', 'e'])
      await client.say(text, relay.address.port);
    await eventually(() => expect(relay.statistics.back.received).toBe(4));
    await eventually(() => expect(client.got).toEqual(['C', 'E']));
    expect(server.got).toEqual(['a', 'c', 'd', 'e']);
  });

  it('loses what has a flipped bit, as a kernel does', async () => {
    const server = await endpoint();
    const relay = await relayTo(server.port, { corrupt: 1 });
    await count(await endpoint(), relay, 5);
    await eventually(() => expect(relay.statistics.there.received).toBe(5));
    const { there } = relay.statistics;
    expect(there).toMatchObject({ lost: 5, badChecksum: 5, corrupted: 0, delivered: 0 });
    expect(server.got).toEqual([]);
  });

  it('flips one bit past the checksum, when asked to', async () => {
    const server = await endpoint();
    const relay = await relayTo(server.port, { corruptPastChecksum: 1 });
    const client = await endpoint();
    const received = once(server.socket, 'message');
    await client.say(Buffer.alloc(100), relay.address.port);
    const [data] = (await received) as [Buffer];
    const ones = [...data].map((byte) => byte.toString(2).replaceAll('0', '').length);
    expect(ones.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(relay.statistics.there.corrupted).toBe(1);
  });

  it('takes as long as it is told to, and adds no reordering of its own', async () => {
    const server = await endpoint();
    const times: number[] = [];
    server.socket.on('message', () => times.push(performance.now()));
    const relay = await relayTo(server.port, { delay: 50, jitter: 30 });
    const client = await endpoint();
    const start = performance.now();
    await count(client, relay, 200);
    await eventually(() => expect(server.got).toHaveLength(200));
    expect(server.got).toEqual(
      Array.from({ length: 200 }, (_, index) => String(index + 1)),
    );
    expect(times[0]! - start).toBeGreaterThan(49);
  });

  it('sends no faster than its rate, and drops what does not fit the queue', async () => {
    const server = await endpoint();
    // 100 bytes and 28 of headers are 1024 bits: ten milliseconds each.
    const relay = await relayTo(server.port, { rate: 102_400, queue: 5 });
    const client = await endpoint();
    const start = performance.now();
    // All at once: one by one, a slow machine might send no faster than that.
    const all = Array.from({ length: 50 }, () =>
      client.say('x'.repeat(100), relay.address.port),
    );
    await Promise.all(all);
    await eventually(() => expect(relay.statistics.there.received).toBe(50));
    const { queueFull } = relay.statistics.there;
    expect(queueFull).toBeGreaterThan(0);
    await eventually(() => expect(server.got).toHaveLength(50 - queueFull));
    const took = performance.now() - start;
    expect(took).toBeGreaterThanOrEqual((50 - queueFull) * 10 - 10);
  });

  it('does again what was recorded', async () => {
    const record = [recordHeader(bad)];
    const first = await endpoint();
    const relay = await relayTo(first.port, bad, {
      onFate: ({ direction, k, fate }) => record.push(recordLine(direction, k, fate)),
    });
    await count(await endpoint(), relay, 200);

    const second = await endpoint();
    const again: string[] = [];
    const replaying = await relayTo(second.port, parseReplay(record.join('')), {
      onFate: ({ direction, k, fate }) => again.push(recordLine(direction, k, fate)),
    });
    await count(await endpoint(), replaying, 200);
    expect(again).toEqual(record.slice(1));
    const {
      failed: _,
      delivered: __,
      deliveredBytes: ___,
      ...counts
    } = relay.statistics.there;
    expect(replaying.statistics.there).toMatchObject(counts);
  });
});

describe('a target', () => {
  it('may come later, and nothing that is sent then is lost by the relay', async () => {
    const port = await ownPort();
    const relay = await relayTo(port);
    const client = await endpoint();
    await client.say('too early', relay.address.port);
    await eventually(() => expect(relay.statistics.nobodyThere).toBeGreaterThan(0));
    const server = await shouter(port);
    await client.say('now', relay.address.port);
    await eventually(() => expect(client.got).toEqual(['NOW']));
    expect(server.got).toEqual(['now']);
  });

  it('that is not there is sent all of a burst, although the system refuses sends', async () => {
    const relay = await relayTo(await ownPort(), { delay: 5 });
    const client = await endpoint();
    for (let k = 0; k < 100; k += 1) void client.say('early', relay.address.port);
    await eventually(() => {
      const { received, delivered, failed } = relay.statistics.there;
      expect([received, delivered + failed]).toEqual([100, 100]);
    });
    expect(relay.statistics.there).toMatchObject({ delivered: 100, failed: 0 });
  });

  it('may go and come again', async () => {
    const first = await shouter();
    const relay = await relayTo(first.port);
    const client = await endpoint();
    await client.say('one', relay.address.port);
    await eventually(() => expect(client.got).toEqual(['ONE']));
    await opened
      .splice(
        opened.findIndex((one) => one !== relay),
        1,
      )[0]!
      .close();
    for (let k = 0; k < 20; k += 1) await client.say('lost', relay.address.port);
    await eventually(() => expect(relay.statistics.nobodyThere).toBeGreaterThan(0));
    await shouter(first.port);
    await client.say('two', relay.address.port);
    await eventually(() => expect(client.got.at(-1)).toBe('TWO'));
  });

  it('hears from strangers nothing: they cannot answer in its place', async () => {
    const server = await endpoint();
    const relay = await relayTo(server.port);
    const client = await endpoint();
    await client.say('question', relay.address.port);
    await eventually(() => expect(server.from).toHaveLength(1));
    const stranger = await endpoint();
    await stranger.say('forged', server.from[0]!.port);
    await server.say('answer', server.from[0]!.port);
    await eventually(() => expect(client.got).toEqual(['answer']));
    expect(relay.statistics.back.received).toBe(1);
  });
});

describe('clients', () => {
  it('beyond the number that there is room for are turned away; the others go on', async () => {
    const server = await shouter();
    const relay = await relayTo(server.port, {}, { clients: 3 });
    const clients = await Promise.all(Array.from({ length: 10 }, () => endpoint()));
    for (const client of clients) await client.say('hello', relay.address.port);
    await eventually(() => expect(relay.statistics.turnedAway).toBe(7));
    expect(relay.statistics).toMatchObject({ clients: 3, clientsEver: 3 });
    await clients[0]!.say('again', relay.address.port);
    await eventually(() => expect(clients[0]!.got).toEqual(['HELLO', 'AGAIN']));
  });

  it('are forgotten after their silence, and welcome again', async () => {
    const server = await shouter();
    const relay = await relayTo(server.port, {}, { clients: 1, idle: 50 });
    const one = await endpoint();
    const other = await endpoint();
    // Whether an answer comes in so short a time is another matter.
    await one.say('one', relay.address.port);
    await eventually(() => expect(server.got).toEqual(['one']));
    await eventually(() => expect(relay.statistics.clients).toBe(0));
    await eventually(() => checkFree('UDP', server.from[0]!.port)); // its socket is closed
    await other.say('other', relay.address.port);
    await eventually(() => expect(server.got).toEqual(['one', 'other']));
    await eventually(() => expect(relay.statistics.clients).toBe(0));
    await one.say('one again', relay.address.port);
    await eventually(() => expect(server.got.at(-1)).toBe('one again'));
    expect(relay.statistics).toMatchObject({ clientsEver: 3, turnedAway: 0 });
  });

  it('may be ten thousand: their number and the memory they take are bounded', async () => {
    const server = await endpoint();
    const relay = await relayTo(server.port, { delay: 20 }, { clients: 50 });
    for (let sent = 0; sent < 10_000; sent += 50) {
      const sockets = Array.from({ length: 50 }, () => createSocket('udp4'));
      await Promise.all(
        sockets.map(
          (socket) =>
            new Promise<void>((resolve) => {
              socket.send('flood', relay.address.port, '127.0.0.1', () => {
                socket.close(resolve);
              });
            }),
        ),
      );
    }
    await eventually(() => expect(relay.statistics.turnedAway).toBeGreaterThan(5000));
    expect(relay.statistics.clients).toBe(50);
    expect(relay.statistics.clientsEver).toBe(50);
  });
});

describe('opening and closing', () => {
  it('gives its address back, at once, whatever is on its way', async () => {
    const server = await endpoint();
    const relay = await relayTo(server.port, { delay: 60_000 });
    const client = await endpoint();
    await count(client, relay, 10);
    const { port } = relay.address;
    await relay.close();
    await relay.close();
    await checkFree('UDP', port);
    expect(server.got).toEqual([]);
    expect(relay.statistics.there.received).toBe(10);
  });

  it('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const relay = await relayTo(9, {}, { signal: controller.signal });
    const { port } = relay.address;
    controller.abort();
    await relay.close();
    await expect(checkFree('UDP', port)).resolves.toBeUndefined();
    await relay[Symbol.asyncDispose]();
  });

  it('does not begin with a signal that has aborted', async () => {
    const signal = AbortSignal.abort(new Error('not today'));
    await expect(relayTo(9, {}, { signal })).rejects.toThrow('not today');
  });

  it('says that its address is taken', async () => {
    const other = await endpoint();
    const opening = openDatagramRelay({ listen: { port: other.port }, to: { port: 9 } });
    await expect(opening).rejects.toMatchObject({ code: 'EADDRINUSE', port: other.port });
  });

  it.each([
    [{ to: { port: 0 } }, 'ERR_BAD_ADDRESS'],
    [{ to: { port: 70_000 } }, 'ERR_BAD_ADDRESS'],
    [{ to: { port: 9, host: '' } }, 'ERR_BAD_ADDRESS'],
    [{ listen: { port: -1 } }, 'ERR_BAD_ADDRESS'],
    [{ listen: { port: 9000 }, to: { port: 9000 } }, 'ERR_BAD_ADDRESS'],
    [{ listen: { port: 9000, host: '0.0.0.0' }, to: { port: 9000 } }, 'ERR_BAD_ADDRESS'],
    [{ link: { loss: 1.2 } }, 'ERR_BAD_LINK'],
    [{ link: { cut: 5 } }, 'ERR_BAD_LINK'],
    [{ clients: 0 }, 'ERR_BAD_ARGUMENT'],
    [{ idle: NaN }, 'ERR_BAD_ARGUMENT'],
  ])('refuses %j', async (options, code) => {
    await expect(
      openDatagramRelay({ listen: { port: 0 }, to: { port: 9 }, ...options }),
    ).rejects.toMatchObject({ code });
  });
});
