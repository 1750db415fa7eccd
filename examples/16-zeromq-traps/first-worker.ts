/**
 * Trap: the first worker takes everything.
 *
 * Shows:    Push hands out in turns to the workers that are there. A moment
 *           after it has bound that is one, and thousands of tasks fit into
 *           the queue of the first that comes; the second stands idle.
 * Lecture:  Z4, two workers and a manager who hurries.
 * Run:      npx tsx examples/16-zeromq-traps/first-worker.ts
 * See:
 *   at once: the first has 100, the second 0
 *   when both are there: the first has 50, the second 50
 * Exercise: A worker that needs long still gets as much as a quick one. Let
 *           the workers ask for each task instead, with Request. What changes?
 */
import { Pull, Push } from '../engine.ts';
import { nextEvent } from '../next-event.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5690 });
const address = `tcp://${host}:${port}`;
const TASKS = 100;

// The trap: the manager begins as soon as it can.
const eager = await manager();
const [quick, late] = [new Pull(), new Pull()];
quick.connect(address);
await handOut(eager);
late.connect(address);
console.log(`at once: ${await counts(quick, late)}`);
await end(eager, quick, late);

// The fix: wait until as many workers are there as you want to begin with.
const careful = await manager();
const [one, other] = [new Pull(), new Pull()];
const joined = nextEvent(careful, 'handshake', 2);
one.connect(address);
other.connect(address);
await joined;
await handOut(careful);
console.log(`when both are there: ${await counts(one, other)}`);
await end(careful, one, other);

type Worker = InstanceType<typeof Pull>;

async function manager(): Promise<InstanceType<typeof Push>> {
  const socket = new Push({ linger: 0 });
  await socket.bind(address);
  return socket;
}

async function handOut(socket: InstanceType<typeof Push>): Promise<void> {
  for (let id = 1; id <= TASKS; id += 1) await socket.send(`${id}`);
}

async function counts(first: Worker, second: Worker): Promise<string> {
  const of = [await count(first), await count(second)];
  return `the first has ${of[0]}, the second ${of[1]}`;
}

/** What comes until nothing has come for a while. */
async function count(worker: Worker): Promise<number> {
  worker.receiveTimeout = 300; // milliseconds
  let came = 0;
  while (await worker.receive().catch(() => undefined)) came += 1;
  return came;
}

async function end(
  socket: InstanceType<typeof Push>,
  ...workers: Worker[]
): Promise<void> {
  await socket.unbind(address);
  for (const each of [socket, ...workers]) each.close();
}
