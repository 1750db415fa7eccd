/**
 * Messages on a stream: the receiver.
 *
 * Shows:    The receiver of lesson 04, plus a decoder. Each message follows
 *           its own length, so three are sent and three received, wherever the
 *           stream is cut.
 * Lecture:  Messages over TCP: P2 and P9 in docs/lectures.md.
 * Run:      npx tsx examples/05-framing/receiver.ts
 * Partner:  npx tsx examples/05-framing/sender.ts
 * See:
 *   The receiver is ready
 *   1: 5 bytes, hello
 *   2: 6 bytes, world!
 *   3: 1400 bytes, ååååååååååååååå … åååå
 *   that was message 3, and the last
 * Exercise: Receive with recv(3). What changes, and where?
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
let rest = Buffer.alloc(0); // the part of an incomplete message
while (true) {
  const piece = await connectionSocket.recv(1024);
  if (piece.length === 0) break;
  for (const message of decode(piece)) {
    count += 1;
    console.log(
      `${count}: ${message.length} bytes, ${brief(message.toString())}`,
    );
  }
}
console.log(`that was message ${count}, and the last`);

await connectionSocket.close();
await welcomingSocket.close();

// A frame is four bytes with the length of the message, then the message.
// Simplification: a length may be anything up to 4 GiB, an end in the middle of
// a frame passes for a clean end, and each piece copies all of `rest` once
// more. framed-receiver.ts does better.
function decode(piece: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  rest = Buffer.concat([rest, piece]);
  while (rest.length >= 4) {
    const end = 4 + rest.readUInt32BE();
    if (rest.length < end) break;
    messages.push(rest.subarray(4, end));
    rest = rest.subarray(end);
  }
  return messages;
}
