/**
 * One decoder in its own process, so that neither its garbage nor what the compiler learned
 * from it slows another. framing-decode.ts starts it as `CONTENDER SIZE`; it decodes once for
 * each message that it gets, and answers with nanoseconds per message.
 */
import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { decode as frameStream } from 'frame-stream';
import {
  decode as itLengthPrefixed,
  type LengthDecoderFunction,
} from 'it-length-prefixed';
import { decode as lengthPrefixedStream } from 'length-prefixed-stream';
import { FrameDecoder } from '../src/framing/index.ts';

const CHUNK = 65_536;
const LIMIT = 16 * 1024 * 1024;
/** In nanoseconds. */
const WARM_UP = 400_000_000n;

type Prefix = 'BE' | 'varint';
/** Takes the chunks, returns how many messages of how many bytes they were. */
type Run = (chunks: Buffer[]) => Tally | Promise<Tally>;
interface Tally {
  count: number;
  bytes: number;
}
export interface Contender {
  name: string;
  prefix: Prefix;
  ours: boolean;
  run: Run;
}

function ours(detach: boolean): Run {
  return (chunks) => {
    const decoder = new FrameDecoder({ maxFrameLength: LIMIT, detach });
    const tally = { count: 0, bytes: 0 };
    for (let i = 0; i < chunks.length; i += 1) {
      const frames = decoder.push(chunks[i]!);
      for (let k = 0; k < frames.length; k += 1) {
        tally.count += 1;
        tally.bytes += frames[k]!.length;
      }
    }
    decoder.end();
    return tally;
  };
}

function transform(make: () => Transform): Run {
  return (chunks) =>
    new Promise((resolve, reject) => {
      const decoder = make();
      const tally = { count: 0, bytes: 0 };
      decoder.on('data', (message: Buffer) => {
        tally.count += 1;
        tally.bytes += message.length;
      });
      decoder.on('end', () => resolve(tally));
      decoder.on('error', reject);
      let next = 0;
      const feed = (): void => {
        while (next < chunks.length) {
          next += 1;
          if (!decoder.write(chunks[next - 1]!)) {
            decoder.once('drain', feed);
            return;
          }
        }
        decoder.end();
      };
      feed();
    });
}

const bigEndian: LengthDecoderFunction = Object.assign(
  (data: { getUint32(offset: number): number } | Uint8Array) =>
    (data as { getUint32(offset: number): number }).getUint32(0),
  { bytes: 4 },
);

function generator(lengthDecoder?: LengthDecoderFunction): Run {
  return (chunks) => {
    const tally = { count: 0, bytes: 0 };
    const options = { maxDataLength: LIMIT, ...(lengthDecoder && { lengthDecoder }) };
    for (const list of itLengthPrefixed(chunks, options)) {
      tally.count += 1;
      tally.bytes += list.subarray().length;
    }
    return tally;
  };
}

export const CONTENDERS: Contender[] = [
  { name: 'FrameDecoder', prefix: 'BE', ours: true, run: ours(false) },
  { name: 'FrameDecoder, detach', prefix: 'BE', ours: true, run: ours(true) },
  {
    name: 'length-prefixed-stream',
    prefix: 'varint',
    ours: false,
    run: transform(() => lengthPrefixedStream({ limit: LIMIT })),
  },
  {
    name: 'length-prefixed-stream, allowEmpty',
    prefix: 'varint',
    ours: false,
    run: transform(() => lengthPrefixedStream({ limit: LIMIT, allowEmpty: true })),
  },
  {
    name: 'frame-stream',
    prefix: 'BE',
    ours: false,
    run: transform(() => frameStream({ maxSize: LIMIT })),
  },
  {
    name: 'it-length-prefixed, 4 bytes',
    prefix: 'BE',
    ours: false,
    run: generator(bigEndian),
  },
  { name: 'it-length-prefixed, varint', prefix: 'varint', ours: false, run: generator() },
];

function prefixOf(length: number, prefix: Prefix): Buffer {
  const bytes: number[] = [];
  if (prefix === 'BE') {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(length);
    return header;
  }
  let rest = length;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

/** Chunks with memory of their own, all full but the last. */
function chunksOf(size: number, count: number, prefix: Prefix): Buffer[] {
  const message = Buffer.concat([prefixOf(size, prefix), Buffer.alloc(size, 7)]);
  const stream = Buffer.alloc(message.length * count, message);
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length; at += CHUNK) {
    const part = stream.subarray(at, at + CHUNK);
    const chunk = Buffer.allocUnsafeSlow(part.length);
    chunk.set(part);
    chunks.push(chunk);
  }
  return chunks;
}

async function serve(contender: Contender, size: number): Promise<void> {
  // Small messages: 1 MiB, which stays in the cache as what was just read from a socket.
  const count = Math.max(8, Math.floor(2 ** 20 / size));
  const passes = size > 10_000 ? 2 : 8;
  const chunks = chunksOf(size, count, contender.prefix);
  const decode = async (): Promise<number> => {
    const start = process.hrtime.bigint();
    for (let pass = 0; pass < passes; pass += 1) {
      const tally = await contender.run(chunks);
      if (tally.count !== count || tally.bytes !== count * size) {
        throw new Error(`${contender.name} found ${tally.count} messages, not ${count}`);
      }
    }
    return Number(process.hrtime.bigint() - start) / (count * passes);
  };
  // For the compiler and the heap to settle.
  const warm = process.hrtime.bigint() + WARM_UP;
  while (process.hrtime.bigint() < warm) await decode();
  process.send!('ready');
  for (;;) {
    await once(process, 'message');
    process.send!(await decode());
  }
}

if (process.send) {
  process.on('disconnect', () => process.exit());
  const [index, size] = process.argv.slice(2).map(Number);
  await serve(CONTENDERS[index!]!, size!);
}
