/**
 * Request and reply: the server connects.
 *
 * Shows:    The Reply socket of server.ts with `connect` in place of `bind`.
 *           It may be started first: connect keeps trying until somebody is
 *           there.
 * Lecture:  Either side may bind: Z6 in docs/lectures.md.
 * Run:      npx tsx examples/10-request-reply/connecting-server.ts
 * Partner:  npx tsx examples/10-request-reply/binding-client.ts Hello There
 * See:
 *   The server is looking for clients
 *   Received: Hello There
 *   …
 *   ^C
 * Exercise: Connect it to two clients, at ports 5678 and 5679. One socket,
 *           two connections: how does it know where each answer goes?
 */
import { Reply } from '../engine.ts';
import { program } from '../program.ts';

// Bytes are answered with bytes: a message need not be text.
const ECHO = Buffer.from('Echo: ');

const { host, port } = program({ port: 5678 });

const socket = new Reply();
socket.connect(`tcp://${host}:${port}`);
console.log('The server is looking for clients');

for await (const [message] of socket) {
  console.log(`Received: ${String(message)}`);
  await socket.send(Buffer.concat([ECHO, message!]));
}
