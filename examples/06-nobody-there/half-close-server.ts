/**
 * Half-close: the server.
 *
 * Shows:    The client says that it has finished, and still gets its answer. A
 *           connection is two streams, and each ends on its own.
 * Lecture:  Half-close: P7 in docs/lectures.md.
 * Run:      npx tsx examples/06-nobody-there/half-close-server.ts
 * Partner:  npx tsx examples/06-nobody-there/half-close-client.ts
 * See:
 *   The server is ready to count
 *   the client has finished sending: 18 bytes
 * Exercise: Why can this server not answer before the client has finished?
 */
import { WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host, port });
await welcomingSocket.listen(1);
console.log('The server is ready to count');

const { connectionSocket } = await welcomingSocket.accept();
let count = 0;
while (true) {
  const data = await connectionSocket.recv(1024, { timeout: 60_000 });
  if (data.length === 0) break; // the client called shutdown
  count += data.length;
}
console.log(`the client has finished sending: ${count} bytes`);

await connectionSocket.sendall(Buffer.from(`I counted ${count} bytes`));
await connectionSocket.close();
await welcomingSocket.close();
