/**
 * UDP uppercase: the client.
 *
 * Shows:    One datagram each way. There is no connection, so nothing tells a
 *           client that its datagram was lost, or that nobody is listening.
 * Lecture:  The UDP client: P1 in docs/lectures.md.
 * Run:      npx tsx examples/01-udp-uppercase/client.ts
 * Partner:  npx tsx examples/01-udp-uppercase/server.ts      (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   MY NAME IS STÅLE
 * Exercise: Stop the server and run the client again. What does the client
 *           find out?
 */
import { createSocket } from 'node:dgram';
import { input, program } from '../program.ts';

const { host, port } = program();

const clientSocket = createSocket('udp4');
const message = await input('Input lowercase sentence:');
clientSocket.send(Buffer.from(message), port, host);

// Simplification: IPv4 only, no check that the datagram could be sent, and no
// end to the wait if no answer comes. robust-client.ts does better.
clientSocket.on('message', (modifiedMessage) => {
  console.log(modifiedMessage.toString());
  clientSocket.close();
});
