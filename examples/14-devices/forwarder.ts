/**
 * Devices: the forwarder.
 *
 * Shows:    Publishers connect to one port, subscribers to the other.
 *           Subscriptions travel through it to the publishers, so they send
 *           the forwarder only what somebody wants.
 * Lecture:  The forwarder device, for updates: Z8 in docs/lectures.md.
 * Run:      npx tsx examples/14-devices/forwarder.ts
 * Partner:  npx tsx examples/14-devices/publisher.ts
 *           npx tsx examples/11-publish-subscribe/subscriber.ts --port 5560
 * See:
 *   Publishers at port <port>, subscribers at port <port>
 *   ^C
 * Exercise: Start two publishers. Does the subscriber know how many there are?
 */
import { Proxy, XPublisher, XSubscriber } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5559 });

const front = new XSubscriber();
const back = new XPublisher();
await front.bind(`tcp://${host}:${port}`);
await back.bind(`tcp://${host}:${port + 1}`);
console.log(`Publishers at port ${port}, subscribers at port ${port + 1}`);

const proxy = new Proxy(front, back);
process.once('exit', () => proxy.terminate());
await proxy.run();
