/**
 * Publish and subscribe: one datagram for three subscribers.
 *
 * Shows:    In a multicast group each update is sent once, for all. But it is
 *           UDP: C loses the third datagram. The next one, here a heartbeat of
 *           the publisher, shows C the gap; C asks (NAK), and the publisher
 *           repeats it to the group (RDATA). A and B have it, and drop it.
 * Lecture:  Multicast, pgm: Z7b in docs/lectures.md.
 * Run:      npx tsx examples/11-publish-subscribe/multicast.ts
 * See:
 *   A, B and C have: 1-Update! >> #1
 *   A, B and C have: 1-Update! >> #2
 *   A and B have: 1-Update! >> #3
 *   C has it too
 *   A, B and C have: 1-Update! >> #4
 *   Datagrams: 4 with updates, <n> repeated. Over tcp: 12
 * Exercise: When C has learnt that it lacks #3, it waits for some milliseconds
 *           before it asks. What for?
 */
import { createSocket, type Socket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Publisher, Subscriber } from '../../src/zeromq/index.ts';
import { program } from '../program.ts';

const [ODATA, RDATA] = [4, 5];
const group = '239.192.1.1';
const { host, port } = program({ port: 5680 });
const address = `epgm://${host};${group}:${port}`;

// To count the group's datagrams, this program joins the group too.
const counts: number[] = [];
const ear = createSocket({ type: 'udp4', reuseAddr: true });
ear.bind(port, process.platform === 'win32' ? '0.0.0.0' : group);
await once(ear, 'listening');
ear.addMembership(group, host);
ear.on('message', (datagram) => {
  const type = datagram[4]!;
  counts[type] = (counts[type] ?? 0) + 1;
});

const [a, b] = [await join(), await join()];
subscribe('udp.socket', makeLossy);
const c = await join();
unsubscribe('udp.socket', makeLossy);

const publisher = new Publisher();
await publisher.bind(address);
for (let id = 1; id <= 4; id += 1) {
  await publisher.send(`1-Update! >> #${id}`);
  const [[update]] = [await a.receive(), await b.receive()];
  if (id === 3) console.log(`A and B have: ${String(update)}`);
  const [late] = await c.receive();
  if (id === 3) console.log('C has it too');
  else console.log(`A, B and C have: ${String(late)}`);
}
while (counts[ODATA]! < 4) await once(ear, 'message');
for (const socket of [publisher, a, b, c, ear]) socket.close();
const [sent, again] = [counts[ODATA], counts[RDATA]];
console.log(`Datagrams: ${sent} with updates, ${again} repeated. Over tcp: 12`);

async function join(): Promise<Subscriber> {
  const socket = new Subscriber();
  socket.subscribe('1');
  await socket.bind(address); // or connect: the same here
  return socket;
}

/** What a network does now and then: it loses the third update. */
function makeLossy(message: unknown): void {
  const { socket } = message as { socket: Socket };
  const emit = socket.emit.bind(socket);
  let updates = 0;
  socket.emit = (event: string, ...what: unknown[]): boolean => {
    const isUpdate = event === 'message' && (what[0] as Buffer)[4] === ODATA;
    if (isUpdate) updates += 1;
    return (isUpdate && updates === 3) || emit(event, ...what);
  };
}
