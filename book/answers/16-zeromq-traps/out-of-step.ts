/**
 * Answer: Two, like the Request, in the other order: it waits for a question, and then
 * it owes an answer. If it sends first, it gets EFSM; if it receives twice, it waits for
 * its turn, and gets EFSM when its time is up. Nothing is lost.
 *
 * See:
 *   send before receive: EFSM
 *   receive, and receive again: EFSM
 *   the question is still to be answered: Echo: one
 */
import { Reply, Request } from '../../../src/zeromq/index.ts';

const server = new Reply({ sendTimeout: 0, receiveTimeout: 5000 });
await server.bind('tcp://127.0.0.1:*');
const client = new Request({ receiveTimeout: 5000 });
client.connect(server.lastEndpoint!);

const early = await server.send('hello').catch((error) => error.code);
console.log(`send before receive: ${early}`);

await client.send('one');
const [question] = await server.receive();
server.receiveTimeout = 0;
const again = await server.receive().catch((error) => error.code);
console.log(`receive, and receive again: ${again}`);

await server.send(`Echo: ${String(question)}`);
const [answer] = await client.receive();
console.log(`the question is still to be answered: ${String(answer)}`);
for (const socket of [client, server]) socket.close();
