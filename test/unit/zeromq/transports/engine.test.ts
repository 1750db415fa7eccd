/** A connection whose other end does not read. */
import type * as net from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { Options } from '../../../../src/zeromq/base/options.ts';
import { encodeGreeting } from '../../../../src/zeromq/index.ts';
import { WirePipe } from '../../../../src/zeromq/pipes/wire-pipe.ts';
import { Engine, type EngineOwner } from '../../../../src/zeromq/transports/engine.ts';
import { commandFrame } from '../../../../src/zeromq/zmtp/mechanisms/mechanism.ts';
import { NullMechanism } from '../../../../src/zeromq/zmtp/mechanisms/null.ts';

/** Takes one write, and never says that it is through with it. */
class Deaf extends Duplex {
  override _write(): void {}
  override _read(): void {}
  destroySoon(): void {
    this.destroy();
  }
  unref(): this {
    return this;
  }
}

it('does not hold endless answers to PINGs for a peer that never reads them', async () => {
  const deaf = new Deaf();
  const options = new Options();
  const host = { options, filter: () => true, readable: () => {}, writable: () => {} };
  let lost = false;
  const owner: EngineOwner = {
    options,
    type: 'PULL',
    mechanism: () =>
      new NullMechanism(new Map([['Socket-Type', Buffer.from('PULL')]]), false),
    ask: () => {},
    ready: () => new WirePipe(host),
    subscription: () => true,
    arrived: () => {},
    writable: () => {},
    gone: () => {
      lost = true;
    },
  };
  const engine = new Engine(deaf as unknown as net.Socket, owner);
  engine.start();
  const greeting = encodeGreeting({
    major: 3,
    minor: 1,
    mechanism: 'NULL',
    asServer: false,
  });
  const metadata = new Map([['Socket-Type', Buffer.from('PUSH')]]);
  deaf.push(Buffer.concat([greeting, commandFrame({ name: 'READY', metadata })]));
  const ping = commandFrame({ name: 'PING', timeToLive: 0, context: Buffer.alloc(16) });
  // Each is answered with 23 bytes: 2.3 MB, if they were all kept.
  deaf.push(Buffer.concat(Array.from({ length: 100_000 }, () => ping)));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(deaf.readableLength).toBe(0);
  expect(deaf.writableLength).toBeGreaterThan(1_000_000);
  expect(deaf.writableLength).toBeLessThan(1_100_000);
  engine.destroy();
  await expect.poll(() => lost).toBe(true);
});
