/**
 * Request and reply: the client binds.
 *
 * Shows:    Who binds and who connects has nothing to do with who asks and who
 *           answers. The side with the well-known address binds: here that is
 *           the client, and each new server connects to it.
 * Lecture:  Either side may bind: Z6 in docs/lectures.md.
 * Run:      npx tsx examples/10-request-reply/binding-client.ts Hello There
 * Partner:  npx tsx examples/10-request-reply/connecting-server.ts
 * See:
 *   Waiting for a server
 *   Received: Echo: Hello There
 * Exercise: Ask in a loop, and start three servers. Which server answers which
 *           question?
 */
import { Request } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, words } = program({ port: 5678, words: 'Hello There' });

const socket = new Request();
await socket.bind(`tcp://${host}:${port}`);
console.log('Waiting for a server');

// Nobody is there yet. A Request does not drop its question: it waits.
await socket.send(words);
const [answer] = await socket.receive();
console.log(`Received: ${String(answer)}`);
socket.close();
