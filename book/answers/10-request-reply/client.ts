/**
 * Answer: EFSM, "the wrong state of its finite state machine": a Request sends,
 * receives, and sends again. The first question is not affected.
 *
 * See:
 *   send, and send again: EFSM
 *   and then receive: Echo: one
 */
import { Reply, Request } from '../../../src/zeromq/index.ts';

const server = new Reply();
await server.bind('tcp://127.0.0.1:*');
const client = new Request({ sendTimeout: 0, receiveTimeout: 5000 });
client.connect(server.lastEndpoint!);

await client.send('one');
const again = await client.send('two').catch((error) => error.code);
console.log(`send, and send again: ${again}`);

const [question] = await server.receive();
await server.send(`Echo: ${String(question)}`);
const [answer] = await client.receive();
console.log(`and then receive: ${String(answer)}`);
for (const socket of [client, server]) socket.close();
