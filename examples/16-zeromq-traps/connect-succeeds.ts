/**
 * Trap: connect succeeds where nobody listens.
 *
 * Shows:    `connect` to a port where nobody listens is not an error, and
 *           neither is `send`: the message waits in its queue. The socket
 *           tries again for ever, and a wrong port looks like a slow server.
 * Lecture:  A server that never comes: P7 and Z6 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/connect-succeeds.ts
 * See:
 *   connect: no error
 *   send: no error
 *   an event says: it will try again
 *   immediate queues nothing: EAGAIN
 *   an answer: EAGAIN
 * Exercise: With TCP itself (06-nobody-there/tcp-nobody.ts) connect fails at
 *           once. When do you want which of the two?
 */
import { Push, Request } from '../engine.ts';
import { nextEvent } from '../next-event.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5678 });
const nobody = `tcp://${host}:${port}`;
const options = { sendTimeout: 300, linger: 0 }; // milliseconds

// The trap.
const client = new Request({ ...options, receiveTimeout: 300 });
const retried = nextEvent(client, 'connect:retry');
client.connect(nobody);
console.log('connect: no error');
await client.send('is anybody there?');
console.log('send: no error');

// Three fixes. The first: listen to what the socket does in the background.
await retried;
console.log('an event says: it will try again');

// The second: `immediate` queues only for peers that are really there.
const manager = new Push({ ...options, immediate: true });
manager.connect(nobody);
const sent = await manager.send('a task').catch((error) => error.code);
console.log(`immediate queues nothing: ${sent}`);

// The third, and best: ask, and do not wait for ever. An answer is the only
// proof that somebody is there.
const answer = await client.receive().catch((error) => error.code);
console.log(`an answer: ${answer}`);

for (const socket of [client, manager]) socket.close();
