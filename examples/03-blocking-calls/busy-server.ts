/**
 * The backlog: a server that is too busy to accept.
 *
 * Shows:    The kernel makes connections by itself and keeps `backlog` of them
 *           until the program accepts them. Further clients must wait and try
 *           again.
 * Lecture:  listen(backlog): P6 in docs/lectures.md.
 * Run:      npx tsx examples/03-blocking-calls/busy-server.ts
 * Partner:  npx tsx examples/03-blocking-calls/impatient-clients.ts
 * See:
 *   The server is ready, and busy for 3 seconds
 *   Now it accepts
 *   6 clients accepted
 * Exercise: Start it with --backlog 4. How many clients connect at once now?
 */
import { WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const CLIENTS = 6;

const { host, port, backlog } = program({ backlog: 1 });

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host, port });
await welcomingSocket.listen(backlog);
console.log('The server is ready, and busy for 3 seconds');

// Work that never returns to the event loop. Node cannot accept meanwhile, so
// whatever happens now is done by the kernel alone.
const end = Date.now() + 3000;
while (Date.now() < end);

console.log('Now it accepts');
for (let count = 0; count < CLIENTS; count += 1) {
  const { connectionSocket } = await welcomingSocket.accept();
  await connectionSocket.close();
}
console.log(`${CLIENTS} clients accepted`);
await welcomingSocket.close();
