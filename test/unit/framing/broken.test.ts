/** Framed connections over real sockets that break: what came is received, then the end. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeFrames, FramedConnection } from '../../../src/framing/index.ts';
import { bareServer, gone, written } from '../../support/broken.ts';

async function ends(): Promise<{ connection: FramedConnection; server: Socket }> {
  const { at, accepted } = await bareServer();
  const client = connect(at).pause();
  onTestFinished(() => void client.destroy());
  await once(client, 'connect');
  // Little is read ahead, so that the rest lies in Node and in the system.
  const connection = new FramedConnection(client, { highWaterMark: 1 });
  return { connection, server: await accepted() };
}

/** The numbers of the messages, and how it ended. */
async function all(connection: FramedConnection): Promise<[number[], string]> {
  const numbers: number[] = [];
  try {
    for await (const message of connection) numbers.push(message.readUInt32BE());
    return [numbers, 'end'];
  } catch (error) {
    return [numbers, (error as NodeJS.ErrnoException).code!];
  }
}

const NUMBERS = Array.from({ length: 100 }, (_, i) => i);
const MESSAGES = encodeFrames(
  NUMBERS.map((i) => {
    const message = Buffer.alloc(1000);
    message.writeUInt32BE(i);
    return message;
  }),
);

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );

describe('a framed connection', () => {
  it('gives the messages before a reset, and then the reset', async () => {
    const { connection, server } = await ends();
    await written(server, MESSAGES);
    await gone(server, 'resetAndDestroy');
    expect(await all(connection)).toEqual([NUMBERS, 'ECONNRESET']);
  });

  it('gives them even when the peer closed without reading ours', async () => {
    const { connection, server } = await ends();
    await connection.send(Buffer.alloc(5000));
    await written(server, MESSAGES);
    await gone(server, 'destroy');
    expect(await all(connection)).toEqual([NUMBERS, 'ECONNRESET']);
  });

  it('gives them when a send has failed, and then the end', async () => {
    const { connection, server } = await ends();
    await written(server, MESSAGES);
    await gone(server, 'destroy');
    const more = Buffer.alloc(100_000); // of which the first write takes a part at most
    let code: string | undefined;
    for (let i = 0; i < 100 && code === undefined; i += 1) {
      code = await codeOf(connection.send(more));
    }
    expect(code).toMatch(/^(?:EPIPE|ECONNRESET)$/);
    expect(await all(connection)).toEqual([NUMBERS, 'end']);
    expect(await codeOf(connection.send(more))).toBe(code);
    await connection.close();
  });
});
