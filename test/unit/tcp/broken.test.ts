/** Connections that break: all that came is received, and then the error or the end. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { explain, formatAddress } from '../../../src/common/index.ts';
import { ConnectionSocket, WelcomingSocket } from '../../../src/tcp/index.ts';
import { bareServer, gone, written } from '../../support/broken.ts';
import { freshPath, pair, SOON, untilTheEnd } from './pair.ts';

const OVER = ['TCP', 'a path'];

async function ends(over = 'TCP'): Promise<{ client: ConnectionSocket; server: Socket }> {
  const { at, accepted } = await bareServer(over === 'TCP' ? undefined : freshPath());
  const client = untilTheEnd(new ConnectionSocket());
  await client.connect(at, SOON);
  return { client, server: await accepted() };
}

/** Everything that `recv` gives, and what it said in the end. */
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

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );

describe('recv gives what came, and then', () => {
  it('the reset behind it', async () => {
    const { client, server } = await ends();
    await written(server, 'partial');
    await gone(server, 'resetAndDestroy');
    expect(await all(client)).toEqual(['partial', 'ECONNRESET']);
  });

  it('the reset before anything', async () => {
    const { client, server } = await ends();
    await gone(server, 'resetAndDestroy');
    expect(await all(client)).toEqual(['', 'ECONNRESET']);
  });

  it.each(OVER)(
    'the reset of a peer that closed on unread bytes, over %s',
    async (over) => {
      const { client, server } = await ends(over);
      await client.sendall(Buffer.alloc(5000));
      await written(server, 'no!');
      await gone(server, 'destroy');
      expect(await all(client)).toEqual(['no!', 'ECONNRESET']);
    },
  );

  it.each(OVER)('the end, over %s, even when we said goodbye first', async (over) => {
    const { client, server } = await ends(over);
    await client.shutdown();
    server.resume();
    await once(server, 'end');
    await written(server, 'late');
    await gone(server, 'destroy');
    expect(await all(client)).toEqual(['late', 'end']);
  });
});

describe('a send that fails', () => {
  it.each(OVER)('failed-send: what had arrived is received, over %s', async (over) => {
    const { client, server } = await ends(over);
    await written(server, Buffer.alloc(100_000, 'x'));
    await gone(server, 'destroy');
    // The first may still be taken; the system hears then that nobody reads it.
    await codeOf(client.sendall(Buffer.from('first')));
    expect(await codeOf(client.sendall(Buffer.from('second')))).toBe('EPIPE');
    expect(await all(client)).toEqual(['x'.repeat(100_000), 'end']);
    expect(await codeOf(client.sendall(Buffer.from('third')))).toBe('EPIPE');
    expect(await codeOf(client.shutdown())).toBe('EPIPE');
  });

  it('while it waits for room leaves what had arrived', async () => {
    const { client, server } = await ends();
    await written(server, 'no!');
    const sending = codeOf(client.sendall(Buffer.alloc(20_000_000)));
    await gone(server, 'resetAndDestroy');
    expect(await sending).toBe('ECONNRESET');
    expect((await all(client))[0]).toBe('no!');
  });

  it('leaves nothing to wait for when it is closed', async () => {
    const { client, server } = await ends();
    await written(server, 'never read');
    await gone(server, 'destroy');
    await codeOf(client.sendall(Buffer.from('first')));
    await codeOf(client.sendall(Buffer.from('second')));
    vi.useFakeTimers({ toFake: ['setTimeout'] }); // nothing is given up
    onTestFinished(() => void vi.useRealTimers());
    await expect(client.close()).resolves.toBeUndefined();
  });
});

describe('an abstract name of Linux', () => {
  it('connects as a path does, and leaves no file', async ({ skip }) => {
    skip(process.platform !== 'linux', 'other systems have no abstract names');
    const path = `\0socketlab-${process.pid}-${Math.random()}`;
    const { client, server, welcomingSocket } = await pair({ path });
    expect(welcomingSocket.address).toEqual({ path });
    expect(formatAddress(client.peerAddress)).toBe(`@${path.slice(1)}`);
    await client.sendall(Buffer.from('hello'));
    expect((await server.recv(10, SOON)).toString()).toBe('hello');
    const second = new WelcomingSocket();
    await second.bind({ path });
    const error = await second.listen(1).catch((reason: unknown) => reason);
    expect(explain(error)).toMatch(
      /^@socketlab-.* is taken: a server listens there\. Stop/,
    );
    await welcomingSocket.close();
    const late = untilTheEnd(new ConnectionSocket());
    const refused = await late.connect({ path }, SOON).catch((reason: unknown) => reason);
    expect(explain(refused)).toMatch(
      /^nothing is listening at @.*Start the server first/,
    );
  });
});
