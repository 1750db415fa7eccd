/** One connection class over every kind of stream that Node has. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import {
  connect,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeText, encodeText, FramedConnection } from '../../src/framing/index.ts';
import { shortFolder } from '../support/folders.ts';
import { PATIENCE } from '../support/eventually.ts';
import { compiledUrl } from '../support/places.ts';

const WAIT = { timeout: PATIENCE };
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function listening(where: { port: number; host: string } | { path: string }) {
  const server = createServer({ allowHalfOpen: true });
  server.listen(where);
  await once(server, 'listening');
  undo.push(() => server.close());
  return server;
}

/** Both ends of one connection. */
async function pair(server: Server) {
  const address = server.address() as AddressInfo | string;
  const client =
    typeof address === 'string' ? connect(address) : connect(address.port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const ends = [new FramedConnection(client), new FramedConnection(accepted)] as const;
  undo.push(() => Promise.all(ends.map((end) => end.close())));
  return { client: ends[0], server: ends[1], sockets: [client, accepted] as const };
}

async function onTcp() {
  return pair(await listening({ port: 0, host: '127.0.0.1' }));
}

async function onPath() {
  const folder = shortFolder();
  undo.push(() => rmSync(folder, { recursive: true }));
  const windows = process.platform === 'win32';
  return pair(
    await listening({ path: windows ? `\\\\.\\pipe\\${folder}` : join(folder, 's') }),
  );
}

describe.each([
  ['TCP', onTcp],
  ['a Unix-domain path', onPath],
])('over %s', (_, open) => {
  it('every message arrives once, in order, whole', async () => {
    const { client, server } = await open();
    const sizes = Array.from({ length: 3000 }, (__, i) =>
      i % 97 === 0 ? i * 40 : i % 50,
    );
    const sending = client
      .sendMany(
        sizes.map((size, i) => Buffer.alloc(size, i)),
        WAIT,
      )
      .then(() => client.end());
    let count = 0;
    for await (const message of server.messages(WAIT)) {
      const expected = Buffer.alloc(sizes[count]!, count);
      if (!message.equals(expected)) throw new Error(`message ${count} is another`);
      count += 1;
    }
    await sending;
    expect(count).toBe(sizes.length);
    expect(server.statistics.received).toMatchObject({
      frames: client.statistics.sent.frames,
      bytes: client.statistics.sent.bytes,
    });
  });

  it('an answer still arrives when the asker has ended its side', async () => {
    const { client, server } = await open();
    await client.send(encodeText('question'));
    client.end();
    expect(decodeText((await server.receive(WAIT))!)).toBe('question');
    expect(await server.receive(WAIT)).toBeUndefined();
    await server.send(encodeText('answer'));
    await server.close();
    expect(decodeText((await client.receive(WAIT))!)).toBe('answer');
    expect(await client.receive(WAIT)).toBeUndefined();
  });

  it('the last message survives a close with unread bytes behind', async () => {
    const { client, server } = await open();
    // Closing a socket with unread bytes sends a reset, which would overtake the answer.
    const messages = Array.from({ length: 1000 }, () => Buffer.alloc(1000));
    const sending = client.sendMany(messages, WAIT);
    await server.receive(WAIT);
    await server.send(encodeText('enough'));
    const closing = server.close();
    expect(decodeText((await client.receive(WAIT))!)).toBe('enough');
    // What had not left yet is refused: the peer has gone.
    await Promise.allSettled([sending]);
    await client.close();
    await closing;
  });

  it('a reader that does not read slows the sender down, and loses nothing', async () => {
    const { client, server, sockets } = await open();
    const message = Buffer.alloc(100_000);
    const slowed = client.sendMany(
      Array.from({ length: 500 }, () => message),
      { timeout: 300 },
    );
    await expect(slowed).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' });
    expect(sockets[0].writableNeedDrain).toBe(true);
    const { sent } = client.statistics;
    expect(sent.frames).toBeLessThan(500);
    // At most the mark, a chunk, and an unfinished frame lie in our memory.
    expect(server.statistics.received.bytes).toBeLessThan(256 * 1024 + 65_536 + 200_000);
    for (let i = 0; i < sent.frames; i += 1) {
      expect((await server.receive(WAIT))?.length).toBe(message.length);
    }
  });
});

describe('over the pipes of a child process', () => {
  it('messages go in by stdin and come out by stdout', async () => {
    const program = `
      import { FramedConnection } from '${compiledUrl('src/framing/index.ts')}';
      const { stdin: readable, stdout: writable } = process;
      const connection = new FramedConnection({ readable, writable });
      for await (const message of connection) await connection.send(message.reverse());
      await connection.close();
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    undo.push(() => child.kill('SIGKILL'));
    const connection = new FramedConnection({
      readable: child.stdout,
      writable: child.stdin,
    });
    await connection.sendMany(['abc', '', 'x'.repeat(300_000)].map(encodeText), WAIT);
    expect(decodeText((await connection.receive(WAIT))!)).toBe('cba');
    expect((await connection.receive(WAIT))?.length).toBe(0);
    expect((await connection.receive(WAIT))?.length).toBe(300_000);
    connection.end();
    expect(await connection.receive(WAIT)).toBeUndefined();
    const [status] =
      child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    expect(status).toBe(0);
    await connection.close();
  });

  it('a child that is killed is an end, and no crash here', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = new FramedConnection({
      readable: child.stdout,
      writable: child.stdin,
    });
    const sending = connection.sendMany(
      Array.from({ length: 100 }, () => Buffer.alloc(100_000)),
      WAIT,
    );
    child.kill('SIGKILL');
    await expect(sending).rejects.toBeInstanceOf(Error);
    expect(await connection.receive(WAIT)).toBeUndefined();
    await connection.close();
  });
});
