/**
 * Asynchronous request and reply: the server.
 *
 * Shows:    A Router in place of the Reply. It may receive again before it has
 *           answered, so a long question does not hold up a short one. In
 *           return the program must say whom an answer is for: each message
 *           begins with the name that the socket gave its sender.
 * Lecture:  ROUTER in place of REP: Z2 in docs/lectures.md.
 * Run:      npx tsx examples/10-request-reply/router.ts
 * Partner:  npx tsx examples/10-request-reply/dealer.ts
 * See:
 *   The server is ready at port <port>
 *   Received: Hello There, <n>
 *   …
 *   ^C
 * Exercise: Have client.ts ask this server, and print what is in `parts`. Where
 *           does the empty part come from? (16-zeromq-traps/envelope.ts)
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Router } from '../engine.ts';
import { fail, program } from '../program.ts';

// Bytes are answered with bytes: a message need not be text.
const ECHO = Buffer.from('Echo: ');

const { host, port } = program({ port: 5678 });

const socket = new Router();
await socket.bind(`tcp://${host}:${port}`);
console.log(`The server is ready at port ${port}`);

for await (const parts of socket) {
  const [sender, message] = parts;
  console.log(`Received: ${String(message)}`);
  answerLater(sender!, message!).catch(fail);
}

/** The first question is the longest to think about, the third the shortest. */
async function answerLater(sender: Buffer, message: Buffer): Promise<void> {
  const number = Number(String(message).split(' ').at(-1));
  await pause(900 / number);
  await socket.send([sender, Buffer.concat([ECHO, message])]);
}
