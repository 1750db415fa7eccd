/**
 * Request and reply: a server that answers once.
 *
 * Shows:    The smallest server there is: one question, one answer, the end.
 *           `close` does not cut the answer off: it is still sent, as long as
 *           the socket lingers, and by default that is for ever.
 * Lecture:  The sockets lecture's server: Z1 (and Z6) in docs/lectures.md.
 * Run:      npx tsx examples/10-request-reply/once.ts
 * Partner:  npx tsx examples/10-request-reply/client.ts Hello There
 * See:
 *   One question, please
 *   Received: Hello There
 * Exercise: Start two clients first, and then this. What happens to the other
 *           client? What if you then start this program again?
 */
import { Reply } from '../engine.ts';
import { program } from '../program.ts';

// Bytes are answered with bytes: a message need not be text.
const ECHO = Buffer.from('Echo: ');

const { host, port } = program({ port: 5678 });

const socket = new Reply();
await socket.bind(`tcp://${host}:${port}`);
console.log('One question, please');

const [message] = await socket.receive();
console.log(`Received: ${String(message)}`);
await socket.send(Buffer.concat([ECHO, message!]));
socket.close();
