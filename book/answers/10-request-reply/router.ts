/**
 * Answer: The Request put it there: it marks where the addresses end and the message
 * begins. A Reply removes it, a Router shows it.
 *
 * The router.ts of this lesson takes the second part for the message, so with a Request
 * it reads the empty part. It would have to look for the message after the empty part,
 * and send the empty part back as well.
 * See:
 *   3 parts: a name of 5 bytes, "", "Hello There"
 *   with the empty part sent back, client.ts has: Echo: Hello There
 */
import { Request, Router } from '../../../src/zeromq/index.ts';

const router = new Router();
await router.bind('tcp://127.0.0.1:*');
const client = new Request({ receiveTimeout: 5000 }); // as in client.ts
client.connect(router.lastEndpoint!);
await client.send('Hello There');

const parts = await router.receive();
const [name, ...rest] = parts;
const shown = rest.map((part) => JSON.stringify(part.toString())).join(', ');
console.log(`${parts.length} parts: a name of ${name!.length} bytes, ${shown}`);

await router.send([name!, '', `Echo: ${String(rest.at(-1))}`]);
const [answer] = await client.receive();
console.log(`with the empty part sent back, client.ts has: ${String(answer)}`);
for (const socket of [client, router]) socket.close();
