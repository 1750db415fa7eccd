/**
 * One wrong length.
 *
 * Shows:    Framing depends on every length being right. After a wrong one the
 *           decoder reads letters as lengths, and no later byte tells it where
 *           a frame begins. There is no way back: close the connection.
 * Lecture:  Messages over TCP: P2 in docs/lectures.md.
 * Run:      npx tsx examples/05-framing/wrong-length.ts
 * See:
 *   as sent:  0 0 0 5 h e l l o 0 0 0 5 w o r l d 0 0 0 1 !
 *     frame: h e l l o
 *     frame: w o r l d
 *     frame: !
 *     and the end
 *   one less: 0 0 0 5 h e l l o 0 0 0 4 w o r l d 0 0 0 1 !
 *     frame: h e l l o
 *     frame: w o r l
 *     ERR_FRAME_TOO_LARGE, as the next length reads d 0 0 0: 1677721600
 *   one more: 0 0 0 5 h e l l o 0 0 0 6 w o r l d 0 0 0 1 !
 *     frame: h e l l o
 *     frame: w o r l d 0
 *     ERR_FRAME_CUT, as the next length reads 0 0 1 !: 289
 * Exercise: Without a largest length, what would the decoder wait for, and how
 *           much memory could a hostile peer make it use?
 */
import { encodeFrame, FrameDecoder } from '../../src/framing/index.ts';
import { SocketlabError } from '../../src/common/index.ts';
import { program } from '../program.ts';

program(); // no socket is needed to see this: bytes in, frames out

const stream = Buffer.concat(
  ['hello', 'world', '!'].map((text) => encodeFrame(Buffer.from(text))),
);
const SECOND_LENGTH = 12; // the position of the second length's last byte

for (const [name, wrongBy] of [
  ['as sent: ', 0],
  ['one less:', -1],
  ['one more:', 1],
] as const) {
  const bytes = Buffer.from(stream);
  bytes[SECOND_LENGTH]! += wrongBy;
  console.log(`${name} ${readable(bytes)}`);

  const decoder = new FrameDecoder({ maxFrameLength: 1024 });
  let read = 0;
  try {
    for (const frame of decoder.push(bytes)) {
      console.log(`  frame: ${readable(frame)}`);
      read += 4 + frame.length;
    }
    decoder.end();
    console.log('  and the end');
  } catch (error) {
    if (!(error instanceof SocketlabError)) throw error;
    const length = bytes.subarray(read, read + 4);
    const letters = readable(length);
    const number = length.readUInt32BE();
    console.log(
      `  ${error.code}, as the next length reads ${letters}: ${number}`,
    );
  }
}

function readable(bytes: Buffer): string {
  const words = [...bytes].map((byte) =>
    byte > 32 ? String.fromCharCode(byte) : String(byte),
  );
  return words.join(' ');
}
