/**
 * A stream may be cut anywhere, so test a decoder with its input cut everywhere.
 *
 *   whole            one chunk
 *   byte by byte     as many chunks as bytes
 *   two-way          one cut, at every possible place
 *   random           many cuts, by a seed
 *   trailing         the whole, and the first bytes of a message that does not follow
 *   truncated        the whole without its end, cut at every possible place
 *
 * For every decoder with the house's contract: `push(chunk)` returns what is complete,
 * `end()` throws inside a message, and after an error every call throws.
 */
import { deepStrictEqual } from 'node:assert/strict';

export interface StreamDecoder<T> {
  push(chunk: Buffer): T[];
  end(): void;
}

export interface EverySplit<T> {
  make: () => StreamDecoder<T>;
  bytes: Uint8Array;
  /** What the bytes hold, with the offset behind the last byte of each. */
  values: readonly { value: T; end: number }[];
  /** The code of the error with which a stream cut inside a message ends. */
  cut: string;
  /** The code of the error with which these bytes end, when they break the rules. */
  error?: string;
  /** The bytes before this offset break no rule; all of them, unless given. */
  errorAt?: number;
  seed?: number;
}

export interface Outcome<T> {
  values: T[];
  error: string | undefined;
}

/** Feeds the chunks and ends the stream; what came out, and how it went out. */
export function decodeAll<T>(
  decoder: StreamDecoder<T>,
  chunks: Iterable<Buffer>,
): Outcome<T> {
  const values: T[] = [];
  try {
    for (const chunk of chunks) values.push(...decoder.push(chunk));
    decoder.end();
    return { values, error: undefined };
  } catch (error) {
    return { values, error: (error as { code?: string }).code ?? String(error) };
  }
}

/**
 * @returns how many ways of feeding the bytes were tried
 * @throws {AssertionError} that names the split, at the first that decodes otherwise
 */
export function everySplit<T>(test: EverySplit<T>): number {
  const { make, values } = test;
  const bytes = Buffer.from(test.bytes);
  const whole: Outcome<T> = {
    values: values.map(({ value }) => value),
    error: test.error,
  };
  let tried = 0;
  const check = (name: string, chunks: Buffer[], expected = whole): void => {
    // Fresh memory for each chunk: a decoder must not live from bytes beyond its chunk.
    const outcome = decodeAll(make(), chunks.map(alone));
    tried += 1;
    deepStrictEqual(outcome, expected, `${name}: ${JSON.stringify(outcome)}`);
  };

  for (const { name, chunks } of splits(bytes, test.seed)) check(name, chunks);
  const trailing = { values: whole.values, error: test.error ?? test.cut };
  if (bytes.length > 0) {
    check(
      'trailing byte in the same chunk',
      [Buffer.concat([bytes, bytes.subarray(0, 1)])],
      trailing,
    );
    check('trailing byte in its own chunk', [bytes, bytes.subarray(0, 1)], trailing);
  }
  const errorAt = test.errorAt ?? Infinity;
  for (let length = 0; length < bytes.length; length += 1) {
    const there = values.filter(({ end }) => end <= length);
    const clean = length === 0 || there.at(-1)?.end === length;
    const error = length >= errorAt ? test.error : clean ? undefined : test.cut;
    const expected = { values: there.map(({ value }) => value), error };
    const start = bytes.subarray(0, length);
    check(`truncated to ${length}`, [start], expected);
    check(`truncated to ${length}, byte by byte`, [...pieces(start, 1)], expected);
  }
  return tried;
}

/** The same bytes in different chunks; every chunk has at least one byte. */
export function* splits(
  bytes: Buffer,
  seed = 1,
): Generator<{ name: string; chunks: Buffer[] }> {
  yield { name: 'whole', chunks: [bytes] };
  yield { name: 'byte by byte', chunks: [...pieces(bytes, 1)] };
  for (let at = 1; at < bytes.length; at += 1) {
    yield { name: `cut at ${at}`, chunks: [bytes.subarray(0, at), bytes.subarray(at)] };
  }
  const random = randomNumbers(seed);
  for (let round = 0; round < 50; round += 1) {
    const largest = 1 + Math.floor(random() * bytes.length);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(random() * largest);
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    yield { name: `random split ${round} of seed ${seed}`, chunks };
  }
}

export function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Mulberry32 (T. Ettinger, public domain): numbers from 0 to below 1, the same for a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function alone(chunk: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(chunk.length);
  chunk.copy(copy);
  return copy;
}
