/**
 * Answer: Those whose sentence comes in two pieces, cut between two characters.
 *
 * Half a character shows that more is on its way. After a whole one, the bytes do not
 * tell whether it was the last: that takes an agreement, such as a length in front
 * (lesson 05).
 * See:
 *   sent: hello, and then: world
 *   answered: HELLO
 */
import { ConnectionSocket } from '../../../src/tcp/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const port = await freePort();
const server = startLesson('02-tcp-uppercase/robust-server', '--port', String(port));
await server.printed('ready');

const client = new ConnectionSocket();
await client.connect({ port });
await client.sendall(Buffer.from('hello'));
const answer = await client.recvText(1024, { timeout: 5000 });
await client.sendall(Buffer.from('world'));
const more = await client.recvText(1024, { timeout: 5000 });
console.log('sent: hello, and then: world');
console.log(`answered: ${answer}${more}`);
await client.close();
await server.kill();
