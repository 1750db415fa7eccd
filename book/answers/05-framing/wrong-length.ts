/**
 * Answer: For four gigabytes: the largest number that fits in four bytes. It has to
 * keep all of them, and a peer can open many connections.
 *
 * So check a length before you keep anything for it. The toolkit's default limit is 16
 * MiB.
 * See:
 *   without a limit: 1000000 bytes kept, waiting for 4294967295
 *   with the usual one: ERR_FRAME_TOO_LARGE, 0 bytes kept
 */
import { SocketlabError } from '../../../src/common/index.ts';
import { FrameDecoder } from '../../../src/framing/index.ts';

const length = Buffer.from('ffffffff', 'hex');
const bytes = Buffer.concat([length, Buffer.alloc(1_000_000)]);

const trusting = new FrameDecoder({ maxFrameLength: 2 ** 32 - 1 });
trusting.push(bytes);
const wanted = length.readUInt32BE();
console.log(`without a limit: ${trusting.buffered} bytes kept, waiting for ${wanted}`);

const careful = new FrameDecoder();
try {
  careful.push(bytes);
} catch (error) {
  if (!(error instanceof SocketlabError)) throw error;
  console.log(`with the usual one: ${error.code}, ${careful.buffered} bytes kept`);
}
