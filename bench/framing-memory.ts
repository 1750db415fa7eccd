/** How much memory a program holds when it keeps one small message of every chunk. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decode as lengthPrefixedStream } from 'length-prefixed-stream';
import { encodeFrame, FrameDecoder } from '../src/framing/index.ts';
import { row } from './support/print.ts';

const CHUNK = 65_536;
const PAYLOAD = 10;

type Keep = (chunk: Buffer) => Buffer;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Buffers are freed beside the collector, a moment later. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i += 1) {
    collect();
    await setTimeout(20);
  }
}

function decoding(detach: boolean): Keep {
  const decoder = new FrameDecoder({ detach });
  return (chunk) => decoder.push(chunk)[1]!;
}

function peer(): Keep {
  const decoder = lengthPrefixedStream();
  let first: Buffer | undefined;
  decoder.on('data', (message: Buffer) => {
    first ??= message;
  });
  return (chunk) => {
    first = undefined;
    decoder.write(chunk);
    return first!;
  };
}

const WAYS: [name: string, header: Buffer, make: () => Keep][] = [
  ['FrameDecoder', encodeFrame(Buffer.alloc(PAYLOAD)), () => decoding(false)],
  ['FrameDecoder, detach', encodeFrame(Buffer.alloc(PAYLOAD)), () => decoding(true)],
  [
    'FrameDecoder, and `Buffer.from(frame)` to keep',
    encodeFrame(Buffer.alloc(PAYLOAD)),
    () => {
      const keep = decoding(false);
      return (chunk) => Buffer.from(keep(chunk));
    },
  ],
  ['length-prefixed-stream', Buffer.from([PAYLOAD, ...Buffer.alloc(PAYLOAD)]), peer],
];

/** How many bytes of chunks stay, with one message of each kept. */
async function held(frame: Buffer, keep: Keep, chunks: number): Promise<number> {
  const whole = Math.floor(CHUNK / frame.length);
  await settle();
  const before = process.memoryUsage().arrayBuffers;
  const kept: Buffer[] = [];
  for (let i = 0; i < chunks; i += 1) {
    const chunk = Buffer.allocUnsafeSlow(whole * frame.length);
    chunk.fill(frame);
    kept.push(keep(chunk));
  }
  await settle();
  const bytes = process.memoryUsage().arrayBuffers - before;
  if (kept.some((message) => message.length !== PAYLOAD))
    throw new Error('not a message');
  return bytes;
}

export async function benchMemory(chunks: number): Promise<void> {
  console.log(
    row(`one message of ${PAYLOAD} B kept of each of ${chunks} chunks`, 'MiB held'),
  );
  console.log(row('---', '--:'));
  for (const [name, frame, make] of WAYS) {
    const bytes = await held(frame, make(), chunks);
    console.log(row(name, (bytes / 1024 / 1024).toFixed(2)));
  }
}
