/** Nothing is lost that must not be; `npm run soak:zeromq` is the long form. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Pull, Router } from '../../../src/zeromq/index.ts';
import { IN_PEACE, PATIENCE, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import { anyAddress } from '../../support/zeromq-contract.ts';
import {
  killedQueue,
  killedStreamer,
  restart,
  slowReceiver,
  slowSubscriber,
} from '../../support/zeromq-losses.ts';
import { keepSome, untilFull } from '../../support/zeromq-memory.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

async function twoAddresses(): Promise<[string, string]> {
  const port = await ownPort();
  return [`tcp://127.0.0.1:${port}`, `tcp://127.0.0.1:${port + 1}`];
}

describe('nothing is lost', () => {
  it.each([
    ['tcp', 'connects'],
    ['ws', 'connects'],
    ['ipc', 'connects'],
    ['ipc', 'binds'],
  ] as const)(
    'to a slow receiver over %s, though the sender, who %s, closes and ends',
    async (transport, way) => {
      const account = await slowReceiver(programs, anyAddress(transport), 5000, way);
      expect(account).toEqual({
        sent: 5000,
        received: 5000,
        lost: 0,
        gaps: 0,
        disordered: 0,
        senderEnded: true,
      });
    },
  );

  it.each(
    (['tcp', 'ipc', 'ws'] as const).flatMap((transport) =>
      (['exit', 'fail'] as const).flatMap((way) =>
        (['at once', 'connected'] as const).flatMap((when) =>
          [100, 100_000].map((size) => [transport, way, when, size] as const),
        ),
      ),
    ),
  )(
    'over %s when a program ends by %s, %s, after messages of %i bytes',
    async (...row) => {
      const [transport, way, when, size] = row;
      const pull = new Pull({ receiveTimeout: PATIENCE, linger: 0 });
      await pull.bind(anyAddress(transport));
      const program = programs.compiled('test/support/zeromq-worker.ts', [
        way,
        pull.lastEndpoint!,
        '500',
        `${size}`,
        when,
      ]);
      if (when === 'connected') {
        await pull.receive();
        program.type('go on');
      }
      for (let i = 0; i < 500; i += 1) {
        const [message] = await pull.receive();
        expect([message!.length, message!.readUInt32BE()]).toEqual([size, i]);
      }
      pull.close();
      expect((await program.ended()).code).toBe(way === 'exit' ? 0 : 1);
    },
  );

  it('when a program ends in its handshake with a peer that knows it by name already', async () => {
    const router = new Router({ receiveTimeout: PATIENCE, linger: 0 });
    await router.bind(anyAddress('tcp'));
    const known = new Promise((resolve) => router.events.on('handshake', resolve));
    const port = Number(router.lastEndpoint!.split(':').at(-1));
    const GREETING = 64;
    let connections = 0;
    // Of what the router says, the first connection is shown the greeting alone.
    const gate = createServer((client) => {
      connections += 1;
      const server = connect(port, '127.0.0.1').on('error', () => {});
      client.on('error', () => {}).on('close', () => server.destroy());
      client.pipe(server);
      if (connections > 1) server.pipe(client);
      else
        server.once('data', (said: Buffer) => client.write(said.subarray(0, GREETING)));
    });
    gate.listen(0, '127.0.0.1');
    await once(gate, 'listening');
    const { port: front } = gate.address() as AddressInfo;
    const program = programs.compiled('test/support/zeromq-worker.ts', [
      'named',
      `tcp://127.0.0.1:${front}`,
    ]);
    await known;
    program.type('go on');
    expect((await router.receive()).map(String)).toEqual(['ann', 'hello']);
    expect(await program.ended()).toEqual(IN_PEACE);
    router.close();
    gate.close();
  });

  // Windows has no SIGSTOP.
  describe.skipIf(process.platform === 'win32')(
    'to a peer that is stopped (SIGSTOP) when a program ends',
    () => {
      /** 50 MB, more than the kernel holds, to one who is stopped: what the program says is sent. */
      async function stopped(
        transport: 'tcp' | 'ipc' | 'ws',
        way: string,
        linger: number,
      ) {
        const taker = programs.compiled('test/support/zeromq-worker.ts', [
          'take',
          anyAddress(transport),
          '500',
        ]);
        const [, address] = /^at (.*)$/m.exec((await taker.printed(/^at .*\n/)).stdout)!;
        const sender = programs.compiled('test/support/zeromq-worker.ts', [
          way,
          address!,
          '500',
          '100000',
          'connected',
          `${linger}`,
        ]);
        await taker.printed('first');
        taker.signal('SIGSTOP');
        sender.type('go on');
        await sender.printed('sent');
        return { taker, sender };
      }

      it.each(
        (['tcp', 'ipc', 'ws'] as const).flatMap((transport) => [
          [transport, 'close', -1] as const,
          [transport, 'exit', PATIENCE] as const,
        ]),
      )('over %s by %s, with a linger of %i', async (transport, way, linger) => {
        const { taker, sender } = await stopped(transport, way, linger);
        taker.signal('SIGCONT');
        expect(await taker.ended()).toEqual(IN_PEACE);
        expect(taker.stdout).toMatch(/^all$/m);
        expect(await sender.ended()).toEqual(IN_PEACE);
      });

      it.each([
        ['close', 50],
        ['exit', 50],
        ['exit', -1],
      ])(
        'by %s with a linger of %i, but what is left: the program ends',
        async (way, linger) => {
          const { taker, sender } = await stopped('tcp', way, linger);
          expect(await sender.ended()).toEqual(IN_PEACE);
          taker.signal('SIGCONT');
          await taker.kill();
          expect(taker.stdout).not.toMatch(/^all$/m);
        },
      );
    },
  );

  it('when a server is restarted, but what was on its way to it', async () => {
    const { lost, gaps, disordered, received, atOnce, sent } = await restart(10_000);
    expect([received + lost, disordered]).toEqual([sent, 0]);
    expect(gaps).toBeLessThanOrEqual(1);
    expect(lost).toBeLessThanOrEqual(atOnce);
  });

  it('of requests that are asked until they are answered, though the queue is killed', async () => {
    const { asked, answered, wrong } = await killedQueue(
      programs,
      await twoAddresses(),
      2,
    );
    expect([answered, wrong]).toEqual([asked, 0]);
    expect(asked).toBeGreaterThanOrEqual(300);
  });

  it('of a pipeline, but what a killed streamer had in its hands', async () => {
    const account = await killedStreamer(programs, await twoAddresses(), 2);
    expect(account.disordered).toBe(0);
    expect(account.received).toBeGreaterThanOrEqual(300);
    expect(account.gaps).toBeLessThanOrEqual(2);
  });

  it('by a publisher, but what passes its high-water mark; and that it counts', async () => {
    const { sent, received, dropped } = await slowSubscriber(5000);
    expect(received + dropped).toBe(sent);
    expect(dropped).toBeGreaterThan(0);
    expect(received).toBeGreaterThan(1000);
  });
});

describe('memory', () => {
  it('is bounded by the high-water marks', async () => {
    const size = 10_000;
    const { accepted, bytes } = await untilFull(size);
    // Both marks, and what two kernel buffers can hold.
    expect(accepted).toBeGreaterThanOrEqual(1000);
    expect(accepted).toBeLessThan(2000 + 10e6 / size);
    expect(bytes).toBeLessThan(3000 * size);
  });

  it('a small message that is kept does not keep the chunk that it came in', async () => {
    const { kept, bytes } = await keepSome(200_000, 2000);
    expect(kept).toBe(99);
    // Each in a chunk of its own would be 6.5 MB.
    expect(bytes).toBeLessThan(2e6);
  });

  it('two thousand messages of 100 bytes that are kept hold 4 KiB each at most', async () => {
    const { kept, bytes } = await keepSome(200_100, 100, 100);
    expect(kept).toBe(2000);
    expect(bytes).toBeLessThan(2000 * 4096 + 1e6);
  });
});
