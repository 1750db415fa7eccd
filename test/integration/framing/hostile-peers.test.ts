/** Peers that mean harm, or speak another protocol, at a server that has honest ones too. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  decodeText,
  encodeFrame,
  encodeText,
  FramedConnection,
} from '../../../src/framing/index.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';
import { collect } from '../../support/garbage.ts';

const MIB = 1024 * 1024;
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Echoes messages to every client; notes with what each connection went out. */
async function echoServer(timeout = PATIENCE) {
  const outcomes: string[] = [];
  const connections: FramedConnection[] = [];
  const server = createServer((socket) => {
    const connection = new FramedConnection(socket);
    connections.push(connection);
    const serve = async (): Promise<void> => {
      try {
        for await (const message of connection.messages({ timeout })) {
          if (message.length > 0) await connection.send(message);
        }
        outcomes.push('end');
      } catch (error) {
        outcomes.push((error as { code?: string }).code ?? String(error));
      } finally {
        await connection.close({ linger: 100 });
      }
    };
    void serve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const honest = new FramedConnection(connect(port, '127.0.0.1'));
  undo.push(() => honest.close());
  const hostile = connect(port, '127.0.0.1');
  hostile.on('error', () => {});
  undo.push(() => hostile.destroy());
  await once(hostile, 'connect');
  return { outcomes, connections, honest, hostile };
}

async function echoes(honest: FramedConnection, word: string): Promise<string> {
  await honest.send(encodeText(word));
  return decodeText((await honest.receive({ timeout: PATIENCE }))!);
}

/** All memory outside the JavaScript heap, and inside, without what is garbage. */
function memory(): number {
  collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (!socket.write(bytes)) await once(socket, 'drain');
}

describe('a server of framed connections', () => {
  it('refuses 4 GiB at their announcement, and serves the others', async () => {
    const { outcomes, honest, hostile } = await echoServer();
    const before = memory();
    hostile.write(Buffer.from('ffffffff', 'hex'));
    hostile.write(Buffer.alloc(MIB));
    await eventually(() => expect(outcomes).toEqual(['ERR_FRAME_TOO_LARGE']));
    expect(await echoes(honest, 'still there?')).toBe('still there?');
    expect(memory() - before).toBeLessThan(50 * MIB);
  });

  it('refuses a browser, whose "GET " is a length of 1.2 GB', async () => {
    const { outcomes, honest, hostile } = await echoServer();
    hostile.write('GET / HTTP/1.1\r\n\r\n');
    await eventually(() => expect(outcomes).toEqual(['ERR_FRAME_TOO_LARGE']));
    expect(await echoes(honest, 'hello')).toBe('hello');
  });

  it('waits no longer than its time-out for the second half of a header', async () => {
    const { outcomes, hostile } = await echoServer(100);
    const closed = once(hostile, 'close');
    hostile.resume().write(Buffer.from([0, 0]));
    await eventually(() => expect(outcomes).toContain('ERR_TIMED_OUT'));
    await closed;
  });

  it('does not set 16 MiB aside for somebody who only announces them', async () => {
    const { outcomes, connections, honest, hostile } = await echoServer();
    const before = memory();
    hostile.write(Buffer.from([1, 0, 0, 0]));
    await eventually(() => {
      expect(connections.map((c) => c.statistics.received.bytes)).toContain(4);
    });
    expect(memory() - before).toBeLessThan(4 * MIB);
    expect(await echoes(honest, 'hello')).toBe('hello');
    hostile.end();
    await eventually(() => expect(outcomes).toEqual(['ERR_FRAME_CUT']));
  });

  it('takes a million empty frames in one write, and serves the others meanwhile', async () => {
    const { outcomes, connections, honest, hostile } = await echoServer();
    const before = memory();
    let peak = 0;
    hostile.write(Buffer.alloc(4_000_000));
    hostile.end(encodeFrame(encodeText('and one more')));
    for (let i = 0; i < 50; i += 1) {
      expect(await echoes(honest, `word ${i}`)).toBe(`word ${i}`);
      peak = Math.max(peak, memory() - before);
    }
    await eventually(() => expect(outcomes).toEqual(['end']));
    const frames = connections.map((connection) => connection.statistics.received.frames);
    expect(frames).toContain(1_000_001);
    expect(peak).toBeLessThan(100 * MIB);
  });

  it('holds a million unread frames off, when nobody receives', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => server.close());
    const hostile = connect((server.address() as AddressInfo).port, '127.0.0.1');
    undo.push(() => hostile.destroy());
    const [socket] = (await once(server, 'connection')) as [Socket];
    const connection = new FramedConnection(socket);
    undo.push(() => connection.close({ linger: 1 }));
    hostile.write(Buffer.alloc(4_000_000));
    await eventually(() => expect(socket.isPaused()).toBe(true));
    // One chunk of 64 KiB holds 16,384 of them; reading stopped behind the first.
    expect(connection.statistics.unread).toBeLessThanOrEqual(16_384);
    for (let i = 0; i < 1_000_000; i += 1) {
      if ((await connection.receive({ timeout: PATIENCE }))?.length !== 0)
        throw new Error(`${i}`);
    }
    expect(connection.statistics).toMatchObject({
      unread: 0,
      received: { frames: 1_000_000 },
    });
  });

  it('survives a peer that sends a long frame byte by byte', async () => {
    const { honest, hostile } = await echoServer();
    const frame = encodeFrame(Buffer.alloc(20_000, 'x'));
    hostile.setNoDelay(true);
    const before = memory();
    for (let at = 0; at < frame.length; at += 1)
      await write(hostile, frame.subarray(at, at + 1));
    let echoed = 0;
    hostile.on('data', (chunk: Buffer) => {
      echoed += chunk.length;
    });
    await eventually(() => expect(echoed).toBe(frame.length));
    expect(memory() - before).toBeLessThan(50 * MIB);
    expect(await echoes(honest, 'hello')).toBe('hello');
  });

  it('survives a peer that resets in the middle of a frame', async () => {
    const { outcomes, honest, hostile } = await echoServer();
    hostile.write(Buffer.from([0, 0, 0, 9, 1]));
    hostile.resetAndDestroy();
    await eventually(() => expect(outcomes.length).toBe(1));
    // Some systems turn the reset into an end; in the middle of a frame that is one as well.
    expect(['ECONNRESET', 'ERR_FRAME_CUT']).toContain(outcomes[0]);
    expect(await echoes(honest, 'hello')).toBe('hello');
  });

  it('gives no error to the process when a peer goes while it is being told things', async () => {
    const { connections, honest, hostile } = await echoServer();
    await eventually(() => expect(connections.length).toBe(2));
    hostile.resetAndDestroy();
    // As a server tells all its clients something: without waiting for each.
    for (let i = 0; i < 1000; i += 1) {
      for (const connection of connections) void connection.send(Buffer.alloc(1000));
    }
    let heard = 0;
    while (heard < 1000) {
      if ((await honest.receive({ timeout: PATIENCE }))?.length === 1000) heard += 1;
    }
    expect(heard).toBe(1000);
  });
});
