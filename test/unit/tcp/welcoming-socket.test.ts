import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { Server, Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Address } from '../../../src/common/index.ts';
import { ConnectionSocket, WelcomingSocket } from '../../../src/tcp/index.ts';
import { needIPv6 } from '../../support/peers.ts';
import {
  connected,
  failureOf,
  FAMILIES,
  freshPath,
  listening,
  misuse,
  pair,
  SOON,
  untilTheEnd,
} from './pair.ts';
import { eventually } from '../../support/eventually.ts';
import { ownPort } from '../../support/sockets.ts';

const HELLO = Buffer.from('hello');

const portOf = (address: Address): number | undefined =>
  'port' in address ? address.port : undefined;

/** How a connection ends that is made and then only listened to. */
async function endOfConnection(to: WelcomingSocket): Promise<unknown> {
  const client = untilTheEnd(new ConnectionSocket());
  const talk = client.connect(to.address, SOON).then(async () => client.recv(10, SOON));
  return talk.then(
    (data) => (data.length === 0 ? 'the end' : data),
    (error: { code?: string }) => error.code,
  );
}

describe('accepting', () => {
  it('passes over a client that has broken off before it was welcomed', async () => {
    const welcomingSocket = await listening();
    const rude = new ConnectionSocket();
    await rude.connect(welcomingSocket.address, SOON);
    rude.reset();
    const polite = await connected(welcomingSocket);
    // Node may have welcomed the rude one before its reset: then its address was known.
    const seen: unknown[] = [];
    while (!seen.some((port) => port === portOf(polite.address))) {
      const { address, connectionSocket } = await welcomingSocket.accept(SOON);
      untilTheEnd(connectionSocket);
      seen.push(portOf(address));
    }
    expect(seen).not.toContain(undefined);
  });

  it('hands out connections in the order in which they came', async () => {
    const welcomingSocket = await listening();
    const clients = [];
    for (let count = 0; count < 4; count += 1)
      clients.push(await connected(welcomingSocket));
    const accepted = [];
    for (const _ of clients) {
      const { connectionSocket, address } = await welcomingSocket.accept(SOON);
      untilTheEnd(connectionSocket);
      expect(address).toEqual(connectionSocket.peerAddress);
      accepted.push(address);
    }
    expect(accepted).toEqual(clients.map((client) => client.address));
  });

  it('serves first whoever has waited longest', async () => {
    const welcomingSocket = await listening();
    const waiting = [welcomingSocket.accept(SOON), welcomingSocket.accept(SOON)];
    const clients = [await connected(welcomingSocket), await connected(welcomingSocket)];
    const accepted = await Promise.all(waiting);
    for (const { connectionSocket } of accepted) untilTheEnd(connectionSocket);
    expect(accepted.map(({ address }) => address)).toEqual(
      clients.map((client) => client.address),
    );
  });

  it('times out, and keeps a client that comes later', async () => {
    const welcomingSocket = await listening();
    await expect(welcomingSocket.accept({ timeout: 5 })).rejects.toMatchObject({
      name: 'TimedOutError',
      message: 'accept: nothing happened within 5 ms',
    });
    const client = await connected(welcomingSocket);
    const { connectionSocket, address } = await welcomingSocket.accept(SOON);
    untilTheEnd(connectionSocket);
    expect(address).toEqual(client.address);
  });

  it('aborts with the signal’s reason, and keeps a client that comes later', async () => {
    const welcomingSocket = await listening();
    const controller = new AbortController();
    const waiting = failureOf(welcomingSocket.accept({ signal: controller.signal }));
    const reason = new Error('Ctrl-C');
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    await connected(welcomingSocket);
    untilTheEnd((await welcomingSocket.accept(SOON)).connectionSocket);
  });

  it('gives a connection of which nothing was lost while it waited', async () => {
    const welcomingSocket = await listening();
    const client = await connected(welcomingSocket);
    await client.sendall(HELLO);
    await client.shutdown();
    await eventually(() => expect(welcomingSocket.queued).toBe(1));
    const { connectionSocket } = await welcomingSocket.accept(SOON);
    untilTheEnd(connectionSocket);
    expect((await connectionSocket.recv(10, SOON)).toString()).toBe('hello');
    expect(await connectionSocket.recv(10, SOON)).toHaveLength(0);
  });
});

