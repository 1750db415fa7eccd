import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  DatagramSocket,
  type DatagramSocketOptions,
  type Received,
} from '../../../src/udp/index.ts';
import { needIPv6 } from '../../support/peers.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';
import { ownPort } from '../../support/sockets.ts';

const reportsRefusal = process.platform === 'linux';

/** No test waits longer than this for a datagram that must come. */
const SOON = { timeout: PATIENCE };

const open: DatagramSocket[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});

function newSocket(options?: DatagramSocketOptions): DatagramSocket {
  const socket = new DatagramSocket(options);
  open.push(socket);
  return socket;
}

async function boundSocket(options?: DatagramSocketOptions): Promise<DatagramSocket> {
  const socket = newSocket(options);
  await socket.bind({ port: 0 });
  return socket;
}

async function receiveText(socket: DatagramSocket): Promise<string> {
  const { data } = await socket.recvfrom(2048, SOON);
  return data.toString();
}

/** Sends, and waits until all of it is in the receiver's queue or was dropped. */
async function fill(
  receiver: DatagramSocket,
  texts: readonly string[],
): Promise<DatagramSocket> {
  const sender = newSocket({ family: receiver.family });
  const before = receiver.queued + receiver.dropped;
  for (const text of texts) await sender.sendto(Buffer.from(text), receiver.address);
  await eventually(() =>
    expect(receiver.queued + receiver.dropped).toBe(before + texts.length),
  );
  return sender;
}

