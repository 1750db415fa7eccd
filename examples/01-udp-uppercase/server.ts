/**
 * UDP uppercase: the server.
 *
 * Shows:    One datagram socket serves everybody. It does not know who is
 *           there: each datagram carries its sender's address, and the answer
 *           goes there.
 * Lecture:  The UDP server: P1 in docs/lectures.md.
 * Run:      npx tsx examples/01-udp-uppercase/server.ts
 * Partner:  npx tsx examples/01-udp-uppercase/client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Start a second server on the same port. Why can there be only one?
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { program } from '../program.ts';

const { host, port } = program();

const serverSocket = createSocket('udp4');
serverSocket.bind(port, host);
await once(serverSocket, 'listening');
console.log('The server is ready to receive');

// Simplification: IPv4 only; a datagram may have any length; one from port 0
// ends this program. robust-server.ts does better; compare the two.
serverSocket.on('message', (message, client) => {
  const modifiedMessage = message.toString().toUpperCase();
  serverSocket.send(Buffer.from(modifiedMessage), client.port, client.address);
});
