/**
 * Messages on a stream: the receiver.
 *
 * Shows:    The receiver of lesson 04, with another kind of recv. Each message
 *           travels behind its own length, so three sent are three received.
 * Lecture:  P2 and P9, with framing.
 * Run:      npx tsx examples/05-framing/receiver.ts
 * Partner:  npx tsx examples/05-framing/sender.ts
 * See:
 *   The receiver is ready
 *   1: 5 bytes, hello
 *   2: 6 bytes, world!
 *   3: 1400 bytes, ååååååååååååååå … åååå
 *   that was message 3, and the last
 * Exercise: Compare it with lesson 04: diff -r examples/04* examples/05*
 */
import { FramedConnection } from '../../src/framing/index.ts';
import { WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';
import { brief } from './brief.ts';

const { host, port } = program();

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host, port });
await welcomingSocket.listen(2);
console.log('The receiver is ready');

const { connectionSocket } = await welcomingSocket.accept();
const connection = new FramedConnection(connectionSocket.detach());

// A busy program looks at its socket late. This one waits for a second
// connection, the bell, which rings when all messages have been sent.
await welcomingSocket.accept();

let count = 0;
while (true) {
  const message = await connection.receive();
  if (message === undefined) break;
  count += 1;
  console.log(
    `${count}: ${message.length} bytes, ${brief(message.toString())}`,
  );
}
console.log(`that was message ${count}, and the last`);

await connection.close();
await welcomingSocket.close();
