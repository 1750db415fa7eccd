/**
 * Answer: Yes: the tasks that had reached the worker and were not done are lost, and
 * nobody knows. A Push learns that a connection has ended, but not what was lost with it.
 *
 * If no task may be lost, have the workers answer, and hand out again what is not
 * answered in time. Then a task may be done twice; lesson 15 shows the numbers that this
 * takes.
 * See:
 *   ten tasks: the first worker has done 1, and ends
 *   one more task: the second worker has done 1
 *   9 of 11 are lost
 */
import { Pull, Push } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';

const manager = new Push({ linger: 0 });
await manager.bind('tcp://127.0.0.1:*');

async function newWorker(): Promise<Pull> {
  const joined = nextEvent(manager, 'handshake');
  const worker = new Pull({ receiveTimeout: 300 });
  worker.connect(manager.lastEndpoint!);
  await joined;
  return worker;
}

const first = await newWorker();
for (let id = 1; id <= 10; id += 1) await manager.send(`${id}`);
await first.receive();
const gone = nextEvent(manager, 'disconnect');
first.close();
await gone;
console.log('ten tasks: the first worker has done 1, and ends');

const second = await newWorker();
await manager.send('11');
let came = 0;
while (await second.receive().catch(() => undefined)) came += 1;
console.log(`one more task: the second worker has done ${came}`);
const lost = 11 - 1 - came;
console.log(`${lost} of 11 are lost`);
for (const socket of [second, manager]) socket.close();
