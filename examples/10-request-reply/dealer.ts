/**
 * Asynchronous request and reply: the client.
 *
 * Shows:    A Dealer in place of the Request: it may send three questions in a
 *           row and receive the answers as they come, here the last one first.
 *           The program itself must now know which answer belongs to which
 *           question.
 * Lecture:  DEALER in place of REQ: Z2 in docs/lectures.md.
 * Run:      npx tsx examples/10-request-reply/dealer.ts
 * Partner:  npx tsx examples/10-request-reply/router.ts
 * See:
 *   Sent: Hello There, 1
 *   Sent: Hello There, 2
 *   Sent: Hello There, 3
 *   Received: Echo: Hello There, 3
 *   Received: Echo: Hello There, 2
 *   Received: Echo: Hello There, 1
 * Exercise: Connect it to two routers, at ports 5678 and 5679. How are the
 *           questions shared out?
 */
import { Dealer } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, words } = program({ port: 5678, words: 'Hello There' });
const QUESTIONS = 3;

const socket = new Dealer();
socket.connect(`tcp://${host}:${port}`);

for (let number = 1; number <= QUESTIONS; number += 1) {
  await socket.send(`${words}, ${number}`);
  console.log(`Sent: ${words}, ${number}`);
}
for (let count = 0; count < QUESTIONS; count += 1) {
  const [answer] = await socket.receive();
  console.log(`Received: ${String(answer)}`);
}
socket.close();
