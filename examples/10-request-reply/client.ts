/**
 * Request and reply: the client.
 *
 * Shows:    A Request socket sends a question and receives its answer, strictly
 *           in turn. `connect` only notes the address: it does not wait, and
 *           does not fail if nobody is there.
 * Lecture:  The client that sends its words: Z1 in docs/lectures.md.
 * Run:      npx tsx examples/10-request-reply/client.ts Hello There
 * Partner:  npx tsx examples/10-request-reply/server.ts
 * See:
 *   Sent: Hello There
 *   Received: Echo: Hello There
 * Exercise: Ask twice without receiving. The error's name is the lesson;
 *           16-zeromq-traps/out-of-step.ts says what to do.
 */
import { Request } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, words } = program({ port: 5678, words: 'Hello There' });

const socket = new Request();
socket.connect(`tcp://${host}:${port}`);

await socket.send(words);
console.log(`Sent: ${words}`);

const [answer] = await socket.receive();
console.log(`Received: ${String(answer)}`);
socket.close();
