/**
 * Half-close: the client.
 *
 * Shows:    shutdown ends the outgoing stream and leaves the incoming one
 *           open. close would end both.
 * Lecture:  Half-close: P7 in docs/lectures.md.
 * Run:      npx tsx examples/06-nobody-there/half-close-client.ts
 * Partner:  npx tsx examples/06-nobody-there/half-close-server.ts  (first)
 * See:
 *   sent three lines and finished
 *   the answer still arrived: I counted 18 bytes
 * Exercise: Replace shutdown with close. What does each side see?
 */
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();

const clientSocket = new ConnectionSocket();
await clientSocket.connect({ host, port });

for (const line of ['first\n', 'second\n', 'third']) {
  await clientSocket.sendall(Buffer.from(line));
}
await clientSocket.shutdown();
console.log('sent three lines and finished');

const answer = await clientSocket.recvText(1024, { timeout: 5000 });
console.log(`the answer still arrived: ${answer}`);

await clientSocket.close();
