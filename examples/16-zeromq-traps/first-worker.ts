/**
 * Trap: the first worker takes everything.
 *
 * Shows:    Push hands out tasks in turn to the workers that are connected.
 *           Just after it has bound, only one worker is connected, and that
 *           worker's queue has room for thousands of tasks; the second stands
 *           idle.
 * Lecture:  Two workers and a hurried manager: Z4 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/first-worker.ts
 * See:
 *   at once: the first has 100, the second 0
 *   when both are there: the first has 50, the second 50
 * Exercise: A slow worker still gets as many tasks as a fast one. Have the
 *           workers ask for each task instead, with Request. What changes?
 */
import { Pull, Push } from '../engine.ts';
import { nextEvent } from '../next-event.ts';
import { fail, program } from '../program.ts';

const { host, port } = program({ port: 5690 });
const address = `tcp://${host}:${port}`;
const TASKS = 100;

const manager = new Push({ linger: 0 });
await manager.bind(address);

// The trap: the manager begins as soon as it can.
const [quick, late] = [new Pull(), new Pull()];
quick.connect(address);
await handOut(manager);
late.connect(address);
console.log(`at once: ${await counts(quick, late)}`);

const gone = nextEvent(manager, 'disconnect', 2);
for (const each of [quick, late]) each.close();
await gone;

// The fix: wait until all the workers that you want to begin with are there.
const [one, other] = [new Pull(), new Pull()];
const joined = nextEvent(manager, 'handshake', 2);
one.connect(address);
other.connect(address);
await joined;
await handOut(manager);
console.log(`when both are there: ${await counts(one, other)}`);
for (const each of [manager, one, other]) each.close();

type Worker = InstanceType<typeof Pull>;

async function handOut(socket: InstanceType<typeof Push>): Promise<void> {
  for (let id = 1; id <= TASKS; id += 1) await socket.send(`${id}`);
}

/** How many tasks each has when all have arrived. */
async function counts(...workers: [Worker, Worker]): Promise<string> {
  const arrived = [0, 0];
  let all = 0;
  await new Promise<void>((done) => {
    for (const [who, worker] of workers.entries()) {
      work(worker, () => {
        arrived[who]! += 1;
        all += 1;
        if (all === TASKS) done();
      }).catch(fail);
    }
  });
  return `the first has ${arrived[0]}, the second ${arrived[1]}`;
}

/** Until the worker is closed. */
async function work(worker: Worker, done: () => void): Promise<void> {
  for await (const _ of worker) done();
}
