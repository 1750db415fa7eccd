/** A peer that breaks off: every message that had arrived is received, whatever was sent. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { Pair } from '../../../../src/zeromq/index.ts';
import { encodeFrame, encodeGreeting } from '../../../../src/zeromq/zmtp/index.ts';
import { commandFrame } from '../../../../src/zeromq/zmtp/mechanisms/mechanism.ts';
import { bareServer, gone, written } from '../../../support/broken.ts';

const HELLO = Buffer.concat([
  encodeGreeting({ major: 3, minor: 1, mechanism: 'NULL', asServer: false }),
  commandFrame({
    name: 'READY',
    metadata: new Map([['Socket-Type', Buffer.from('PAIR')]]),
  }),
]);
const NUMBERS = Array.from({ length: 100 }, (_, i) => `message ${i}`);
const MESSAGES = NUMBERS.map((text) =>
  encodeFrame({ command: false, more: false, body: Buffer.from(text) }),
);

describe.each(['destroy', 'resetAndDestroy'] as const)(
  'a peer that ends by %s',
  (how) => {
    it('has its messages received, even when sends and heartbeats fail', async () => {
      const { at, accepted } = await bareServer();
      const socket = new Pair({
        receiveHighWaterMark: 1,
        heartbeatInterval: 5,
        heartbeatTimeout: 60_000,
        linger: 0,
      });
      onTestFinished(() => {
        socket.close();
      });
      socket.connect(`tcp://127.0.0.1:${(at as { port: number }).port}`);
      const peer = await accepted();
      await written(peer, Buffer.concat([HELLO, ...MESSAGES]));
      const got = [String((await socket.receive())[0])];
      await gone(peer, how);
      for (let i = 0; i < 3; i += 1) await socket.send('to nobody');
      while (got.length < NUMBERS.length) got.push(String((await socket.receive())[0]));
      expect(got).toEqual(NUMBERS);
    });
  },
);
