/**
 * Answer: Each send waits for the promise of the one before: a chain of promises is a
 * queue.
 *
 * The queue has no limit: a caller that is faster than the socket fills the memory. So
 * its callers should await it too; then each of them has at most one message in the
 * queue.
 * See:
 *   three parts of a program send at once: task 1, task 2, task 3
 */
import { Pull, Push } from '../../../src/zeromq/index.ts';

const manager = new Push();
await manager.bind('tcp://127.0.0.1:*');

let before: Promise<unknown> = Promise.resolve();

function send(task: string): Promise<void> {
  // Whether the one before has failed is the business of its own caller.
  const sent = before.catch(() => {}).then(() => manager.send(task));
  before = sent;
  return sent;
}

const all = Promise.all(['task 1', 'task 2', 'task 3'].map(send)); // nobody is there yet
const worker = new Pull({ receiveTimeout: 5000 });
worker.connect(manager.lastEndpoint!);
await all;

const came: string[] = [];
while (came.length < 3) came.push(String((await worker.receive())[0]));
console.log(`three parts of a program send at once: ${came.join(', ')}`);
for (const socket of [manager, worker]) socket.close();
