/**
 * Devices: the queue.
 *
 * Shows:    A process with two bound ports. Clients connect to one, servers to
 *           the other, and neither needs the other's address: servers can be
 *           added while the rest are at work. A Router and a Dealer pass
 *           messages on; the Router remembers which client an answer is for.
 * Lecture:  The queue device, for requests: Z8 in docs/lectures.md.
 * Run:      npx tsx examples/14-devices/queue.ts
 * Partner:  npx tsx examples/10-request-reply/connecting-server.ts --port 5560
 *           npx tsx examples/10-request-reply/client.ts --port 5559
 * See:
 *   Clients at port <port>, servers at port <port>
 *   questions: <n>, answers: <n>
 *   …
 *   ^C
 * Exercise: `new Proxy(front, back)` does all of this: use it instead. What
 *           can it not do that this program could?
 */
import { Dealer, Router } from '../engine.ts';
import { fail, program } from '../program.ts';

const { host, port } = program({ port: 5559 });

const front = new Router();
const back = new Dealer();
await front.bind(`tcp://${host}:${port}`);
await back.bind(`tcp://${host}:${port + 1}`);
console.log(`Clients at port ${port}, servers at port ${port + 1}`);

let questions = 0;
let answers = 0;
// Two loops side by side, one for each direction. All parts are passed on
// unchanged: first the client's name and an empty part, the envelope.
passQuestions().catch(fail);
passAnswers().catch(fail);

async function passQuestions(): Promise<void> {
  for await (const parts of front) {
    questions += 1;
    await back.send(parts);
  }
}

async function passAnswers(): Promise<void> {
  for await (const parts of back) {
    answers += 1;
    console.log(`questions: ${questions}, answers: ${answers}`);
    await front.send(parts);
  }
}