describe('a queue that is full', () => {
  it.for(FAMILIES)(
    'turns clients away over $name, and counts them',
    async (family, context) => {
      const welcomingSocket = await listening(family.at(context), { queueLimit: 2 });
      const clients = [
        await connected(welcomingSocket),
        await connected(welcomingSocket),
      ];
      await eventually(() => expect(welcomingSocket.queued).toBe(2));

      // A reset may come before connect has returned. A path has none: the stream ends.
      const sign = family.name === 'a path' ? 'the end' : 'ECONNRESET';
      for (const refused of [1, 2, 3]) {
        expect(await endOfConnection(welcomingSocket)).toBe(sign);
        expect(welcomingSocket).toMatchObject({ queued: 2, refused });
      }

      // Those that wait are served as if nothing had happened, and there is room again.
      for (const client of clients) {
        const { connectionSocket } = await welcomingSocket.accept(SOON);
        untilTheEnd(connectionSocket);
        await connectionSocket.sendall(HELLO);
        expect((await client.recv(10, SOON)).toString()).toBe('hello');
      }
      await connected(welcomingSocket);
      untilTheEnd((await welcomingSocket.accept(SOON)).connectionSocket);
      expect(welcomingSocket.refused).toBe(3);
    },
  );

  it('holds 1024 clients unless told otherwise; the system has its own backlog', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen');
    onTestFinished(() => listen.mockRestore());
    const welcomingSocket = await listening({ path: freshPath() });
    expect(listen.mock.calls[0]![0]).toMatchObject({ backlog: 100 });
    const server = listen.mock.contexts[0] as Server;
    for (let i = 0; i < 1026; i += 1) server.emit('connection', new Socket());
    expect(welcomingSocket).toMatchObject({ queued: 1024, refused: 2 });
  });

  it.each([0, -1, 1.5, Number.NaN])('cannot have a limit of %d', (queueLimit) => {
    expect(() => new WelcomingSocket({ queueLimit })).toThrow(
      expect.objectContaining(misuse('ERR_BAD_ARGUMENT')),
    );
  });
});

