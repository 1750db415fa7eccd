/**
 * The backlog: six clients at once.
 *
 * Shows:    Linux connects backlog + 1 of them at once. The others hear nothing
 *           and repeat their first packet after a second: late, not refused.
 *           (Other systems may count differently, or refuse.)
 * Lecture:  listen(backlog): P6 in docs/lectures.md.
 * Run:      npx tsx examples/03-blocking-calls/impatient-clients.ts
 * Partner:  npx tsx examples/03-blocking-calls/busy-server.ts (start it first)
 * See:
 *   connected while the server was busy: <n> of 6
 *   connected in the end: 6 of 6
 * Exercise: The lecture says that the others are refused. Is that what you see?
 */
import { setTimeout } from 'node:timers/promises';
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();

const clients = Array.from({ length: 6 }, () => new ConnectionSocket());
let connected = 0;
const attempts = clients.map(async (client) => {
  await client.connect({ host, port }, { timeout: 20_000 });
  connected += 1;
});

// Connecting takes a fraction of a millisecond on this machine, so a client
// without a connection after a second and a half is waiting for the server.
await setTimeout(1500);
console.log(`connected while the server was busy: ${connected} of 6`);

await Promise.all(attempts);
console.log(`connected in the end: ${connected} of 6`);
await Promise.all(clients.map((client) => client.close()));
