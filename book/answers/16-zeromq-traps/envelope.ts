/**
 * Answer: Nothing, ever. If an answer does not begin with an empty part, a Request
 * silently throws it away and keeps waiting.
 *
 * See:
 *   answered with [name] [hello]: EAGAIN
 *   answered with [name] [] [hello]: hello
 */
import { Request, Router } from '../../../src/zeromq/index.ts';

const router = new Router();
await router.bind('tcp://127.0.0.1:*');
const request = new Request({ receiveTimeout: 300 });
request.connect(router.lastEndpoint!);

await request.send('hello');
const [name] = await router.receive();
await router.send([name!, 'hello']);
const nothing = await request.receive().catch((error) => error.code);
console.log(`answered with [name] [hello]: ${nothing}`);

await router.send([name!, '', 'hello']);
const [answer] = await request.receive();
console.log(`answered with [name] [] [hello]: ${String(answer)}`);
for (const socket of [request, router]) socket.close();
