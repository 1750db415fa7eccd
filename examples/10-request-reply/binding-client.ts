/**
 * Request and reply: the client binds.
 *
 * Shows:    Who binds and who connects has nothing to do with who asks and who
 *           answers. The side whose address is known to all binds: here it is
 *           the client, and a server that is new says: I am here, ask me.
 * Lecture:  Z6, either side may bind.
 * Run:      npx tsx examples/10-request-reply/binding-client.ts Hello There
 * Partner:  npx tsx examples/10-request-reply/connecting-server.ts
 * See:
 *   Whoever wants to answer may come
 *   Received: Echo: Hello There
 * Exercise: Ask in a loop, and start three servers. Who answers which question?
 */
import { Request } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, words } = program({ port: 5678, words: 'Hello There' });

const socket = new Request();
await socket.bind(`tcp://${host}:${port}`);
console.log('Whoever wants to answer may come');

// Nobody is there yet. A Request does not drop its question: it waits.
await socket.send(words);
const [answer] = await socket.receive();
console.log(`Received: ${String(answer)}`);
socket.close();
