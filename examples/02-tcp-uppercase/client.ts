/**
 * TCP uppercase: the client.
 *
 * Shows:    First a connection, then data. If nobody is there, connecting
 *           fails and says so: that is the first thing TCP gives you.
 * Lecture:  The TCP client: P2 in docs/lectures.md.
 * Run:      npx tsx examples/02-tcp-uppercase/client.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/server.ts      (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   From Server: MY NAME IS STÅLE
 * Exercise: Stop the server and run the client again. Compare with lesson 01.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { input, program } from '../program.ts';

const { host, port } = program();

const clientSocket = connect(port, host);
await once(clientSocket, 'connect');
const sentence = await input('Input lowercase sentence:');
clientSocket.write(Buffer.from(sentence));

// Simplification: the first piece is treated as the whole answer, and if none
// comes, the client waits for ever. robust-client.ts does better.
clientSocket.once('data', (modifiedSentence) => {
  console.log('From Server:', modifiedSentence.toString());
  clientSocket.end();
});
