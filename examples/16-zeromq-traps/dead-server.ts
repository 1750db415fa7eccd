/**
 * Trap: the server dies, and the Request waits.
 *
 * Shows:    A server takes a question and dies. The client's socket reconnects
 *           to the next server by itself, but the question is not asked again:
 *           the client waits for an answer that nobody will send.
 * Lecture:  Nobody there, with ZeroMQ: Z1 and P7 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/dead-server.ts
 * See:
 *   the server has the question: Hello There
 *   the server is dead, another one is there
 *   an answer: EAGAIN
 *   asked again: EFSM
 *   relaxed, asked again: Echo: Hello There
 * Exercise: The first server may have done the work before it died, and then
 *           it is done twice. For which questions does that matter?
 */
import { Reply, Request } from '../engine.ts';
import { nextEvent } from '../next-event.ts';
import { fail, program } from '../program.ts';

const { host, port } = program({ port: 5678 });
const address = `tcp://${host}:${port}`;
const QUESTION = 'Hello There';

// The trap, for a client that waits for ever. This one has a time-out, or we
// could not see it; but then it is out of step, and may not ask again.
const options = { receiveTimeout: 500, sendTimeout: 0, linger: 0 };
const client = new Request(options);
const first = new Reply({ linger: 0 });
await first.bind(address);
client.connect(address);
await client.send(QUESTION);
const [question] = await first.receive();
console.log(`the server has the question: ${String(question)}`);
// The address becomes free when the engine closes its listening socket, which
// it does in its own time.
const free = nextEvent(first, 'close');
await first.unbind(address);
await free;
first.close();

const second = new Reply({ linger: 0 });
await second.bind(address);
console.log('the server is dead, another one is there');
serve().catch(fail);
const lost = await client.receive().catch((error) => error.code);
console.log(`an answer: ${lost}`);
const again = await client.send(QUESTION).catch((error) => error.code);
console.log(`asked again: ${again}`);
client.close();

// The fix: set a time-out, and ask again. `relaxed` allows it; `correlate`
// numbers the questions, so that a late answer is not taken for the next one.
const careful = new Request({ ...options, relaxed: true, correlate: true });
careful.connect(address);
let answer = 'EAGAIN';
for (let times = 1; answer === 'EAGAIN' && times <= 10; times += 1) {
  await careful.send(QUESTION);
  answer = await careful.receive().then(String, (error) => error.code);
}
console.log(`relaxed, asked again: ${answer}`);
for (const socket of [careful, second]) socket.close();

async function serve(): Promise<void> {
  for await (const [message] of second)
    await second.send(`Echo: ${String(message)}`);
}