describe('addresses', () => {
  it('are those of this machine alone, with a port of the system’s choice', async () => {
    const { address } = await listening({ port: 0 });
    expect(address).toMatchObject({ family: 'IPv4', host: '127.0.0.1' });
    expect((address as { port: number }).port).toBeGreaterThan(0);
  });

  it('may be given by name', async () => {
    const { address } = await listening({ host: 'localhost', port: 0 });
    expect((address as { host: string }).host).toMatch(/^(?:127\.0\.0\.1|::1)$/);
  });

  it('may be of both families at once, unless IPv6 alone is asked for', async (context) => {
    needIPv6(context);
    const both = await listening({ host: '::', port: 0 });
    const { port } = both.address as { port: number };
    await untilTheEnd(new ConnectionSocket()).connect({ port }, SOON);
    const { connectionSocket, address } = await both.accept(SOON);
    untilTheEnd(connectionSocket);
    expect(address).toMatchObject({ family: 'IPv6', host: '::ffff:127.0.0.1' });

    const alone = await listening({ host: '::', port: 0 }, { ipv6Only: true });
    const refused = new ConnectionSocket().connect({
      port: (alone.address as { port: number }).port,
    });
    await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('are a file for a path, which is gone after close', async ({ skip }) => {
    skip(process.platform === 'win32', 'a pipe is not a file');
    const path = freshPath();
    const welcomingSocket = await listening({ path });
    expect(welcomingSocket.address).toEqual({ path });
    expect(existsSync(path)).toBe(true);
    await welcomingSocket.close();
    expect(existsSync(path)).toBe(false);
  });

  it('are a file for a path, which is gone after process.exit', async ({ skip }) => {
    skip(process.platform === 'win32', 'a pipe is not a file');
    const path = freshPath();
    const door = new URL('../../../src/tcp/index.ts', import.meta.url).href;
    const program = `
      import { existsSync } from 'node:fs';
      import { WelcomingSocket } from ${JSON.stringify(door)};
      const path = ${JSON.stringify(path)};
      const welcomingSocket = new WelcomingSocket();
      await welcomingSocket.bind({ path });
      await welcomingSocket.listen(1);
      console.log(existsSync(path));
      process.exit(7);`;
    const node = ['--import', 'tsx', '--input-type=module', '-e', program];
    const child = spawnSync(process.execPath, node, {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(child).toMatchObject({ status: 7, stdout: 'true\n' });
    expect(existsSync(path)).toBe(false);
  });

  it('leave no listener on the process, so that there may be many of them', async () => {
    const before = process.listenerCount('exit');
    const many = await Promise.all(Array.from({ length: 12 }, async () => listening()));
    expect(process.listenerCount('exit')).toBe(before);
    for (const welcomingSocket of many) await welcomingSocket.close();
    const onPath = await listening({ path: freshPath() });
    expect(process.listenerCount('exit')).toBe(before + 1);
    await onPath.close();
    expect(process.listenerCount('exit')).toBe(before);
  });
});

describe('closing', () => {
  it('in the same turn as listen leaves no hook that removes another file later', async () => {
    const path = freshPath();
    const welcomingSocket = new WelcomingSocket();
    const hooks = process.listenerCount('exit');
    await welcomingSocket.bind({ path });
    const opening = welcomingSocket.listen(1);
    process.nextTick(() => void welcomingSocket.close());
    await expect(opening).rejects.toMatchObject(misuse('ERR_SOCKET_CLOSED'));
    expect(process.listenerCount('exit')).toBe(hooks);
    expect(existsSync(path)).toBe(false);
  });

  it('leaves accepted connections alive', async () => {
    const { welcomingSocket, client, server } = await pair();
    await welcomingSocket.close();
    await client.sendall(HELLO);
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
    await server.sendall(HELLO);
    expect((await client.recv(10, SOON)).toString()).toBe('hello');
  });

  it('resets those that nobody has accepted', async () => {
    const welcomingSocket = await listening();
    const client = await connected(welcomingSocket);
    await eventually(() => expect(welcomingSocket.queued).toBe(1));
    await welcomingSocket.close();
    await expect(client.recv(10, SOON)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends those that nobody has accepted, on a path', async () => {
    const welcomingSocket = await listening({ path: freshPath() });
    const client = await connected(welcomingSocket);
    await eventually(() => expect(welcomingSocket.queued).toBe(1));
    await welcomingSocket.close();
    expect(await client.recv(10, SOON)).toHaveLength(0);
  });

  it('rejects whoever waits in accept', async () => {
    const welcomingSocket = await listening();
    const waiting = [
      failureOf(welcomingSocket.accept()),
      failureOf(welcomingSocket.accept()),
    ];
    await welcomingSocket.close();
    for (const failure of await Promise.all(waiting)) {
      expect(failure).toMatchObject({
        ...misuse('ERR_SOCKET_CLOSED'),
        message: 'accept: the welcoming socket is closed',
      });
    }
  });

  it('gives the port back', async () => {
    const first = await listening();
    const address = first.address as { port: number };
    await first.close();
    const second = await listening({ port: address.port });
    expect(second.address).toEqual(address);
  });

  it('may be done twice, and before anything else', async () => {
    const welcomingSocket = new WelcomingSocket();
    await welcomingSocket.close();
    await expect(welcomingSocket.close()).resolves.toBeUndefined();
  });

  it('stops a bind that looks a name up, and a listen under way', async () => {
    const binding = new WelcomingSocket();
    const bound = failureOf(binding.bind({ host: 'localhost', port: 0 }));
    await binding.close();
    expect(await bound).toMatchObject(misuse('ERR_SOCKET_CLOSED'));

    const opening = new WelcomingSocket();
    await opening.bind({ port: 0 });
    const opened = failureOf(opening.listen(1));
    await opening.close();
    expect(await opened).toMatchObject(misuse('ERR_SOCKET_CLOSED'));
  });

  it('happens by itself at the end of its scope, where that is to be had', async () => {
    const welcomingSocket = await listening();
    await welcomingSocket[Symbol.asyncDispose]();
    await expect(welcomingSocket.accept()).rejects.toMatchObject(
      misuse('ERR_SOCKET_CLOSED'),
    );
  });

  it('is what a listen that is given up comes to', async () => {
    const welcomingSocket = new WelcomingSocket();
    await welcomingSocket.bind({ port: 0 });
    const signal = AbortSignal.abort();
    await expect(welcomingSocket.listen(1, { signal })).rejects.toThrow('aborted');
    await expect(welcomingSocket.listen(1)).rejects.toMatchObject(
      misuse('ERR_SOCKET_CLOSED'),
    );
  });
});

describe('misuse', () => {
  it('is an empty host: the system would take it for every address there is', async () => {
    const bound = new WelcomingSocket().bind({ host: '', port: 0 });
    await expect(bound).rejects.toMatchObject(misuse('ERR_BAD_ADDRESS'));
  });

  it('is listen before bind, and accept or address before listen', async () => {
    const welcomingSocket = new WelcomingSocket();
    onTestFinished(async () => welcomingSocket.close());
    const notBound = misuse('ERR_NOT_BOUND');
    await expect(welcomingSocket.listen(1)).rejects.toMatchObject(notBound);
    await expect(welcomingSocket.accept()).rejects.toMatchObject(notBound);
    await welcomingSocket.bind({ port: 0 });
    await expect(welcomingSocket.accept()).rejects.toMatchObject({
      ...notBound,
      message: 'accept: listen first',
    });
    expect(() => welcomingSocket.address).toThrow(expect.objectContaining(notBound));
  });

  it('is a second bind or listen, and the message says where it is already', async () => {
    const welcomingSocket = await listening();
    const again = misuse('ERR_ALREADY_OPEN');
    await expect(welcomingSocket.bind({ port: 0 })).rejects.toMatchObject({
      ...again,
      message: expect.stringMatching(/already listening to 127\.0\.0\.1:[1-9]\d*$/),
    });
    await expect(welcomingSocket.listen(1)).rejects.toMatchObject(again);
  });

  it('is bind, listen or accept of a closed socket', async () => {
    const welcomingSocket = new WelcomingSocket();
    await welcomingSocket.close();
    const closed = misuse('ERR_SOCKET_CLOSED');
    await expect(welcomingSocket.bind({ port: 0 })).rejects.toMatchObject(closed);
    await expect(welcomingSocket.listen(1)).rejects.toMatchObject(closed);
    await expect(welcomingSocket.accept()).rejects.toMatchObject(closed);
  });

  it.each([-1, 65_536, 1.5, Number.NaN, '80' as unknown as number])(
    'is a port of %o',
    async (port) => {
      await expect(new WelcomingSocket().bind({ port })).rejects.toMatchObject(
        misuse('ERR_BAD_ADDRESS'),
      );
    },
  );

  it.each(['', 'a\0b', 'x'.repeat(200)])('is a path of %j', async (path) => {
    await expect(new WelcomingSocket().bind({ path })).rejects.toMatchObject(
      misuse('ERR_BAD_ADDRESS'),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('is a backlog of %d', async (backlog) => {
    const welcomingSocket = new WelcomingSocket();
    await welcomingSocket.bind({ port: 0 });
    await expect(welcomingSocket.listen(backlog)).rejects.toMatchObject(
      misuse('ERR_BAD_ARGUMENT'),
    );
  });
});

describe('what the system refuses', () => {
  it('is a port that another server has; the socket can try again', async () => {
    const first = await listening({ port: await ownPort() });
    const second = new WelcomingSocket();
    onTestFinished(async () => second.close());
    await second.bind(first.address);
    await expect(second.listen(1)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    await second.listen(1);
    expect((second.address as { port: number }).port).toBeGreaterThan(0);
  });

  it('is a path at which there is a file already, and the file stays', async ({
    skip,
  }) => {
    skip(process.platform === 'win32', 'a pipe is not a file');
    const path = freshPath();
    writeFileSync(path, 'not ours');
    const welcomingSocket = new WelcomingSocket();
    await welcomingSocket.bind({ path });
    await expect(welcomingSocket.listen(1)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await welcomingSocket.close();
    expect(existsSync(path)).toBe(true);
  });

  it('is an address that this machine does not have', async () => {
    const welcomingSocket = new WelcomingSocket();
    await welcomingSocket.bind({ host: '192.0.2.1', port: 0 }); // TEST-NET-1, RFC 5737
    await expect(welcomingSocket.listen(1)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
  });

  it('is a host that does not exist', async () => {
    // RFC 2606 promises that no name under .invalid exists.
    const binding = new WelcomingSocket().bind({ host: 'nowhere.invalid', port: 0 });
    await expect(binding).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
    });
  });
});
