/**
 * Answer: One for each round trip: with a delay of 50 ms in each direction, at most ten
 * a second, however fast the line is. (PATIENCE must be longer than that, or everything
 * is sent twice.)
 *
 * With several on their way, the receiver must keep what arrives after a gap until the
 * gap is filled, if it is to show everything in order. The sender must keep all that
 * has not been answered yet.
 * See:
 *   one at a time: 5 messages took 5 round trips or more: true
 *   all on their way: they took less than half of that: true
 */
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';

const DELAY = 50; // milliseconds, each way
const MESSAGES = 5;

const receiver = new DatagramSocket();
const to = await receiver.bind({ port: 0 });
const listen = { host: '127.0.0.1', port: 0 };
const relay = await openDatagramRelay({ listen, to, link: { delay: DELAY } });
const sender = new DatagramSocket();

const answering = answerAll(2 * MESSAGES);
const slow = await roundTrips(1);
const told = `${MESSAGES} messages took ${MESSAGES} round trips or more`;
console.log(`one at a time: ${told}: ${slow >= MESSAGES}`);
const quick = await roundTrips(MESSAGES);
console.log(`all on their way: they took less than half of that: ${quick < slow / 2}`);
await answering;
await Promise.all([sender.close(), receiver.close(), relay.close()]);

async function roundTrips(window: number): Promise<number> {
  const start = performance.now();
  for (let sent = 0; sent < MESSAGES; sent += window) {
    for (let each = 0; each < window; each += 1) {
      await sender.sendto(Buffer.from('message'), relay.address);
    }
    for (let each = 0; each < window; each += 1) {
      await sender.recvfrom(2048, { timeout: 5000 });
    }
  }
  return (performance.now() - start) / (2 * DELAY - 1); // timers may be a moment early
}

async function answerAll(count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) {
    const { address } = await receiver.recvfrom(2048, { timeout: 5000 });
    await receiver.sendto(Buffer.from('got it'), address);
  }
}
