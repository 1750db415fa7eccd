/**
 * Flow control: a sender that knows nothing about its receiver.
 *
 * Shows:    Its window has room for all packets, so it sends them at once. All
 *           of them are acknowledged.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/21-flow-control/careless-sender.ts
 * Partner:  npx tsx examples/21-flow-control/careless-receiver.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 2, 30 euros: sent
 *   packet 3, 40 euros: sent
 *   packet 4, 50 euros: sent
 *   paid 150 euros
 * Exercise: Would more room help? How much is enough for 500 packets that come
 *           faster than they are read?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40, 50];

// Simplification: nothing is lost on the way, so there is no timer.
const socket = createSocket('udp4');
for (const [number, euros] of PAYMENTS.entries()) {
  console.log(`packet ${number}, ${euros} euros: sent`);
  socket.send(`${number} ${euros}`, port, host);
}

socket.on('message', (packet) => {
  if (packet.toString() !== `ACK ${PAYMENTS.length}`) return;
  console.log(`paid ${PAYMENTS.reduce((sum, euros) => sum + euros, 0)} euros`);
  socket.close();
});
