/**
 * Messages on a stream: the sender.
 *
 * Shows:    The sender of lesson 04, which now writes the length of each
 *           message, in four bytes, before the message.
 * Lecture:  Messages over TCP: P2 and P9 in docs/lectures.md.
 * Run:      npx tsx examples/05-framing/sender.ts
 * Partner:  npx tsx examples/05-framing/receiver.ts  (first)
 * See:
 *   1: 5 bytes, hello
 *   2: 6 bytes, world!
 *   3: 1400 bytes, ååååååååååååååå … åååå
 * Exercise: Send an empty message. Does it arrive? Would it in lesson 04?
 */
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';
import { brief } from './brief.ts';

const { host, port } = program();

const clientSocket = new ConnectionSocket();
await clientSocket.connect({ host, port });

let count = 0;
for (const text of ['hello', 'world!', 'å'.repeat(700)]) {
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length); // the highest byte first
  await clientSocket.sendall(Buffer.concat([length, message]));
  count += 1;
  console.log(`${count}: ${message.length} bytes, ${brief(text)}`);
}
await clientSocket.close();

const bell = new ConnectionSocket();
await bell.connect({ host, port });
await bell.close();
