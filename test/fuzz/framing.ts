/**
 * Feeds random chunks to new frame decoders with random limits, again and again.
 *
 *   npm run fuzz:framing                       5,000,000 chunks, a seed from the clock
 *   npm run fuzz:framing -- --chunks 100000 --seed 7
 *
 * Half of the streams are frames with a wrong byte here and there, half are noise. After every
 * chunk the outcome must be frames, "more", or an error of ours with a known code, and the same
 * that a decoder too simple to be wrong finds in the same bytes. Memory must stay where it was.
 */
import { parseArgs } from 'node:util';
import { PeerError } from '../../src/common/index.ts';
import { FrameDecoder } from '../../src/framing/index.ts';
import { randomNumbers } from '../support/every-split.ts';
import { liveWithoutLeak } from '../support/memory.ts';

const { values: options } = parseArgs({
  options: { chunks: { type: 'string' }, seed: { type: 'string' } },
});
const total = Number(options.chunks ?? 5_000_000);
const seed = Number(options.seed ?? Date.now() % 2 ** 32);
if (!(total > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz:framing -- [--chunks NUMBER] [--seed NUMBER]');
  process.exit(2);
}

const random = randomNumbers(seed);
const below = (limit: number): number => Math.floor(random() * limit);
const noise = Buffer.from(Array.from({ length: 256 * 1024 }, () => below(256)));
const outcomes: Record<string, number> = { frame: 0, more: 0 };

/** All that has come, in one buffer: slow, and obvious. */
class SimpleDecoder {
  #bytes = Buffer.alloc(0);
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): { frames: Buffer[]; error: string | undefined } {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const frames: Buffer[] = [];
    while (this.#bytes.length >= 4) {
      const length = this.#bytes.readUInt32BE(0);
      if (length > this.#limit) return { frames, error: 'ERR_FRAME_TOO_LARGE' };
      if (this.#bytes.length < 4 + length) break;
      frames.push(this.#bytes.subarray(4, 4 + length));
      this.#bytes = this.#bytes.subarray(4 + length);
    }
    return { frames, error: undefined };
  }

  end(): string | undefined {
    return this.#bytes.length > 0 ? 'ERR_FRAME_CUT' : undefined;
  }
}

/** Frames in a row, one after the other, with now and then a wrong byte; or plain noise. */
function* stream(limit: number): Generator<Buffer> {
  const wild = random() < 0.5;
  for (;;) {
    if (wild) {
      const at = below(noise.length - 64);
      // Small numbers in the first bytes, so that some lengths are acceptable by chance.
      const piece = Buffer.from(noise.subarray(at, at + 1 + below(64)));
      if (random() < 0.7) piece.fill(0, 0, Math.min(3, piece.length));
      yield piece;
    } else {
      const length = random() < 0.2 ? 0 : below(Math.min(limit, 3000) + 1);
      const frame = Buffer.alloc(4 + length, noise[below(1000)]);
      frame.writeUInt32BE(length, 0);
      if (random() < 0.002) frame[below(4)] = below(256);
      yield frame;
    }
  }
}

/** The same bytes, cut elsewhere. */
function* recut(source: Iterable<Buffer>): Generator<Buffer> {
  const largest = 2 ** below(12);
  for (const piece of source) {
    for (let at = 0; at < piece.length;) {
      const size = 1 + below(largest);
      yield piece.subarray(at, at + size);
      at += size;
    }
  }
}

function codeOf(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof PeerError) return error.code;
    throw error;
  }
}

function same(frames: Buffer[], expected: Buffer[]): boolean {
  return (
    frames.length === expected.length && frames.every((f, i) => f.equals(expected[i]!))
  );
}

/** One decoder's life; returns how many chunks it took. */
function life(most: number): number {
  const limit = 1 + below(random() < 0.5 ? 300 : 70_000);
  const decoder = new FrameDecoder({ maxFrameLength: limit, detach: random() < 0.5 });
  const simple = new SimpleDecoder(limit);
  const lifetime = Math.min(most, 1 + below(500));
  let used = 0;
  for (const chunk of recut(stream(limit))) {
    used += 1;
    const expected = simple.push(chunk);
    let frames: Buffer[] = [];
    const thrown = codeOf(() => {
      frames = decoder.push(chunk);
    });
    const error = thrown ?? decoder.failure?.code;
    if (error !== expected.error || !same(frames, expected.frames)) {
      throw new Error(
        `chunk ${used}: ${error} and ${frames.length} frames, not as expected`,
      );
    }
    if (decoder.buffered > 4 + limit)
      throw new Error(`holds ${decoder.buffered} of ${limit}`);
    outcomes['frame']! += frames.length;
    if (frames.length === 0 && !error) outcomes['more']! += 1;
    if (error) {
      outcomes[error] = (outcomes[error] ?? 0) + 1;
      if (codeOf(() => decoder.push(chunk)) !== error)
        throw new Error('an error was forgotten');
      return used;
    }
    if (used >= lifetime) break;
  }
  const end = codeOf(() => decoder.end());
  if (end !== simple.end()) throw new Error(`end: ${end}, not as expected`);
  outcomes[end ?? 'clean end'] = (outcomes[end ?? 'clean end'] ?? 0) + 1;
  return used;
}

console.log(`seed ${seed}, ${total.toLocaleString('en')} chunks`);
const start = process.hrtime.bigint();
const { done, lives, memory } = liveWithoutLeak(total, life);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
console.log(
  `${done.toLocaleString('en')} chunks, ${lives.toLocaleString('en')} decoders, ${seconds.toFixed(1)} s`,
);
for (const [name, count] of Object.entries(outcomes)) {
  console.log(`  ${name.padEnd(20)} ${count.toLocaleString('en').padStart(12)}`);
}
console.log(`memory held: ${memory}`);
