/**
 * A stream without messages: the sender.
 *
 * Shows:    Three messages, three calls to sendall. The receiver cannot tell
 *           that there were three.
 * Lecture:  What recv(1024) really gives: P2 and P9 in docs/lectures.md.
 * Run:      npx tsx examples/04-stream-without-messages/sender.ts
 * Partner:  npx tsx examples/04-stream-without-messages/receiver.ts  (first)
 * See:
 *   1: 5 bytes, hello
 *   2: 6 bytes, world!
 *   3: 1400 bytes, ååååååååååååååå … åååå
 * Exercise: Set { noDelay: true } on the socket. Does it help?
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
  await clientSocket.sendall(message);
  count += 1;
  console.log(`${count}: ${message.length} bytes, ${brief(text)}`);
}
await clientSocket.close();

const bell = new ConnectionSocket();
await bell.connect({ host, port });
await bell.close();
