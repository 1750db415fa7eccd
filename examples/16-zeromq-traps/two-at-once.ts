/**
 * Trap: two sends at once (EBUSY).
 *
 * Shows:    While one send waits for room, a second one is refused: EBUSY.
 *           Otherwise the waiting sends would be an endless queue behind the
 *           queue that has a high-water mark. The same holds for receive.
 * Lecture:  A manager that does not await: Z4 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/two-at-once.ts
 * See:
 *   without await: task 1 waits, task 2 EBUSY, task 3 EBUSY
 *   a worker comes: task 1
 *   with await: task 1, task 2, task 3
 * Exercise: Suppose several parts of a program share one socket. Write a `send`
 *           that any of them may call at any time, and that waits for the one
 *           before.
 */
import { Pull, Push } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5690 });
const address = `tcp://${host}:${port}`;
const TASKS = ['task 1', 'task 2', 'task 3'];

const manager = new Push();
await manager.bind(address); // no worker yet: a send has to wait

// The trap: each send begins before the previous one has ended.
const told = ['task 1 waits'];
const first = manager.send('task 1');
for (const task of TASKS.slice(1)) {
  try {
    await manager.send(task);
  } catch (error) {
    told.push(`${task} ${(error as NodeJS.ErrnoException).code}`);
  }
}
console.log(`without await: ${told.join(', ')}`);

const worker = new Pull();
worker.connect(address);
await first;
console.log(`a worker comes: ${await receive()}`);

// The fix: one after the other. A loop with await is a queue that has an end.
for (const task of TASKS) await manager.send(task);
const arrived = [await receive(), await receive(), await receive()];
console.log(`with await: ${arrived.join(', ')}`);

for (const socket of [manager, worker]) socket.close();

async function receive(): Promise<string> {
  const [task] = await worker.receive();
  return String(task);
}
