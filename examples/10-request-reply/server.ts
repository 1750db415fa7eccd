/**
 * Request and reply: the server.
 *
 * Shows:    A Reply socket: bind, and then receive, send, receive, send. No
 *           accept, no connection: it serves everybody who asks, one question
 *           at a time, and remembers whom each answer is for.
 * Lecture:  The server that answers `Echo: …`: Z1 in docs/lectures.md.
 * Run:      npx tsx examples/10-request-reply/server.ts
 * Partner:  npx tsx examples/10-request-reply/client.ts Hello There
 * See:
 *   The server is ready at port <port>
 *   Received: Hello There
 *   …
 *   ^C
 * Exercise: Make this server sleep for ten seconds before each answer, and
 *           start two clients. What does the second one see?
 */
import { Reply } from '../engine.ts';
import { program } from '../program.ts';

// Bytes are answered with bytes: a message need not be text.
const ECHO = Buffer.from('Echo: ');

const { host, port } = program({ port: 5678 });

const socket = new Reply();
await socket.bind(`tcp://${host}:${port}`);
console.log(`The server is ready at port ${port}`);

// A message arrives whole, whatever TCP did with its bytes; and as an array,
// because it may have several parts.
for await (const [message] of socket) {
  console.log(`Received: ${String(message)}`);
  await socket.send(Buffer.concat([ECHO, message!]));
}