/** A port at which nobody listens: it was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = await boundSocket();
  const { port } = socket.address;
  await socket.close();
  return port;
}

/** Handles the failure now, to be looked at later. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

type Call = (socket: DatagramSocket) => Promise<unknown>;

const misuse = (code: string): object => ({ name: 'MisuseError', code });

describe('sending and receiving', () => {
  it('carries a datagram there, and its answer back to the address it came from', async () => {
    const server = await boundSocket();
    const client = newSocket();
    expect(await client.sendto(Buffer.from('hello'), server.address)).toBe(5);

    const { data, address, truncated } = await server.recvfrom(2048, SOON);
    expect(data.toString()).toBe('hello');
    expect(truncated).toBe(false);
    expect(address).toEqual({
      family: 'IPv4',
      host: '127.0.0.1',
      port: client.address.port,
    });

    await server.sendto(Buffer.from('HELLO'), address);
    expect(await receiveText(client)).toBe('HELLO');
  });

  it('does so over IPv6', async (context) => {
    needIPv6(context);
    const server = await boundSocket({ family: 'IPv6' });
    expect(server.address).toMatchObject({ family: 'IPv6', host: '::1' });
    const client = await fill(server, ['hello']);
    const { data, address } = await server.recvfrom(2048, SOON);
    expect(data.toString()).toBe('hello');
    await server.sendto(data, address);
    expect(await receiveText(client)).toBe('hello');
  });

  it('takes a host by its name', async () => {
    const server = await boundSocket();
    const client = newSocket();
    await client.sendto(Buffer.from('hello'), {
      host: 'localhost',
      port: server.address.port,
    });
    expect(await receiveText(server)).toBe('hello');
  });

  it('keeps the boundaries of datagrams', async () => {
    const server = await boundSocket();
    await fill(server, ['one', 'two', 'three']);
    expect(await receiveText(server)).toBe('one');
    expect(await receiveText(server)).toBe('two');
    expect(await receiveText(server)).toBe('three');
  });

  it('cuts a datagram that is longer than asked for, says so, and loses the rest', async () => {
    const server = await boundSocket();
    await fill(server, ['hello', 'next']);
    const cut = await server.recvfrom(4, SOON);
    expect(cut.data.toString()).toBe('hell');
    expect(cut.truncated).toBe(true);
    expect(await receiveText(server)).toBe('next');
  });

  it('does not call a datagram cut that just fits', async () => {
    const server = await boundSocket();
    await fill(server, ['hello']);
    expect(await server.recvfrom(5, SOON)).toMatchObject({ truncated: false });
  });

  it('takes an empty datagram for a datagram', async () => {
    const server = await boundSocket();
    const client = newSocket();
    expect(await client.sendto(Buffer.alloc(0), server.address)).toBe(0);
    const { data, truncated } = await server.recvfrom(2048, SOON);
    expect(data).toHaveLength(0);
    expect(truncated).toBe(false);
  });

  it('serves first whoever has waited longest', async () => {
    const server = await boundSocket();
    const waiting = [receiveText(server), receiveText(server), receiveText(server)];
    const client = newSocket();
    for (const text of ['one', 'two', 'three']) {
      await client.sendto(Buffer.from(text), server.address);
    }
    expect(await Promise.all(waiting)).toEqual(['one', 'two', 'three']);
  });

  it('lets a client wait for the answer before its first datagram has gone', async () => {
    const server = await boundSocket();
    const client = newSocket();
    const sending = client.sendto(Buffer.from('hello'), server.address);
    expect(client.address.port).toBeGreaterThan(0);
    const answer = receiveText(client);
    await sending;
    const { data, address } = await server.recvfrom(10, SOON);
    await server.sendto(data, address);
    expect(await answer).toBe('hello');
  });
});

describe('a queue that is full', () => {
  it('drops what comes, counts it, and keeps what came before', async () => {
    const server = await boundSocket({ queueLimit: 2 });
    await fill(server, ['one', 'two', 'three', 'four', 'five']);
    expect(server.queued).toBe(2);
    expect(server.dropped).toBe(3);
    expect(await receiveText(server)).toBe('one');
    expect(await receiveText(server)).toBe('two');
    await fill(server, ['six']);
    expect(await receiveText(server)).toBe('six');
    expect(server.dropped).toBe(3);
  });

  it('holds 256 datagrams unless told otherwise', async () => {
    const server = await boundSocket();
    // In two parts: the system's own buffer has its limits too.
    const texts = Array.from({ length: 130 }, (_, index) => String(index));
    await fill(server, texts);
    await fill(server, texts);
    expect(server.queued).toBe(256);
    expect(server.dropped).toBe(4);
  });

  it.each([0, -1, 1.5, Number.NaN])('cannot have a limit of %d', (queueLimit) => {
    expect(() => new DatagramSocket({ queueLimit })).toThrow(
      expect.objectContaining(misuse('ERR_BAD_ARGUMENT')),
    );
  });
});

describe('giving up', () => {
  it('times out, and keeps a datagram that comes later', async () => {
    const server = await boundSocket();
    await expect(server.recvfrom(10, { timeout: 5 })).rejects.toMatchObject({
      name: 'TimedOutError',
      code: 'ERR_TIMED_OUT',
      message: 'recvfrom(10): nothing happened within 5 ms',
    });
    await fill(server, ['late']);
    expect(await receiveText(server)).toBe('late');
  });

  it('aborts with the signal’s reason, and keeps a datagram that comes later', async () => {
    const server = await boundSocket();
    const controller = new AbortController();
    const waiting = server.recvfrom(10, { signal: controller.signal });
    const reason = new Error('Ctrl-C');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await fill(server, ['late']);
    expect(await receiveText(server)).toBe('late');
  });

  it('loses nothing to a signal that has aborted before', async () => {
    const server = await boundSocket();
    await fill(server, ['here']);
    const signal = AbortSignal.abort();
    await expect(server.recvfrom(10, { signal })).rejects.toThrow('aborted');
    expect(await receiveText(server)).toBe('here');
  });

  it.each(['bind', 'connect'] as const)(
    'closes the socket when %s is given up, before it begins',
    async (call) => {
      const socket = newSocket();
      const given = { signal: AbortSignal.abort() };
      await expect(socket[call]({ port: 9 }, given)).rejects.toThrow('aborted');
      await expect(socket[call]({ port: 9 })).rejects.toMatchObject(
        misuse('ERR_SOCKET_CLOSED'),
      );
    },
  );
});

describe('a fixed peer', () => {
  it('is sent to and received from without an address', async () => {
    const server = await boundSocket();
    const client = newSocket();
    await client.connect(server.address);
    expect(await client.send(Buffer.from('hello'))).toBe(5);
    const { data, address } = await server.recvfrom(10, SOON);
    expect(address).toEqual(client.address);
    await server.sendto(data, address);
    expect(await receiveText(client)).toBe('hello');
  });

  it('keeps the datagrams of others out', async () => {
    const [server, stranger, client] = [
      await boundSocket(),
      await boundSocket(),
      newSocket(),
    ];
    await client.connect(server.address);
    await stranger.sendto(Buffer.from('from a stranger'), client.address);
    await server.sendto(Buffer.from('from the peer'), client.address);
    expect(await receiveText(client)).toBe('from the peer');
  });

  it('may be fixed after bind', async () => {
    const [server, client] = [await boundSocket(), await boundSocket()];
    const { address } = client;
    await client.connect(server.address);
    expect(client.address).toEqual(address);
  });

  it('lets recvfrom know that nobody listens there', async ({ skip }) => {
    skip(!reportsRefusal, 'only Linux surely reports it');
    const client = newSocket();
    await client.connect({ port: await freePort() });
    const waiting = client.recvfrom(10, SOON);
    await client.send(Buffer.from('anybody?'));
    await expect(waiting).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('lets the next call know, when nobody waited; the process lives on', async ({
    skip,
  }) => {
    skip(!reportsRefusal, 'only Linux surely reports it');
    const client = newSocket();
    await client.connect({ port: await freePort() });
    // The report comes when the system likes, to whichever call is the next.
    const report = vi.waitFor(
      async () => {
        const refused = await failureOf(client.send(Buffer.from('anybody?')));
        expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
      },
      { interval: 2, timeout: PATIENCE },
    );
    await expect(report).resolves.toBeUndefined();
  });

  it('lets a later recvfrom know, once, and then waits again', async ({ skip }) => {
    skip(!reportsRefusal, 'only Linux surely reports it');
    const client = newSocket();
    await client.connect({ port: await freePort() });
    await client.send(Buffer.from('anybody?'));
    // Two round trips through another socket: by then the report has come.
    const other = await boundSocket();
    for (const text of ['one', 'two']) {
      await fill(other, [text]);
      await receiveText(other);
    }
    await expect(client.recvfrom(10, SOON)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await expect(client.recvfrom(10, { timeout: 5 })).rejects.toMatchObject({
      code: 'ERR_TIMED_OUT',
    });
  });
});

describe('a bind that goes wrong', () => {
  it('takes a send along that was waiting for it', async () => {
    const { port } = (await boundSocket()).address;
    const socket = newSocket();
    const binding = failureOf(socket.bind({ host: 'localhost', port }));
    const sending = failureOf(socket.sendto(Buffer.from('x'), { port }));
    expect(await binding).toMatchObject({ code: 'EADDRINUSE' });
    expect(await sending).toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('an empty host', () => {
  it('is refused: the system would take it for every address there is', async () => {
    const badAddress = misuse('ERR_BAD_ADDRESS');
    const bound = failureOf(newSocket().bind({ host: '', port: 0 }));
    expect(await bound).toMatchObject(badAddress);
    const sent = failureOf(newSocket().sendto(Buffer.from('x'), { host: '', port: 9 }));
    expect(await sent).toMatchObject(badAddress);
  });
});

describe('closing', () => {
  it('rejects whoever waits in recvfrom', async () => {
    const server = await boundSocket();
    const waiting = [server.recvfrom(10), server.recvfrom(10)];
    const outcomes = Promise.allSettled(waiting);
    await server.close();
    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: misuse('ERR_SOCKET_CLOSED') },
      { status: 'rejected', reason: misuse('ERR_SOCKET_CLOSED') },
    ]);
  });

  it('gives the address back: the port can be had again', async () => {
    const port = await ownPort();
    const first = newSocket();
    await first.bind({ port });
    await first.close();
    const second = newSocket();
    expect(await second.bind({ port })).toMatchObject({ port });
  });

  it('may be done twice, and before anything else', async () => {
    const socket = newSocket();
    await socket.close();
    await expect(socket.close()).resolves.toBeUndefined();
  });

  it('rejects a bind under way', async () => {
    const socket = newSocket();
    const failure = failureOf(socket.bind({ port: 0 }));
    await socket.close();
    expect(await failure).toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });

  it('does not call back a datagram that has been sent', async () => {
    const [server, client] = [await boundSocket(), newSocket()];
    const sending = client.sendto(Buffer.from('last words'), server.address);
    await client.close();
    expect(await sending).toBe(10);
    expect(await receiveText(server)).toBe('last words');
  });

  it('tells a send that had not gone yet, and leaves none waiting for ever', async () => {
    const socket = newSocket();
    const failure = failureOf(
      socket.sendto(Buffer.from('x'), { host: 'localhost', port: 9 }),
    );
    await socket.close();
    expect(await failure).toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });

  it('happens by itself at the end of its scope, where that is to be had', async () => {
    const socket = await boundSocket();
    await socket[Symbol.asyncDispose]();
    expect(() => socket.address).toThrow(
      expect.objectContaining(misuse('ERR_SOCKET_CLOSED')),
    );
  });
});

describe('misuse', () => {
  const someAddress = { port: 12_000 };
  const bytes = Buffer.from('x');

  it.each<[string, Call]>([
    ['bind', (socket) => socket.bind({ port: 0 })],
    ['connect', (socket) => socket.connect(someAddress)],
    ['sendto', (socket) => socket.sendto(bytes, someAddress)],
    ['send', (socket) => socket.send(bytes)],
    ['recvfrom', (socket) => socket.recvfrom(10)],
  ])('is %s of a closed socket', async (call, run) => {
    const socket = newSocket();
    await socket.close();
    await expect(run(socket)).rejects.toMatchObject({
      ...misuse('ERR_SOCKET_CLOSED'),
      message: `${call}: the socket is closed`,
    });
  });

  it('is receiving before anybody can know the address', async () => {
    const socket = newSocket();
    await expect(socket.recvfrom(10)).rejects.toMatchObject(misuse('ERR_NOT_BOUND'));
    expect(() => socket.address).toThrow(
      expect.objectContaining(misuse('ERR_NOT_BOUND')),
    );
  });

  it('is receiving while the host of the first datagram is looked up', async () => {
    const socket = newSocket();
    const sending = socket.sendto(bytes, { host: 'localhost', port: await freePort() });
    await expect(socket.recvfrom(10)).rejects.toMatchObject(misuse('ERR_NOT_BOUND'));
    await sending;
    expect(socket.address.port).toBeGreaterThan(0);
  });

  it('is a second bind, one after the other or both at once', async () => {
    const socket = newSocket();
    const first = socket.bind({ port: 0 });
    const again = { timeout: 1000 };
    await expect(socket.bind({ port: 0 }, again)).rejects.toMatchObject(
      misuse('ERR_ALREADY_OPEN'),
    );
    await first;
    await expect(socket.bind({ port: 0 })).rejects.toMatchObject(
      misuse('ERR_ALREADY_OPEN'),
    );
  });

  it('is a bind after the first datagram has given an address', async () => {
    const socket = newSocket();
    await socket.sendto(bytes, { port: await freePort() });
    await expect(socket.bind({ port: 0 })).rejects.toMatchObject(
      misuse('ERR_ALREADY_OPEN'),
    );
  });

  it('is a second connect, and sendto once connected', async () => {
    const socket = newSocket();
    const peer = await boundSocket();
    await socket.connect(peer.address);
    await expect(socket.connect(peer.address)).rejects.toMatchObject(
      misuse('ERR_ALREADY_OPEN'),
    );
    await expect(socket.sendto(bytes, peer.address)).rejects.toMatchObject({
      ...misuse('ERR_ALREADY_OPEN'),
      message: 'sendto: connected: use send(data)',
    });
  });

  it('is send without connect', async () => {
    const socket = await boundSocket();
    await expect(socket.send(bytes)).rejects.toMatchObject(misuse('ERR_NOT_CONNECTED'));
  });

  it.each([-1, 65_536, 1.5, Number.NaN, '80' as unknown as number])(
    'is a port of %o',
    async (port) => {
      const socket = newSocket();
      const bad = misuse('ERR_BAD_ADDRESS');
      await expect(socket.bind({ port })).rejects.toMatchObject(bad);
      await expect(socket.connect({ port })).rejects.toMatchObject(bad);
      await expect(socket.sendto(bytes, { port })).rejects.toMatchObject(bad);
    },
  );

  it('is sending to port 0, which is nobody’s', async () => {
    const socket = newSocket();
    const bad = misuse('ERR_BAD_ADDRESS');
    await expect(socket.sendto(bytes, { port: 0 })).rejects.toMatchObject(bad);
    await expect(socket.connect({ port: 0 })).rejects.toMatchObject(bad);
  });

  it('is an address of the other family', async () => {
    const socket = newSocket();
    const address = { host: '::1', port: 9 };
    const wrong = misuse('ERR_ADDRESS_FAMILY');
    await expect(socket.bind(address)).rejects.toMatchObject(wrong);
    await expect(socket.connect(address)).rejects.toMatchObject(wrong);
    await expect(socket.sendto(bytes, address)).rejects.toMatchObject(wrong);
    const other = newSocket({ family: 'IPv6' });
    await expect(other.bind({ host: '127.0.0.1', port: 0 })).rejects.toMatchObject(wrong);
  });

  it('is text where bytes belong', async () => {
    const socket = await boundSocket();
    const text = 'text' as unknown as Uint8Array;
    const bad = misuse('ERR_BAD_ARGUMENT');
    await expect(socket.sendto(text, someAddress)).rejects.toMatchObject(bad);
    await expect(socket.send(text)).rejects.toMatchObject(bad);
  });

  it.each([0, -1, 1.5, Number.NaN])('is recvfrom(%d)', async (bufsize) => {
    const socket = await boundSocket();
    await expect(socket.recvfrom(bufsize)).rejects.toMatchObject(
      misuse('ERR_BAD_ARGUMENT'),
    );
  });

  it.each([0, -5, Number.NaN])('is a time-out of %d ms', async (timeout) => {
    const socket = await boundSocket();
    await expect(socket.recvfrom(10, { timeout })).rejects.toMatchObject(
      misuse('ERR_BAD_ARGUMENT'),
    );
  });
});

describe('what the system refuses', () => {
  it('is a port that another socket has', async () => {
    const first = await boundSocket();
    const second = newSocket();
    await expect(second.bind(first.address)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    // A failed bind leaves a socket that can still be bound.
    await expect(second.bind({ port: 0 })).resolves.toMatchObject({ family: 'IPv4' });
  });

  it('is not a port that both agree to share', async () => {
    const first = await boundSocket({ reuseAddress: true });
    const second = newSocket({ reuseAddress: true });
    await expect(second.bind(first.address)).resolves.toEqual(first.address);
  });

  it('is an address that this machine does not have', async () => {
    const address = { host: '192.0.2.1', port: 0 }; // TEST-NET-1, RFC 5737
    await expect(newSocket().bind(address)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
  });

  it('is a datagram larger than any can be; the largest arrives', async ({ skip }) => {
    skip(process.platform === 'darwin', 'macOS stops at 9,216 bytes');
    const server = await boundSocket();
    const client = newSocket();
    await expect(
      client.sendto(Buffer.alloc(65_508), server.address),
    ).rejects.toMatchObject({ code: 'EMSGSIZE' });
    expect(await client.sendto(Buffer.alloc(65_507, 7), server.address)).toBe(65_507);
    const received: Received = await server.recvfrom(65_535, SOON);
    expect(received.data).toHaveLength(65_507);
    expect(received.truncated).toBe(false);
  });

  // A resolver that answers nobody makes the system wait.
  // RFC 2606 promises that no name under .invalid exists.
  const nowhere = { host: 'nowhere.invalid', port: 9 };
  it.each<[string, Call]>([
    ['bind', (socket) => socket.bind(nowhere)],
    ['connect', (socket) => socket.connect(nowhere)],
    ['sendto', (socket) => socket.sendto(Buffer.from('x'), nowhere)],
  ])('is a host that does not exist, in %s', async (_, run) => {
    await expect(run(newSocket())).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
    });
  });
});
