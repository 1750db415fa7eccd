/**
 * Answer: receiver.ts says that message 2 was the last: it never looks at what is left.
 * framed-receiver.ts ends with an error that says how much is missing.
 *
 * A stream that ends in the middle of a frame has lost something, and only the decoder
 * can know.
 * See:
 *   receiver.ts: that was message 2, and the last
 *   the toolkit's decoder: 2 messages
 *   the stream ended in the middle of a frame: 700 of its 1400 bytes were missing
 */
import { SocketlabError } from '../../../src/common/index.ts';
import { encodeFrames, FrameDecoder } from '../../../src/framing/index.ts';
import { ConnectionSocket } from '../../../src/tcp/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const texts = ['hello', 'world!', 'å'.repeat(700)];
const stream = encodeFrames(texts.map((text) => Buffer.from(text)));
const cut = stream.subarray(0, -700);

const port = await freePort();
const receiver = startLesson('05-framing/receiver', '--port', String(port));
await receiver.printed('ready');
const sender = new ConnectionSocket();
await sender.connect({ port });
await sender.sendall(cut);
await sender.close();
const bell = new ConnectionSocket();
await bell.connect({ port });
await receiver.printed('that was message 2, and the last');
console.log('receiver.ts: that was message 2, and the last');
await bell.close();
await receiver.kill();

const decoder = new FrameDecoder();
console.log(`the toolkit's decoder: ${decoder.push(cut).length} messages`);
try {
  decoder.end();
} catch (error) {
  if (!(error instanceof SocketlabError)) throw error;
  console.log(error.message);
}
