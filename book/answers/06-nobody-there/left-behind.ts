/**
 * Answer: The protocol must say so: how long a message is, and which one is the last.
 *
 * With frames, an end in the middle of a message is an error. An end between two
 * messages is not, so there must also be a last word, such as "bye", or a number of
 * messages.
 * See:
 *   after a whole message: an end, and no error
 *   in the middle of one: ERR_FRAME_CUT
 *   the last word was: more
 */
import { SocketlabError } from '../../../src/common/index.ts';
import { encodeFrame, FrameDecoder } from '../../../src/framing/index.ts';

const frame = encodeFrame(Buffer.from('more'));

const whole = new FrameDecoder();
const messages = whole.push(frame);
whole.end();
console.log('after a whole message: an end, and no error');

const cut = new FrameDecoder();
cut.push(frame.subarray(0, 6));
try {
  cut.end();
} catch (error) {
  if (!(error instanceof SocketlabError)) throw error;
  console.log(`in the middle of one: ${error.code}`);
}

// No "bye": a client that knows the protocol knows that something is missing.
console.log(`the last word was: ${messages.at(-1)?.toString()}`);
