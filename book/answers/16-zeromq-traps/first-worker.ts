/**
 * Answer: Each worker gets the next task when it has done one. The quick worker does
 * most of them, and no task waits at a busy worker. Each task costs a round trip.
 *
 * See:
 *   20 tasks: the quick worker did more than twice as many as the slow one: true
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Request, Router } from '../../../src/zeromq/index.ts';

const TASKS = 20;
const manager = new Router({ receiveTimeout: 5000 });
await manager.bind('tcp://127.0.0.1:*');

async function work(milliseconds: number): Promise<number> {
  const worker = new Request({ receiveTimeout: 5000 });
  worker.connect(manager.lastEndpoint!);
  for (let done = 0; ; done += 1) {
    await worker.send('ready');
    const [task] = await worker.receive();
    if (String(task) === 'the end') {
      worker.close();
      return done;
    }
    await pause(milliseconds);
  }
}

const [quick, slow] = [work(5), work(100)];
for (let id = 1; id <= TASKS + 2; id += 1) {
  const [name] = await manager.receive(); // whoever is ready
  await manager.send([name!, '', id <= TASKS ? `task ${id}` : 'the end']);
}
const more = (await quick) > 2 * (await slow);
console.log(
  `${TASKS} tasks: the quick worker did more than twice as many as the slow one: ${more}`,
);
manager.close();
