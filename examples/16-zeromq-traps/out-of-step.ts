/**
 * Trap: out of step (EFSM).
 *
 * Shows:    A Request sends, receives, sends, receives. A program that breaks
 *           the order gets EFSM: the wrong state of the socket's "finite state
 *           machine". The error loses nothing: carry on in the right order.
 * Lecture:  Breaking the order is an error: Z1 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/out-of-step.ts
 * See:
 *   receive before send: EFSM
 *   send, and send again: EFSM
 *   the answer to the first is still there: Echo: one
 *   a Dealer may: Echo: one, Echo: two
 * Exercise: Which states does a Reply have? Break its order as well.
 */
import { Dealer, Reply, Request } from '../engine.ts';
import { fail, program } from '../program.ts';

const { host, port } = program({ port: 5678 });

const server = new Reply();
const address = `tcp://${host}:${port}`;
await server.bind(address);
serve().catch(fail);

// The trap. The time-outs are 0, because some engines wait for their turn,
// which never comes.
const client = new Request({ sendTimeout: 0, receiveTimeout: 0 });
client.connect(address);
const early = await client.receive().catch((error) => error.code);
console.log(`receive before send: ${early}`);

await client.send('one');
const again = await client.send('two').catch((error) => error.code);
console.log(`send, and send again: ${again}`);

// The fix: take turns. If you cannot, use a Dealer, which need not. A Reply
// expects an empty part in front (see envelope.ts).
client.receiveTimeout = 5000; // milliseconds
const [answer] = await client.receive();
console.log(`the answer to the first is still there: ${String(answer)}`);

const dealer = new Dealer();
dealer.connect(address);
await dealer.send(['', 'one']);
await dealer.send(['', 'two']);
const [, one] = await dealer.receive();
const [, two] = await dealer.receive();
console.log(`a Dealer may: ${String(one)}, ${String(two)}`);

for (const socket of [client, dealer, server]) socket.close();

async function serve(): Promise<void> {
  for await (const [message] of server)
    await server.send(`Echo: ${String(message)}`);
}
