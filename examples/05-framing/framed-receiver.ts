/**
 * Messages on a stream: the receiver, with the toolkit's framing.
 *
 * Shows:    What receiver.ts leaves out. A length over the limit is refused
 *           before any memory is set aside for it, an end in the middle of a
 *           frame is an error, and bytes are not copied again for each piece.
 *           Compare, in this folder: diff receiver.ts framed-receiver.ts
 * Lecture:  Messages over TCP: P2 and P9 in docs/lectures.md.
 * Run:      npx tsx examples/05-framing/framed-receiver.ts
 * Partner:  npx tsx examples/05-framing/framed-sender.ts
 * See:
 *   The receiver is ready
 *   1: 5 bytes, hello
 *   2: 6 bytes, world!
 *   3: 1400 bytes, ååååååååååååååå … åååå
 *   that was message 3, and the last
 * Exercise: Compare it with the receiver of lesson 04, line by line. Which
 *           lines are new?
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

// A busy program reads late. This one waits for a second connection, the bell,
// which the sender opens when it has sent everything.
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
