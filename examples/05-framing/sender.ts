/**
 * Messages on a stream: the sender.
 *
 * Shows:    The sender of lesson 04, with another kind of send: it writes four
 *           bytes first, the length of the message, and then the message.
 * Lecture:  P2 and P9, with framing.
 * Run:      npx tsx examples/05-framing/sender.ts
 * Partner:  npx tsx examples/05-framing/receiver.ts  (first)
 * See:
 *   1: 5 bytes, hello
 *   2: 6 bytes, world!
 *   3: 1400 bytes, ååååååååååååååå … åååå
 * Exercise: Send an empty message. Does it arrive? Would it in lesson 04?
 */
import { FramedConnection } from '../../src/framing/index.ts';
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';
import { brief } from './brief.ts';

const { host, port } = program();

const clientSocket = new ConnectionSocket();
await clientSocket.connect({ host, port });
const connection = new FramedConnection(clientSocket.detach());

let count = 0;
for (const text of ['hello', 'world!', 'å'.repeat(700)]) {
  const message = Buffer.from(text);
  await connection.send(message);
  count += 1;
  console.log(`${count}: ${message.length} bytes, ${brief(text)}`);
}
connection.end();

const bell = new ConnectionSocket();
await bell.connect({ host, port });
await bell.close();
