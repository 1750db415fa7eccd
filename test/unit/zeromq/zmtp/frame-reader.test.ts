/** What a frame costs while its bytes come: how often they are copied, and what is set aside. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame, type Frame } from '../../../../src/zeromq/zmtp/index.ts';
import { ZmtpFrameReader } from '../../../../src/zeromq/zmtp/frame-reader.ts';
import { isFree } from '../../../support/garbage.ts';

const MIB = 2 ** 20;
const frame = (body: Buffer, rest: Partial<Frame> = {}): Buffer =>
  encodeFrame({ command: false, more: false, body, ...rest });

afterEach(() => vi.restoreAllMocks());

/** Feeds it cut into pieces of `size`; returns the one body, and the sizes of all buffers made. */
function gather(bytes: Buffer, size: number): { body: Buffer; made: number[] } {
  const reader = new ZmtpFrameReader(Infinity);
  const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow');
  let found = false;
  for (let at = 0; at < bytes.length; at += size) {
    expect(found).toBe(false);
    reader.feed(bytes.subarray(at, at + size));
    found = reader.next();
  }
  expect(found).toBe(true);
  const made = allocate.mock.calls.map(([length]) => length);
  allocate.mockRestore();
  return { body: reader.body, made };
}

describe('a frame across chunks', () => {
  it('is copied about once, however many chunks it takes: its buffer grows by the factor', () => {
    const body = Buffer.alloc(20 * MIB, 'body');
    const { body: got, made } = gather(frame(body), 64 * 1024);
    expect(got.equals(body)).toBe(true);
    expect(made).toEqual([MIB, 4 * MIB, 16 * MIB, 20 * MIB]);
  });

  it('takes no more memory than it has bytes', () => {
    const small = gather(frame(Buffer.alloc(300)), 100);
    expect([small.made, small.body.buffer.byteLength]).toEqual([[300], 300]);
    const large = gather(frame(Buffer.alloc(MIB + 1)), 100_000);
    expect([large.made, large.body.buffer.byteLength]).toEqual([[MIB, MIB + 1], MIB + 1]);
  });

  it('has room for a chunk that is larger than the next step', () => {
    const { made } = gather(frame(Buffer.alloc(20 * MIB)), 10 * MIB);
    expect(made).toEqual([MIB, 10 * MIB - 9, 20 * MIB]);
  });
});

describe('frames in one chunk', () => {
  /** A chunk with memory of its own, as a socket gives it. */
  const chunkOf = (bytes: Buffer): Buffer =>
    Buffer.allocUnsafeSlow(bytes.length).fill(bytes);

  it.each([
    [100, 640, 4096],
    [10, 5000, 2048],
  ])(
    'of %i bytes are cut from copies of a few KiB: one for many',
    (size, many, block) => {
      const one = frame(Buffer.alloc(size, 'x'));
      const reader = new ZmtpFrameReader(Infinity);
      reader.feed(chunkOf(Buffer.concat(Array.from({ length: many }, () => one))));
      const memories = new Set<ArrayBufferLike>();
      for (let count = 0; count < many; count += 1) {
        expect(reader.next()).toBe(true);
        expect(reader.body.toString()).toBe('x'.repeat(size));
        memories.add(reader.body.buffer);
      }
      expect(Math.max(...[...memories].map(({ byteLength }) => byteLength))).toBe(block);
      expect(memories.size).toBe(Math.ceil(many / Math.floor(block / (size + 2))));
    },
  );

  it('are views when they are not small', () => {
    const chunk = chunkOf(
      Buffer.concat([frame(Buffer.alloc(1024)), Buffer.alloc(10_000)]),
    );
    const reader = new ZmtpFrameReader(Infinity);
    reader.feed(chunk);
    expect(reader.next()).toBe(true);
    expect(reader.body.buffer).toBe(chunk.buffer);
  });

  it('are views when the whole chunk is no larger than a copy', () => {
    const chunk = chunkOf(Buffer.concat([frame(Buffer.alloc(16)), Buffer.alloc(2030)]));
    expect(chunk.buffer.byteLength).toBe(2048);
    const reader = new ZmtpFrameReader(Infinity);
    reader.feed(chunk);
    expect(reader.next()).toBe(true);
    expect(reader.body.buffer).toBe(chunk.buffer);
  });
});

describe('memory', () => {
  it('of a frame across chunks is let go of with the next frame', async () => {
    const reader = new ZmtpFrameReader(Infinity);
    const gathered = (() => {
      const bytes = frame(Buffer.alloc(100_000));
      reader.feed(bytes.subarray(0, 50_000));
      reader.next();
      reader.feed(bytes.subarray(50_000));
      reader.next();
      return new WeakRef(reader.body.buffer);
    })();
    reader.feed(frame(Buffer.from('next')));
    expect(reader.next()).toBe(true);
    expect(await isFree(gathered)).toBe(true);
  });

  it('of all that had come is let go of when a frame is refused', async () => {
    const reader = new ZmtpFrameReader(Infinity);
    const chunks = (() => {
      const [bad, later] = [Buffer.alloc(100_000, 0xff), Buffer.alloc(100_000)];
      reader.feed(bad);
      reader.feed(later);
      return [new WeakRef(bad.buffer), new WeakRef(later.buffer)];
    })();
    expect(() => reader.next()).toThrow('flags');
    for (const chunk of chunks) expect(await isFree(chunk)).toBe(true);
    expect(reader.failure).toBeDefined();
  });
});

describe('a limit', () => {
  const long = frame(Buffer.alloc(300));

  it.each([
    ['a short frame, whole', frame(Buffer.alloc(101)), 103],
    ['a short frame, byte by byte', frame(Buffer.alloc(101)), 1],
    ['a long frame, whole', long, 309],
    ['a long frame, byte by byte', long, 1],
    ['a long frame, its header apart', long, 9],
  ])(
    'holds for %s: refused by its header, and nothing is set aside',
    (_, bytes, size) => {
      const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow');
      const reader = new ZmtpFrameReader(100);
      const feed = (): void => {
        for (let at = 0; at < bytes.length; at += size) {
          reader.feed(bytes.subarray(at, at + size));
          expect(reader.next()).toBe(false);
        }
      };
      const refused = expect.objectContaining({
        code: 'ERR_FRAME_TOO_LARGE',
      }) as Error;
      expect(feed).toThrow(refused);
      // For good: even what would be right by itself fails.
      reader.feed(frame(Buffer.from('right')));
      expect(() => reader.next()).toThrow(refused);
      expect([allocate.mock.calls, reader.missing]).toEqual([[], undefined]);
    },
  );

  it.each([102, 1])('lets what is just as long pass, in chunks of %i bytes', (size) => {
    const reader = new ZmtpFrameReader(100);
    const bytes = frame(Buffer.alloc(100));
    for (let at = 0; at < bytes.length; at += size) {
      reader.feed(bytes.subarray(at, at + size));
    }
    expect([reader.next(), reader.body.length]).toEqual([true, 100]);
  });

  it('of no number still ends where memory does', () => {
    const reader = new ZmtpFrameReader(Infinity);
    reader.feed(Buffer.from('020020000000000000', 'hex')); // 2⁵³ bytes
    expect(() => reader.next()).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LARGE' }),
    );
  });
});
