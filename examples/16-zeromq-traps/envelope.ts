/**
 * Trap: the envelope.
 *
 * Shows:    A Request puts an empty part in front of its message, and a Reply
 *           takes it off: between them a Router adds the sender's name. Dealer
 *           and Router hide nothing. If you mix the types, do by hand what the
 *           others do for you, or nobody answers.
 * Lecture:  DEALER and ROUTER, REQ and REP: Z2 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/envelope.ts
 * See:
 *   from a Request the Router gets: [name] [] [hello]
 *   from a Dealer the Router gets: [name] [hello]
 *   from a Dealer the Reply gets: EAGAIN
 *   with an empty part in front: [] [Echo: hello]
 * Exercise: Have the Router answer the Request with [name] [hello]. What does
 *           the Request receive, and when?
 */
import { Dealer, Reply, Request, Router } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5678 });
const routerAddress = `tcp://${host}:${port}`;
const replyAddress = `tcp://${host}:${port + 1}`;
const options = { receiveTimeout: 500, linger: 0 }; // milliseconds

// What a Router sees.
const router = new Router(options);
await router.bind(routerAddress);
const request = new Request(options);
request.connect(routerAddress);
await request.send('hello');
const [name, ...rest] = await router.receive();
console.log(`from a Request the Router gets: ${shown(['name', ...rest])}`);
await router.send([name!, ...rest]); // the envelope back, as it came

const dealer = new Dealer(options);
dealer.connect(routerAddress);
await dealer.send('hello');
const [, ...parts] = await router.receive();
console.log(`from a Dealer the Router gets: ${shown(['name', ...parts])}`);

// The trap: to a Reply, a message without an empty part is not a question, and
// is silently thrown away.
const reply = new Reply(options);
await reply.bind(replyAddress);
const asker = new Dealer(options);
asker.connect(replyAddress);
await asker.send('hello');
const nothing = await reply.receive().catch((error) => error.code);
console.log(`from a Dealer the Reply gets: ${nothing}`);

// The fix: add the empty part by hand.
await asker.send(['', 'hello']);
const [question] = await reply.receive();
await reply.send(`Echo: ${String(question)}`);
console.log(`with an empty part in front: ${shown(await asker.receive())}`);

for (const socket of [router, request, dealer, reply, asker]) socket.close();

function shown(parts: unknown[]): string {
  return parts.map((part) => `[${String(part)}]`).join(' ');
}
