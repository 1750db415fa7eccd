/**
 * Transports: one socket, three addresses.
 *
 * Shows:    The address says how messages travel, and nothing else changes in
 *           the program: tcp:// from machine to machine, ipc:// over a path on
 *           one machine, inproc:// within one process, where no byte goes
 *           through the kernel. A socket may have all of them at once.
 * Lecture:  Z7, the transports. The fourth, pgm, is multicast: see
 *           11-publish-subscribe/multicast.ts.
 * Run:      npx tsx examples/13-exclusive-pair/transports.ts
 * See:
 *   Bound to tcp://127.0.0.1:<port>
 *   Bound to ipc://<path>
 *   Bound to inproc://lesson-13
 *   By tcp: Echo: Hello There
 *   By ipc: Echo: Hello There
 *   By inproc: Echo: Hello There
 * Exercise: Give server.ts and client.ts of lesson 10 an ipc:// address. Which
 *           of their lines must change?
 */
import { join } from 'node:path';
import { socketFolder } from '../../src/common/index.ts';
import { Reply, Request } from '../engine.ts';
import { fail, program } from '../program.ts';

const { host, port } = program({ port: 5696 });
const path = join(socketFolder(), `socketlab-${port}-pair`);
const addresses = [
  `tcp://${host}:${port}`,
  `ipc://${path}`,
  'inproc://lesson-13',
];

const server = new Reply();
for (const address of addresses) {
  await server.bind(address);
  console.log(`Bound to ${server.lastEndpoint}`);
}
serve().catch(fail);

for (const address of addresses) {
  const client = new Request();
  client.connect(address);
  await client.send('Hello There');
  const [answer] = await client.receive();
  const [transport] = address.split(':');
  console.log(`By ${transport}: ${String(answer)}`);
  client.close();
}
server.close();

/** Serves all three in turn, and does not know which is which. */
async function serve(): Promise<void> {
  for await (const [message] of server)
    await server.send(`Echo: ${String(message)}`);
}
