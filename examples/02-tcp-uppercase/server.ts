/**
 * TCP uppercase: the server.
 *
 * Shows:    Two kinds of socket. The welcoming socket waits at the door. Every
 *           client gets a connection socket of its own, which is closed after
 *           one answer; the welcoming socket stays open.
 * Lecture:  The TCP server: P2 in docs/lectures.md.
 * Run:      npx tsx examples/02-tcp-uppercase/server.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Make the server answer each piece as it arrives, until the client
 *           ends. Talk to it with nc, or with a client that sends more than
 *           once.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { program } from '../program.ts';

const { host, port } = program();

const welcomingSocket = createServer();
welcomingSocket.listen(port, host, 1); // a backlog of 1: see lesson 03
await once(welcomingSocket, 'listening');
console.log('The server is ready to receive');

// Simplification: the first piece is treated as the whole sentence, a silent
// client may stay for ever, and a client that resets its connection ends this
// program. robust-server.ts does better; compare the two.
welcomingSocket.on('connection', (connectionSocket) => {
  connectionSocket.once('data', (sentence) => {
    const modifiedSentence = sentence.toString().toUpperCase();
    connectionSocket.end(Buffer.from(modifiedSentence));
  });
});
