/**
 * A stream without messages: the receiver.
 *
 * Shows:    Three messages are sent, and two pieces arrive. One recv returns
 *           two messages and a bit, the next one the rest, and a letter is cut
 *           in the middle. A stream carries bytes, and nothing says where a
 *           message ends.
 * Lecture:  What recv(1024) really gives: P2 and P9 in docs/lectures.md.
 * Run:      npx tsx examples/04-stream-without-messages/receiver.ts
 * Partner:  npx tsx examples/04-stream-without-messages/sender.ts
 * See:
 *   The receiver is ready
 *   1: 1024 bytes, helloworld!åååå … ååå�
 *   2: 387 bytes, �åååååååååååååå … åååå
 *   that was message 2, and the last
 * Exercise: Have the sender end each message with a line break, and split at
 *           line breaks here. Which messages can no longer be sent?
 */
import { WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';
import { brief } from './brief.ts';

const { host, port } = program();

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host, port });
await welcomingSocket.listen(2);
console.log('The receiver is ready');

const { connectionSocket } = await welcomingSocket.accept();

// A busy program reads late. This one waits for a second connection, the bell,
// which the sender opens when it has sent everything.
await welcomingSocket.accept();

let count = 0;
while (true) {
  const message = await connectionSocket.recv(1024);
  if (message.length === 0) break;
  count += 1;
  console.log(
    `${count}: ${message.length} bytes, ${brief(message.toString())}`,
  );
}
console.log(`that was message ${count}, and the last`);

await connectionSocket.close();
await welcomingSocket.close();
