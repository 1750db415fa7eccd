/**
 * Answer: No. All it knows is what its own system says, and that is: sent. Only answers
 * tell more, and a program that asks for them is a pinger.
 *
 * A datagram can be lost silently, in a full queue somewhere on the way, and so can the
 * answer: the pinger learns that something arrived, and never that it did not. What does
 * not come back in three seconds counts as lost. Each question has a number: otherwise a
 * late answer would be mistaken for the next one.
 * See:
 *   1: <n>.<n> ms
 *   2: <n>.<n> ms
 *   3: no answer
 *   4: <n>.<n> ms
 *   5: no answer
 *   6: <n>.<n> ms
 *   6 sent, 4 answered, 33 % lost
 *   round trip: min <n>.<n>, avg <n>.<n>, max <n>.<n> ms
 */
import { TimedOutError } from '../../../src/common/index.ts';
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';

const PATIENCE = 3000; // milliseconds
const COUNT = 6;

const server = new DatagramSocket();
const to = await server.bind({ port: 0 });
const echoing = (async () => {
  for (;;) {
    const { data, address } = await server.recvfrom(2048);
    await server.sendto(data, address);
  }
})();
echoing.catch(() => {}); // it ends when its socket is closed

// The third question is lost, and so is the fourth answer.
const link = { delay: 5, drop: [3], dropBack: [4] };
const listen = { host: '127.0.0.1', port: 0 };
const relay = await openDatagramRelay({ listen, to, link });

const client = new DatagramSocket();
const times: number[] = [];
for (let number = 1; number <= COUNT; number += 1) {
  const start = performance.now();
  await client.sendto(Buffer.from(String(number)), relay.address);
  const answered = await hasAnswer(number, start + PATIENCE);
  const time = performance.now() - start;
  if (answered) times.push(time);
  console.log(`${number}: ${answered ? `${time.toFixed(1)} ms` : 'no answer'}`);
}
const lost = Math.round((100 * (COUNT - times.length)) / COUNT);
console.log(`${COUNT} sent, ${times.length} answered, ${lost} % lost`);
const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
const [min, avg, max] = [Math.min(...times), mean, Math.max(...times)].map((time) =>
  time.toFixed(1),
);
console.log(`round trip: min ${min}, avg ${avg}, max ${max} ms`);
await Promise.all([client.close(), server.close(), relay.close()]);

/** Whether the answer with this number comes in time. Late ones do not count. */
async function hasAnswer(number: number, until: number): Promise<boolean> {
  try {
    for (;;) {
      const timeout = Math.max(1, until - performance.now());
      const { data } = await client.recvfrom(2048, { timeout });
      if (Number(data.toString()) === number) return true;
    }
  } catch (error) {
    if (error instanceof TimedOutError) return false;
    throw error;
  }
}
