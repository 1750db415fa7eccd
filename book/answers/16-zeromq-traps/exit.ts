/**
 * Answer: The server gets the question that has waited so long, and answers. The
 * program that would not end has delivered its question, and ends; nobody is there for
 * the answer.
 *
 * See:
 *   its last line has run, and it is still running
 *   a server comes, and receives: is anybody there?
 *   and now it ends, with status 0
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Reply } from '../../../src/zeromq/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const port = await freePort();
const asker = startLesson('16-zeromq-traps/exit', '--linger', '-1', '--port', `${port}`);

const server = new Reply({ receiveTimeout: 20_000, linger: 0 });
await asker.told();
const still = pause(300, 'it is still running');
const early = await Promise.race([asker.ended().then(() => 'it has ended'), still]);
console.log(`its last line has run, and ${early}`);
await server.bind(`tcp://127.0.0.1:${port}`);
const [question] = await server.receive();
console.log(`a server comes, and receives: ${String(question)}`);
await server.send('Echo');
console.log(`and now it ends, with status ${await asker.ended()}`);
server.close();
