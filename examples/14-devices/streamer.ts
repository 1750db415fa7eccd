/**
 * Devices: the streamer.
 *
 * Shows:    Managers connect to one port, workers to the other. It takes tasks
 *           fairly from all managers, and hands them to all workers in turn:
 *           with one address for each side, any number of them may join.
 * Lecture:  The streamer device, for pipelines: Z8 in docs/lectures.md.
 * Run:      npx tsx examples/14-devices/streamer.ts
 * Partner:  npx tsx examples/12-pipeline/worker.ts --port 5560
 *           npx tsx examples/14-devices/manager.ts
 * See:
 *   Managers at port <port>, workers at port <port>
 *   ^C
 * Exercise: Kill it with kill -9 while tasks are on their way. Which are lost?
 *           What would a worker have to answer, and to whom?
 */
import { Proxy, Pull, Push } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5559 });

const front = new Pull();
const back = new Push();
await front.bind(`tcp://${host}:${port}`);
await back.bind(`tcp://${host}:${port + 1}`);
console.log(`Managers at port ${port}, workers at port ${port + 1}`);

const proxy = new Proxy(front, back);
process.once('exit', () => proxy.terminate());
await proxy.run();
