import { spawn } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConnectionSocket } from '../../../src/tcp/index.ts';
import { bareServer } from '../../support/broken.ts';
import {
  connected,
  failureOf,
  FAMILIES,
  freePort,
  freshPath,
  listening,
  misuse,
  pair,
  receiveAll,
  SOON,
  untilTheEnd,
} from './pair.ts';

const HELLO = Buffer.from('hello');

/** Node's own sockets beneath those that servers get from now on. */
function socketsOfServers(): Socket[] {
  const raw: Socket[] = [];
  const note = (message: unknown): void => {
    raw.push((message as { socket: Socket }).socket);
  };
  channel('net.server.socket').subscribe(note);
  onTestFinished(() => {
    channel('net.server.socket').unsubscribe(note);
  });
  return raw;
}

/** Everything that recvText gives until the peer's end, call by call. */
async function receiveTexts(
  socket: ConnectionSocket,
  bufsize: number,
): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const text = await socket.recvText(bufsize, SOON);
    if (text === '') return texts;
    texts.push(text);
  }
}

/** Bytes of which any two places look different, so that a mistake in order shows. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4)
    bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  return bytes;
}

describe('sending and receiving', () => {
  it.for(FAMILIES)('works both ways over $name', async ({ at }, context) => {
    const { client, server } = await pair(at(context));
    await client.sendall(HELLO);
    expect((await server.recv(1024, SOON)).toString()).toBe('hello');
    await server.sendall(Buffer.from('HELLO'));
    expect((await client.recv(1024, SOON)).toString()).toBe('HELLO');
  });

  it('keeps for the next recv what one has left', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    const pieces = [];
    for (const size of [2, 2, 10])
      pieces.push((await server.recv(size, SOON)).toString());
    expect(pieces).toEqual(['he', 'll', 'o']);
  });

  it('has no messages: two sendall may be one recv', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    await client.sendall(HELLO);
    await client.shutdown();
    expect((await receiveAll(server)).toString()).toBe('hellohello');
  });

  it('makes no bytes of none', async () => {
    const { client, server } = await pair();
    expect(await client.send(Buffer.alloc(0))).toBe(0);
    await client.sendall(Buffer.alloc(0));
    await client.sendall(HELLO);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
  });

  it('may send less than all, and says how much', async () => {
    const { client, server } = await pair();
    const all = pattern(1_000_000);
    const receiving = receiveAll(server);
    let sent = 0;
    let calls = 0;
    while (sent < all.length) {
      const more = await client.send(all.subarray(sent));
      expect(more).toBeGreaterThan(0);
      sent += more;
      calls += 1;
    }
    await client.shutdown();
    expect(calls).toBeGreaterThan(1);
    expect((await receiving).equals(all)).toBe(true);
  });

  it('sends all with sendall to a reader that takes little at a time', async () => {
    const { client, server } = await pair();
    const all = pattern(4_000_000);
    const sending = client.sendall(all).then(async () => client.shutdown());
    const pieces: Buffer[] = [];
    for (;;) {
      const piece = await server.recv(1000, SOON);
      if (piece.length === 0) break;
      pieces.push(piece);
    }
    await sending;
    expect(pieces.length).toBeGreaterThanOrEqual(4000);
    expect(Buffer.concat(pieces).equals(all)).toBe(true);
  });

  it('goes on both ways at once', async () => {
    const { client, server } = await pair();
    const all = pattern(2_000_000);
    const [there, back] = await Promise.all([
      receiveAll(server),
      receiveAll(client),
      client.sendall(all).then(async () => client.shutdown()),
      server.sendall(all).then(async () => server.shutdown()),
    ]);
    expect(there.equals(all)).toBe(true);
    expect(back.equals(all)).toBe(true);
  });
});

describe('before somebody calls recv', () => {
  it('reads nothing from the network', async () => {
    const raw = socketsOfServers();
    const { client, server } = await pair();
    await client.sendall(HELLO);
    await client.shutdown();
    // A whole round trip the other way: by now the bytes have long been there.
    await server.sendall(HELLO);
    await client.recv(10, SOON);
    expect(raw).toHaveLength(1);
    expect(raw[0]!.bytesRead).toBe(0);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
  });

  it('reads no more than a little ahead, once somebody has', async () => {
    const raw = socketsOfServers();
    const { client, server } = await pair();
    const sending = client.sendall(Buffer.alloc(2_000_000));
    await server.recv(1, SOON);
    for (const _ of [1, 2, 3]) await answeredByNow(client, server);
    expect(raw[0]!.bytesRead).toBeLessThan(300_000);
    await client.shutdown();
    await Promise.all([receiveAll(server), sending]);
  });

  it('makes a sender wait that sends more than the system holds', async () => {
    const { client, server } = await pair();
    const all = Buffer.alloc(32_000_000, 'x');
    let sent = false;
    const sending = client.sendall(all).then(() => {
      sent = true;
    });
    // Some bytes come through, so the sender has had its turn.
    expect(await server.recv(1, SOON)).toHaveLength(1);
    expect(sent).toBe(false);
    await answeredByNow(client, server);
    expect(sent).toBe(false);
    const receiving = receiveAll(server);
    await sending;
    await client.shutdown();
    expect(await receiving).toHaveLength(all.length - 1);
  });
});

describe('recvExactly', () => {
  it('takes what is there, and no more', async () => {
    const { client, server } = await pair();
    await client.sendall(Buffer.from('hello world'));
    expect((await server.recvExactly(5, SOON)).toString()).toBe('hello');
    expect((await server.recvExactly(6, SOON)).toString()).toBe(' world');
  });

  it('takes more than Node holds at a time', async () => {
    const { client, server } = await pair();
    const all = pattern(1_000_000);
    await client.sendall(HELLO);
    expect((await server.recv(2, SOON)).toString()).toBe('he');
    const sending = client.sendall(all);
    expect((await server.recvExactly(3, SOON)).toString()).toBe('llo');
    expect((await server.recvExactly(all.length, SOON)).equals(all)).toBe(true);
    await sending;
  });

  it('waits for all the pieces', async () => {
    const { client, server } = await pair();
    const receiving = server.recvExactly(9, SOON);
    for (const piece of ['abc', 'def', 'ghi', 'jkl']) {
      await client.sendall(Buffer.from(piece));
    }
    expect((await receiving).toString()).toBe('abcdefghi');
    expect((await server.recv(10, SOON)).toString()).toBe('jkl');
  });

  it('says how much is missing when the peer ends too early, and loses nothing', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    await client.shutdown();
    await expect(server.recvExactly(8, SOON)).rejects.toMatchObject({
      name: 'PeerError',
      code: 'ERR_STREAM_ENDED',
      message: 'recvExactly(8): the peer finished 3 bytes too early',
    });
    expect((await server.recvExactly(5, SOON)).toString()).toBe('hello');
    await expect(server.recvExactly(1, SOON)).rejects.toMatchObject({
      code: 'ERR_STREAM_ENDED',
    });
    expect(await server.recv(1, SOON)).toHaveLength(0);
  });
});

describe('recvText', () => {
  const NAME = 'Ståle, 3 € 😀!';
  const encoded = Buffer.from(NAME);
  const everyCut = Array.from({ length: encoded.length - 1 }, (_, index) => index + 1);

  it.each([4, 5, 6, 7, 8, 13, encoded.length, 1024])(
    'gives the same text wherever it arrives cut, %i bytes at a time',
    async (bufsize) => {
      const welcomingSocket = await listening();
      for (const cut of everyCut) {
        const client = await connected(welcomingSocket);
        const { connectionSocket } = await welcomingSocket.accept(SOON);
        const server = untilTheEnd(connectionSocket);
        // The second piece leaves only when the first has been looked at.
        await client.sendall(encoded.subarray(0, cut));
        const first = await server.recv(1, SOON);
        const texts = receiveTexts(server, bufsize);
        await client.sendall(encoded.subarray(cut));
        await client.shutdown();
        const received = [first.toString(), ...(await texts)];
        expect(received.join(''), `cut at ${cut}`).toBe(NAME);
        for (const text of received) {
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bufsize);
        }
      }
    },
  );

  it('waits for the rest of a character that is on the way', async () => {
    const { client, server } = await pair();
    const [start, rest] = [encoded.subarray(0, 3), encoded.subarray(3)]; // inside å
    await client.sendall(start);
    const text = server.recvText(1024, SOON);
    await expect(Promise.race([text, answeredByNow(client, server)])).resolves.toBe(
      'now',
    );
    await client.sendall(rest);
    expect(await text).toBe(NAME);
  });

  it('keeps a character whole that bufsize would cut', async () => {
    const { client, server } = await pair();
    await client.sendall(encoded);
    expect(await server.recvText(4, SOON)).toBe('Stå');
    expect(await server.recvText(4, SOON)).toBe('le, ');
    expect(await server.recvText(4, SOON)).toBe('3 ');
  });

  it('gives U+FFFD for a character that the end of the stream cuts', async () => {
    const { client, server } = await pair();
    await client.sendall(encoded.subarray(0, 3));
    await client.shutdown();
    expect((await receiveTexts(server, 1024)).join('')).toBe('St\u{FFFD}');
  });

  it('gives U+FFFD for bytes that are no UTF-8, and goes on', async () => {
    const { client, server } = await pair();
    await client.sendall(Buffer.from([0x61, 0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x62]));
    await client.shutdown();
    const texts = await receiveTexts(server, 4);
    expect(texts.join('')).toBe(`a${'\u{FFFD}'.repeat(6)}b`);
  });

  it('gives the empty string at the end, again and again', async () => {
    const { client, server } = await pair();
    await client.shutdown();
    expect(await server.recvText(4, SOON)).toBe('');
    expect(await server.recvText(4, SOON)).toBe('');
  });

  it('shares the stream with recv and recvExactly', async () => {
    const { client, server } = await pair();
    await client.sendall(Buffer.from('abåcdef'));
    expect((await server.recv(2, SOON)).toString()).toBe('ab');
    expect(await server.recvText(4, SOON)).toBe('åcd');
    expect((await server.recvExactly(2, SOON)).toString()).toBe('ef');
  });

  it.each([0, 1, 2, 3, 4.5])(
    'refuses %d bytes: not every character fits',
    async (size) => {
      const { server } = await pair();
      await expect(server.recvText(size)).rejects.toMatchObject(
        misuse('ERR_BAD_ARGUMENT'),
      );
    },
  );
});

describe('the end of a stream', () => {
  it('is an empty recv, after everything was read, again and again', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    await client.shutdown();
    expect((await server.recv(3, SOON)).toString()).toBe('hel');
    expect((await server.recv(3, SOON)).toString()).toBe('lo');
    for (let time = 0; time < 3; time += 1) {
      expect(await server.recv(3, SOON)).toHaveLength(0);
    }
  });

  it.for(FAMILIES)('leaves the other way open over $name', async ({ at }, context) => {
    const { client, server } = await pair(at(context));
    await client.shutdown();
    expect(await server.recv(10, SOON)).toHaveLength(0);
    await server.sendall(Buffer.from('a late answer'));
    await server.shutdown();
    expect((await receiveAll(client)).toString()).toBe('a late answer');
  });

  it('can be said by the server first', async () => {
    const { client, server } = await pair();
    await server.shutdown();
    expect(await client.recv(10, SOON)).toHaveLength(0);
    await client.sendall(HELLO);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
  });

  it('comes after all that was sent before, even when nobody waited for sendall', async () => {
    const { client, server } = await pair();
    const all = pattern(1_000_000);
    const sending = client.sendall(all);
    const ending = client.shutdown();
    expect((await receiveAll(server)).equals(all)).toBe(true);
    await Promise.all([sending, ending]);
  });

  it('is said once: a second shutdown changes nothing', async () => {
    const { client, server } = await pair();
    await client.shutdown();
    await expect(client.shutdown()).resolves.toBeUndefined();
    expect(await server.recv(10, SOON)).toHaveLength(0);
  });

  it('forbids to send more, and harms nothing that is still to be received', async () => {
    const { client, server } = await pair();
    await client.shutdown();
    for (const attempt of [client.send(HELLO), client.sendall(HELLO)]) {
      await expect(attempt).rejects.toMatchObject(misuse('ERR_SOCKET_CLOSED'));
    }
    await server.sendall(HELLO);
    expect((await client.recv(10, SOON)).toString()).toBe('hello');
  });
});

describe('a connection that breaks', () => {
  it('fails whoever waits in recv, and every later call, with ECONNRESET', async () => {
    const { client, server } = await pair();
    const waiting = failureOf(server.recv(10, SOON));
    client.reset();
    expect(await waiting).toMatchObject({ code: 'ECONNRESET' });
    await expect(server.recv(10)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(server.sendall(HELLO)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(server.send(HELLO)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(server.shutdown()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(server.close()).resolves.toBeUndefined();
  });

  it('is noticed by a recv that begins afterwards', async () => {
    const { client, server } = await pair();
    client.reset();
    await expect(server.recv(10, SOON)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('fails a sendall that waits for the peer', async () => {
    const { client, server } = await pair();
    const sending = failureOf(client.sendall(Buffer.alloc(32_000_000)));
    await server.recv(1, SOON);
    server.reset();
    expect(await sending).toMatchObject({
      code: expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/),
    });
  });

  it('still gives what was received before', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    expect((await server.recv(2, SOON)).toString()).toBe('he');
    const waiting = failureOf(server.recvExactly(10, SOON));
    client.reset();
    expect(await waiting).toMatchObject({ code: 'ECONNRESET' });
    expect((await server.recv(10)).toString()).toBe('llo');
    await expect(server.recv(10)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('is what the peer sees of a close with bytes unread', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    await server.close();
    // The goodbye (FIN) comes first, the reset after it.
    expect(await client.recv(10, SOON)).toHaveLength(0);
    await expect(sendUntilItFails(client)).resolves.toMatchObject({
      code: expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/),
    });
  });

  it('ends, for want of a reset, on a path', async () => {
    const { client, server } = await pair({ path: freshPath() });
    const waiting = server.recv(10, SOON);
    client.reset();
    expect(await waiting).toHaveLength(0);
  });
});

describe('giving up', () => {
  it('times out, and the next recv gets what comes later', async () => {
    const { client, server } = await pair();
    await expect(server.recv(10, { timeout: 5 })).rejects.toMatchObject({
      name: 'TimedOutError',
      message: 'recv(10): nothing happened within 5 ms',
    });
    await client.sendall(HELLO);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
  });

  it('does not, of what came while the process was not running', async () => {
    const { at, accepted } = await bareServer();
    const client = new ConnectionSocket();
    await client.connect(at, SOON);
    onTestFinished(() => client.close());
    const peer = await accepted();
    const receiving = client.recv(10, { timeout: 5 });
    // Written at once. When the process goes on, its timers are the first to be looked at.
    peer.write(HELLO);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    expect((await receiving).toString()).toBe('hello');
  });

  it('aborts with the signal’s reason, and the next recv gets what comes later', async () => {
    const { client, server } = await pair();
    const controller = new AbortController();
    const waiting = failureOf(server.recv(10, { signal: controller.signal }));
    const reason = new Error('Ctrl-C');
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    await client.sendall(HELLO);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
  });

  it('keeps the first bytes when the last of recvExactly do not come', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    await expect(server.recvExactly(6, { timeout: 20 })).rejects.toMatchObject({
      code: 'ERR_TIMED_OUT',
    });
    await client.sendall(Buffer.from('!'));
    expect((await server.recvExactly(6, SOON)).toString()).toBe('hello!');
  });

  it('keeps half a character when the other half does not come', async () => {
    const { client, server } = await pair();
    await client.sendall(Buffer.from([0xc3]));
    await expect(server.recvText(10, { timeout: 20 })).rejects.toMatchObject({
      code: 'ERR_TIMED_OUT',
    });
    await client.sendall(Buffer.from([0xa5]));
    expect(await server.recvText(10, SOON)).toBe('å');
  });

  it('loses nothing to a signal that has aborted before', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    const signal = AbortSignal.abort();
    await expect(server.recv(10, { signal })).rejects.toThrow('aborted');
    await expect(client.sendall(Buffer.from('x'), { signal })).rejects.toThrow('aborted');
    await client.shutdown();
    expect((await receiveAll(server)).toString()).toBe('hello');
  });

  it('times out of a sendall that the peer does not read', async () => {
    const { client } = await pair();
    await expect(
      client.sendall(Buffer.alloc(32_000_000), { timeout: 50 }),
    ).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' });
  });
});

describe('two reads at once', () => {
  it('are one too many, and the first is served all the same', async () => {
    const { client, server } = await pair();
    const first = server.recv(10, SOON);
    for (const second of [server.recv(10), server.recvExactly(1), server.recvText(4)]) {
      await expect(second).rejects.toMatchObject(misuse('ERR_RECV_BUSY'));
    }
    await client.sendall(HELLO);
    expect((await first).toString()).toBe('hello');
    await client.sendall(HELLO);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
  });
});

describe('connecting', () => {
  it('names both ends, the same on either side', async () => {
    const { client, server, address, welcomingSocket } = await pair();
    expect(client.peerAddress).toEqual(welcomingSocket.address);
    expect(server.address).toEqual(welcomingSocket.address);
    expect(server.peerAddress).toEqual(client.address);
    expect(address).toEqual(client.address);
    expect(client.address).toMatchObject({ family: 'IPv4', host: '127.0.0.1' });
  });

  it('gives the nameless client of a path an empty one', async () => {
    const path = freshPath();
    const { client, server, address } = await pair({ path });
    expect(client.peerAddress).toEqual({ path });
    expect(client.address).toEqual({ path: '' });
    expect(server.peerAddress).toEqual({ path: '' });
    expect(address).toEqual({ path: '' });
  });

  it('remembers the addresses when the connection is closed', async () => {
    const { client, welcomingSocket } = await pair();
    const { address } = client;
    await client.close();
    expect(client.address).toEqual(address);
    expect(client.peerAddress).toEqual(welcomingSocket.address);
  });

  it('takes a host by its name', async () => {
    const { address } = await listening();
    const client = untilTheEnd(new ConnectionSocket());
    const { port } = address as { port: number };
    await expect(client.connect({ host: 'localhost', port }, SOON)).resolves.toBe(
      undefined,
    );
  });

  it('fails where nobody listens', async () => {
    const client = new ConnectionSocket();
    await expect(client.connect({ port: await freePort() })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await expect(client.recv(10)).rejects.toMatchObject(misuse('ERR_SOCKET_CLOSED'));
    await expect(client.close()).resolves.toBeUndefined();
  });

  it('fails where there is no such path', async () => {
    const client = new ConnectionSocket();
    await expect(client.connect({ path: freshPath() })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('fails for a host that does not exist', async () => {
    // RFC 2606 promises that no name under .invalid exists.
    const client = new ConnectionSocket();
    await expect(
      client.connect({ host: 'nowhere.invalid', port: 9 }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/) });
  });

  it('is given up when the signal aborts, before or while it is tried', async () => {
    const welcomingSocket = await listening();
    const before = new ConnectionSocket();
    const signal = AbortSignal.abort(new Error('before'));
    await expect(before.connect(welcomingSocket.address, { signal })).rejects.toThrow(
      'before',
    );

    const during = new ConnectionSocket();
    const controller = new AbortController();
    const connecting = failureOf(during.connect(welcomingSocket.address, controller));
    controller.abort(new Error('during'));
    expect(await connecting).toMatchObject({ message: 'during' });
    await expect(during.sendall(HELLO)).rejects.toMatchObject(
      misuse('ERR_SOCKET_CLOSED'),
    );
  });

  it('times out where the backlog is full and nobody takes from it', async ({ skip }) => {
    skip(process.platform !== 'linux', 'other systems refuse instead');
    const port = await busyServer();
    let failure: unknown;
    for (let count = 0; failure === undefined && count < 8; count += 1) {
      const client = untilTheEnd(new ConnectionSocket());
      failure = await failureOf(client.connect({ port }, { timeout: 200 }));
      if (failure === undefined) continue;
      await expect(client.recv(10)).rejects.toMatchObject(misuse('ERR_SOCKET_CLOSED'));
    }
    expect(failure).toMatchObject({
      name: 'TimedOutError',
      message: 'connect: nothing happened within 200 ms',
    });
  });

  it('works with a server that is not ours', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {}); // the test ends by a reset
      socket.end('goodbye');
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const client = untilTheEnd(new ConnectionSocket({ noDelay: true }));
    await client.connect(server.address() as { port: number });
    expect((await receiveAll(client)).toString()).toBe('goodbye');
  });
});

describe('closing', () => {
  it('sends what is still to be sent, and the peer sees the end', async () => {
    const { client, server } = await pair();
    const all = pattern(1_000_000);
    const sending = client.sendall(all);
    const closing = client.close();
    expect((await receiveAll(server)).equals(all)).toBe(true);
    await Promise.all([sending, closing]);
  });

  it('rejects whoever waits in recv', async () => {
    const { client } = await pair();
    const waiting = failureOf(client.recv(10));
    await client.close();
    expect(await waiting).toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });

  it('rejects a connect under way', async () => {
    const welcomingSocket = await listening();
    const client = new ConnectionSocket();
    const connecting = failureOf(client.connect(welcomingSocket.address));
    await client.close();
    expect(await connecting).toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });

  it('waits five seconds at most for a peer that takes nothing, and tells sendall', async () => {
    const { client } = await pair();
    const sending = failureOf(client.sendall(Buffer.alloc(32_000_000)));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const closing = client.close();
    await vi.advanceTimersByTimeAsync(4999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await closing;
    expect(await sending).toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });

  it('may be done twice, before connect, and after a reset', async () => {
    const unused = new ConnectionSocket();
    await unused.close();
    await expect(unused.close()).resolves.toBeUndefined();
    const { client } = await pair();
    client.reset();
    await expect(client.close()).resolves.toBeUndefined();
  });

  it('happens by itself at the end of its scope, where that is to be had', async () => {
    const { client, server } = await pair();
    await client[Symbol.asyncDispose]();
    expect(await server.recv(10, SOON)).toHaveLength(0);
    await expect(client.recv(10)).rejects.toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });
});

describe('giving the stream away', () => {
  it('takes along what was received and not read', async () => {
    const { client, server } = await pair();
    await client.sendall(HELLO);
    await client.shutdown();
    expect((await server.recv(2, SOON)).toString()).toBe('he');
    const stream = server.detach();
    onTestFinished(() => void stream.destroy());
    stream.setEncoding('utf8');
    let text = '';
    for await (const piece of stream) text += String(piece);
    expect(text).toBe('llo');
  });

  it('keeps what came before the peer ended, however late it is asked for', async () => {
    const { client, server } = await pair();
    await client.sendall(Buffer.from('hi and the rest'));
    await client.shutdown();
    // The failed read has seen the end; all 15 bytes still belong to whoever reads next.
    await expect(server.recvExactly(100, SOON)).rejects.toMatchObject({
      code: 'ERR_STREAM_ENDED',
    });
    const stream = server.detach();
    onTestFinished(() => void stream.destroy());
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    await once(stream, 'end');
    expect(Buffer.concat(pieces).toString()).toBe('hi and the rest');
    stream.end('an answer');
    expect((await client.recv(100, SOON)).toString()).toBe('an answer');
  });

  it('closes the socket that gave it, and is refused while somebody reads', async () => {
    const { client, server } = await pair();
    const waiting = server.recv(10, SOON);
    expect(() => server.detach()).toThrow(
      expect.objectContaining(misuse('ERR_RECV_BUSY')),
    );
    await client.sendall(HELLO);
    await waiting;
    const stream = server.detach();
    onTestFinished(() => void stream.destroy());
    await expect(server.recv(10)).rejects.toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });
});

describe('misuse', () => {
  type Call = (socket: ConnectionSocket) => Promise<unknown>;
  const calls: [string, Call][] = [
    ['send', async (socket) => socket.send(HELLO)],
    ['sendall', async (socket) => socket.sendall(HELLO)],
    ['recv', async (socket) => socket.recv(10)],
    ['recvExactly', async (socket) => socket.recvExactly(10)],
    ['recvText', async (socket) => socket.recvText(10)],
    ['shutdown', async (socket) => socket.shutdown()],
    ['reset', async (socket) => socket.reset()],
    ['detach', async (socket) => socket.detach()],
  ];

  it.each(calls)('is %s before connect', async (_, call) => {
    await expect(call(new ConnectionSocket())).rejects.toMatchObject(
      misuse('ERR_NOT_CONNECTED'),
    );
  });

  it.each(calls)('is %s of a closed socket', async (_, call) => {
    const { client } = await pair();
    await client.close();
    await expect(call(client)).rejects.toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });

  it('is asking for an address before connect', () => {
    const socket = new ConnectionSocket();
    const notConnected = expect.objectContaining(misuse('ERR_NOT_CONNECTED'));
    expect(() => socket.address).toThrow(notConnected);
    expect(() => socket.peerAddress).toThrow(notConnected);
  });

  it('is a second connect', async () => {
    const { client, welcomingSocket } = await pair();
    await expect(client.connect(welcomingSocket.address)).rejects.toMatchObject(
      misuse('ERR_ALREADY_OPEN'),
    );
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN, '80' as unknown as number])(
    'is a port of %o',
    async (port) => {
      await expect(new ConnectionSocket().connect({ port })).rejects.toMatchObject(
        misuse('ERR_BAD_ADDRESS'),
      );
    },
  );

  it.each(['', 'a\0b', 'x'.repeat(200)])('is a path of %j', async (path) => {
    await expect(
      new ConnectionSocket().connect({ path }, { timeout: 1000 }),
    ).rejects.toMatchObject(misuse('ERR_BAD_ADDRESS'));
  });

  it.each([0, -1, 1.5, Number.NaN])('is to receive %d bytes', async (size) => {
    const { server } = await pair();
    const bad = misuse('ERR_BAD_ARGUMENT');
    await expect(server.recv(size)).rejects.toMatchObject(bad);
    await expect(server.recvExactly(size)).rejects.toMatchObject(bad);
  });

  it('is text where bytes belong', async () => {
    const { client } = await pair();
    const text = 'text' as unknown as Uint8Array;
    const bad = misuse('ERR_BAD_ARGUMENT');
    await expect(client.send(text)).rejects.toMatchObject(bad);
    await expect(client.sendall(text)).rejects.toMatchObject(bad);
  });

  it('is a time-out of nothing, which leaves the connection as it was', async () => {
    const { client, server } = await pair();
    const bad = misuse('ERR_BAD_ARGUMENT');
    await expect(server.recv(10, { timeout: 0 })).rejects.toMatchObject(bad);
    await expect(client.sendall(HELLO, { timeout: 0 })).rejects.toMatchObject(bad);
    await client.sendall(HELLO);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
  });
});

/** A server with a backlog of 1 that never gets to its event loop; its port. */
async function busyServer(): Promise<number> {
  const program = `
    const server = require('node:net').createServer();
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000);
      process.exit();
    });`;
  const child = spawn(process.execPath, ['-e', program]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(port);
}

/** The error of the first send that fails, which need not be the first send. */
async function sendUntilItFails(socket: ConnectionSocket): Promise<unknown> {
  const start = Date.now();
  while (Date.now() - start < SOON.timeout) {
    const failure = await failureOf(socket.sendall(HELLO));
    if (failure !== undefined) return failure;
  }
  throw new Error('no send failed');
}

/** Resolves after a whole trip the other way, when everything else has had its turn. */
async function answeredByNow(
  client: ConnectionSocket,
  server: ConnectionSocket,
): Promise<string> {
  await server.sendall(HELLO);
  await client.recvExactly(HELLO.length, SOON);
  return 'now';
}
