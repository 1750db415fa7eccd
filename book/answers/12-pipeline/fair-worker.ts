/**
 * Answer: No. A manager that has nothing when its turn comes is skipped: the worker takes
 * what is there.
 *
 * See:
 *   from the fast one: 10 tasks, while the slow one has sent none
 *   and then from the slow one: 1
 */
import { Pull, Push } from '../../../src/zeromq/index.ts';

const worker = new Pull({ receiveTimeout: 5000 });
const [fast, slow] = [new Push(), new Push()];
for (const manager of [fast, slow]) {
  await manager.bind('tcp://127.0.0.1:*');
  worker.connect(manager.lastEndpoint!);
}

for (let id = 1; id <= 10; id += 1) await fast.send(`${id}`);
let came = 0;
for (; came < 10; came += 1) await worker.receive();
console.log(`from the fast one: ${came} tasks, while the slow one has sent none`);
await slow.send('1');
const [task] = await worker.receive();
console.log(`and then from the slow one: ${String(task)}`);
for (const socket of [worker, fast, slow]) socket.close();
