/**
 * Messages on a stream: the sender, with the toolkit's framing.
 *
 * Shows:    `send` writes the length and the message, and waits if the
 *           receiver is slower. The bytes on the wire are those of sender.ts:
 *           either sender can talk to either receiver.
 * Lecture:  Messages over TCP: P2 and P9 in docs/lectures.md.
 * Run:      npx tsx examples/05-framing/framed-sender.ts
 * Partner:  npx tsx examples/05-framing/framed-receiver.ts  (first)
 * See:
 *   1: 5 bytes, hello
 *   2: 6 bytes, world!
 *   3: 1400 bytes, ååååååååååååååå … åååå
 * Exercise: Have sender.ts end after half of its last message. What does
 *           receiver.ts say, and what does framed-receiver.ts say?
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
