/**
 * Answer: A Proxy passes messages on, and that is all. This program sees each message:
 * it counts them, and could look at one, refuse it, or choose who gets it.
 *
 * See:
 *   by way of a Proxy: Echo: Hello There
 */
import { Dealer, Proxy, Reply, Request, Router } from '../../../src/zeromq/index.ts';

const [front, back] = [new Router(), new Dealer()];
await front.bind('tcp://127.0.0.1:*');
await back.bind('tcp://127.0.0.1:*');
const proxy = new Proxy(front, back);
const running = proxy.run();

const client = new Request({ receiveTimeout: 5000 });
client.connect(front.lastEndpoint!);
const server = new Reply({ receiveTimeout: 5000 });
server.connect(back.lastEndpoint!);

await client.send('Hello There');
const [question] = await server.receive();
await server.send(`Echo: ${String(question)}`);
const [answer] = await client.receive();
console.log(`by way of a Proxy: ${String(answer)}`);

for (const socket of [client, server]) socket.close();
proxy.terminate();
await running;
