/**
 * Answer: Because the manager has its own high-water mark, a thousand, and the kernels
 * at both ends have buffers. They hold many small tasks, however slow a worker is.
 *
 * It is enough if a worker asks for each task (16-zeromq-traps/first-worker.ts): then
 * no task waits at the worker except the one that it works on.
 * See:
 *   a worker with a mark of 1, which reads nothing, was handed 200 of 200 tasks
 */
import { Pull, Push } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';

const manager = new Push({ sendTimeout: 300, linger: 0 });
await manager.bind('tcp://127.0.0.1:*');
const worker = new Pull({ receiveHighWaterMark: 1 });
const joined = nextEvent(manager, 'handshake');
worker.connect(manager.lastEndpoint!);
await joined;

let sent = 0;
while (
  sent < 200 &&
  (await manager.send('a task').then(
    () => true,
    () => false,
  ))
) {
  sent += 1;
}
console.log(
  `a worker with a mark of 1, which reads nothing, was handed ${sent} of 200 tasks`,
);
for (const socket of [worker, manager]) socket.close();
