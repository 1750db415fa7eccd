/**
 * Answer: No. Each direction has its own queue, and nobody takes turns.
 *
 * Both wait for ever only if both send more than the queues hold (a high-water mark at
 * each end, a thousand), and neither receives before it has sent everything.
 * See:
 *   both have sent three, and nobody has received
 *   one has: 1 2 3, the other has: 1 2 3
 */
import { Pair } from '../../../src/zeromq/index.ts';

const options = { receiveTimeout: 5000, sendTimeout: 5000 };
const [one, other] = [new Pair(options), new Pair(options)];
await one.bind('tcp://127.0.0.1:*');
other.connect(one.lastEndpoint!);

for (const socket of [one, other]) {
  for (let count = 1; count <= 3; count += 1) await socket.send(`${count}`);
}
console.log('both have sent three, and nobody has received');

async function three(socket: Pair): Promise<string> {
  const received: string[] = [];
  while (received.length < 3) received.push(String((await socket.receive())[0]));
  return received.join(' ');
}
console.log(`one has: ${await three(one)}, the other has: ${await three(other)}`);
for (const socket of [one, other]) socket.close();
