/**
 * Answer: Nothing while the first is being answered, and then its answer: ten seconds
 * become twenty. Its question was not lost; it waited in the server's queue.
 *
 * One Reply answers one question at a time. To answer several at once, use a Router
 * (router.ts), or several servers behind a queue (lesson 14). Here the rest takes a
 * tenth of a second.
 * See:
 *   the first has waited for one rest, the second for two: true
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Reply, Request } from '../../../src/zeromq/index.ts';

const REST = 100; // milliseconds

const server = new Reply();
await server.bind('tcp://127.0.0.1:*');

async function answerTwo(): Promise<void> {
  for (let count = 0; count < 2; count += 1) {
    const [message] = await server.receive();
    await pause(REST);
    await server.send(message!);
  }
}

async function ask(): Promise<number> {
  const client = new Request({ receiveTimeout: 10_000 });
  client.connect(server.lastEndpoint!);
  const start = performance.now();
  await client.send('Hello There');
  await client.receive();
  client.close();
  return performance.now() - start;
}

const answering = answerTwo();
const [first, second] = (await Promise.all([ask(), ask()])).sort((a, b) => a - b);
await answering;
const waited = first >= REST - 1 && second >= 2 * REST - 2;
console.log(`the first has waited for one rest, the second for two: ${waited}`);
server.close();
