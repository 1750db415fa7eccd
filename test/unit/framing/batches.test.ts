/** Memory that is filled again never changes what is still on its way. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FramedConnection } from '../../../src/framing/index.ts';
import { eventually } from '../../support/eventually.ts';

const MESSAGE = Buffer.alloc(1000, 'm');

/** Takes everything, and notes in whose memory it came. */
class Taker extends Duplex {
  readonly memory: ArrayBufferLike[] = [];
  bytes = 0;
  readonly #late: boolean;
  constructor({ late = false } = {}) {
    super();
    this.#late = late;
  }
  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.memory.push(chunk.buffer);
    this.bytes += chunk.length;
    if (this.#late) setImmediate(done);
    else done();
  }
}

/** A descriptor that nobody has: what a stream of the system looks like. */
const systems = (taker: Taker): Taker => Object.assign(taker, { _handle: { fd: 1e6 } });

async function filled(taker: Taker): Promise<void> {
  const connection = new FramedConnection(taker);
  for (let i = 0; i < 500; i += 1) await connection.send(MESSAGE);
  await eventually(() => expect(taker.bytes).toBe(500 * 1004));
}

describe('a batch of 64 KiB', () => {
  it('is filled again when the system has taken it', async () => {
    const taker = systems(new Taker());
    await filled(taker);
    expect(taker.memory.length).toBeGreaterThan(6);
    expect(new Set(taker.memory).size).toBeLessThan(4);
  });

  it('is filled again when the system has taken it at last', async () => {
    const taker = systems(new Taker({ late: true }));
    await filled(taker);
    expect(taker.memory.length).toBeGreaterThan(6);
    expect(new Set(taker.memory).size).toBeLessThan(4);
  });

  it('is not when another stream has taken it, which may pass it on', async () => {
    const taker = new Taker();
    await filled(taker);
    expect(new Set(taker.memory).size).toBe(taker.memory.length);
  });

  it('carries every message as it was sent, to a peer that reads late', async () => {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const coming = once(server, 'connection') as Promise<[Socket]>;
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const sender = new FramedConnection(client);
    const [socket] = await coming;
    const numbered = function* () {
      for (let i = 0; i < 20_000; i += 1) {
        MESSAGE.writeUInt32BE(i);
        yield MESSAGE;
      }
    };
    const sending = sender.sendMany(numbered());
    await eventually(() => expect(client.writableNeedDrain).toBe(true));
    const receiver = new FramedConnection(socket);
    let next = 0;
    for await (const message of receiver) {
      if (message.length !== 1000 || message.readUInt32BE() !== next) break;
      next += 1;
      if (next === 20_000) break;
    }
    expect(next).toBe(20_000);
    await sending;
    await Promise.all([sender.close(), receiver.close()]);
  });
});
