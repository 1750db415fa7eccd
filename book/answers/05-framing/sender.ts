/**
 * Answer: It arrives: a length of 0, and then nothing. In lesson 04 it would not.
 *
 * Writing no bytes leaves no trace in a stream. With frames it sends four bytes, which
 * say "a message, and it is empty".
 * See:
 *   without frames: 0 bytes go over the wire
 *   with frames: 4 bytes, 00000000
 *   received: 1 message of 0 bytes
 */
import { encodeFrame, FrameDecoder } from '../../../src/framing/index.ts';

const empty = Buffer.alloc(0);
console.log(`without frames: ${empty.length} bytes go over the wire`);
const frame = encodeFrame(empty);
console.log(`with frames: ${frame.length} bytes, ${frame.toString('hex')}`);
const [message] = new FrameDecoder().push(frame);
console.log(`received: 1 message of ${message?.length} bytes`);
