import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MisuseError, PeerError } from '../../../src/common/index.ts';
import {
  DEFAULT_MAX_FRAME_LENGTH,
  encodeFrame,
  encodeFrames,
  FrameDecoder,
} from '../../../src/framing/index.ts';
import { decodeAll, everySplit } from '../../support/every-split.ts';
import { runs } from '../../support/properties.ts';

const text = (frame: Buffer): string => frame.toString('latin1');

/** A decoder of text, so that a difference can be read. */
function textDecoder(maxFrameLength?: number, detach?: boolean) {
  const decoder = new FrameDecoder({ maxFrameLength, detach });
  return {
    push: (chunk: Buffer) => decoder.push(chunk).map(text),
    end: () => decoder.end(),
  };
}

function streamOf(messages: string[]) {
  let end = 0;
  return {
    bytes: encodeFrames(messages.map((message) => Buffer.from(message, 'latin1'))),
    values: messages.map((value) => ({ value, end: (end += 4 + value.length) })),
  };
}

describe('encodeFrame', () => {
  it('puts the length, most significant byte first, before the payload', () => {
    expect(encodeFrame(Buffer.from('hello')).toString('hex')).toBe('0000000568656c6c6f');
    const long = encodeFrame(Buffer.alloc(0x01_02_03));
    expect(long.subarray(0, 4).toString('hex')).toBe('00010203');
    expect(long.length).toBe(4 + 0x01_02_03);
  });

  it('makes four zero bytes of an empty message', () => {
    expect([...encodeFrame(Buffer.alloc(0))]).toEqual([0, 0, 0, 0]);
  });

  it('takes any Uint8Array, and copies it', () => {
    const payload = new Uint8Array([1, 2, 3]).subarray(1);
    const frame = encodeFrame(payload);
    payload[0] = 9;
    expect([...frame]).toEqual([0, 0, 0, 2, 2, 3]);
  });

  it('refuses what is too long as a misuse of ours', () => {
    expect(() => encodeFrame(Buffer.alloc(11), 10)).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'ERR_FRAME_TOO_LARGE' }),
    );
    expect(() => encodeFrame(new Uint8Array(DEFAULT_MAX_FRAME_LENGTH + 1))).toThrow(
      MisuseError,
    );
    expect(encodeFrame(Buffer.alloc(10), 10).length).toBe(14);
  });

  it('refuses text, which has no length in bytes before it is encoded', () => {
    expect(() => encodeFrame('hello' as never)).toThrow(
      expect.objectContaining({ code: 'ERR_BAD_ARGUMENT' }),
    );
  });

  it('makes the same bytes of many payloads as of each alone', () => {
    const payloads = ['a', '', 'bcd'].map((payload) => Buffer.from(payload));
    expect(encodeFrames(payloads)).toEqual(
      Buffer.concat(payloads.map((p) => encodeFrame(p))),
    );
    expect(encodeFrames([])).toEqual(Buffer.alloc(0));
  });
});

describe('FrameDecoder', () => {
  it.each([
    ['one message', ['hello']],
    ['no message', []],
    ['an empty message', ['']],
    ['empty messages around others', ['', 'a', '', '', 'bc', '']],
    ['messages of many lengths', ['x'.repeat(300), 'y', 'z'.repeat(70), '', 'end']],
    ['a message that looks like a header', ['\0\0\0\x05', '\xff\xff\xff\xff']],
  ])('finds %s at every split', (_, messages) => {
    const { bytes, values } = streamOf(messages);
    for (const detach of [false, true]) {
      const make = () => textDecoder(1000, detach);
      const cut = 'ERR_FRAME_CUT';
      expect(everySplit({ make, bytes, values, cut })).toBeGreaterThan(3 * bytes.length);
    }
  });

  it('refuses a frame over the limit at every split, and loses none before it', () => {
    const { bytes, values } = streamOf(['one', '', 'three']);
    const bad = Buffer.from([0, 0, 0, 11, 1, 2, 3]);
    const tried = everySplit({
      make: () => textDecoder(10),
      bytes: Buffer.concat([bytes, bad]),
      values,
      cut: 'ERR_FRAME_CUT',
      error: 'ERR_FRAME_TOO_LARGE',
      errorAt: bytes.length + 4,
    });
    expect(tried).toBeGreaterThan(3 * bytes.length);
  });

  it('decodes whatever was encoded, in whatever chunks, for thousands of cases', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (messages, sizes, detach) => {
          const bytes = encodeFrames(messages);
          const chunks: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; i += 1) {
            const size = sizes[i % sizes.length]!;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          const { values, error } = decodeAll(new FrameDecoder({ detach }), chunks);
          expect(error).toBeUndefined();
          expect(values).toEqual(messages.map((message) => Buffer.from(message)));
        },
      ),
      { numRuns: runs(5000) },
    );
  });

  it('decodes long frames that lie across many chunks, beside short ones', () => {
    const random = fc.sample(fc.integer({ min: 0, max: 200_000 }), {
      numRuns: 30,
      seed: 7,
    });
    const messages = random.map((length, i) => Buffer.alloc(length, i));
    const bytes = encodeFrames(messages);
    for (const size of [100, 1023, 1024, 1500, 65_536, bytes.length]) {
      for (const detach of [false, true]) {
        const decoder = new FrameDecoder({ detach });
        const frames: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          frames.push(...decoder.push(bytes.subarray(at, at + size)));
        }
        decoder.end();
        expect(frames.length).toBe(messages.length);
        expect(frames.every((frame, i) => frame.equals(messages[i]!))).toBe(true);
      }
    }
  });

  it('takes a length of exactly the limit, and refuses one more', () => {
    expect(
      new FrameDecoder({ maxFrameLength: 3 }).push(encodeFrame(Buffer.from('abc'))),
    ).toEqual([Buffer.from('abc')]);
    const decoder = new FrameDecoder({ maxFrameLength: 3 });
    expect(() => decoder.push(encodeFrame(Buffer.from('abcd')))).toThrow(
      /4 bytes.*the 3/,
    );
  });

  it('reads a length with the highest bit set as a large one, not as a negative one', () => {
    expect(() => new FrameDecoder().push(Buffer.from('ffffffff', 'hex'))).toThrow(
      /4294967295/,
    );
    expect(() => new FrameDecoder().push(Buffer.from('80000000', 'hex'))).toThrow(
      /2147483648/,
    );
  });

  it.each([
    ['GET / HTTP/1.1\r\n', 'the text "GET "'],
    ['\r\n\r\n', String.raw`the text "\r\n\r\n"`],
    ['\x05\0\0\0hello', 'least significant byte first, the same four bytes are 5'],
    ['\xff\xff\xff\xff', 'this is not a length'],
  ])('says how else the four bytes of %j can be read', (bytes, otherwise) => {
    expect(() => new FrameDecoder().push(Buffer.from(bytes, 'latin1'))).toThrow(
      otherwise,
    );
  });

  it.each([
    ['text', '\0\0\0\x05hello'],
    ['an array', [0, 0, 0, 1, 65]],
    ['nothing', undefined],
  ])('refuses %s in place of bytes, and is as it was', (_, wrong) => {
    const decoder = new FrameDecoder();
    expect(() => decoder.push(wrong as never)).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'ERR_BAD_ARGUMENT' }),
    );
    expect(decoder.push(encodeFrame(Buffer.from('good'))).map(text)).toEqual(['good']);
  });

  it('refuses what comes after the end', () => {
    const decoder = new FrameDecoder();
    decoder.end();
    expect(() => decoder.push(encodeFrame(Buffer.from('late')))).toThrow(
      'push after end',
    );
    expect(() => decoder.end()).not.toThrow();
  });

  it('buffers nothing of a frame that it refuses', () => {
    const decoder = new FrameDecoder({ maxFrameLength: 10 });
    const bad = Buffer.concat([Buffer.from([0, 0, 1, 0]), Buffer.alloc(256)]);
    expect(() => decoder.push(bad)).toThrow(PeerError);
    expect(decoder.buffered).toBe(0);
  });

  it('returns the frames before a bad one, shows the failure, and throws on the next call', () => {
    const decoder = new FrameDecoder({ maxFrameLength: 10 });
    const good = encodeFrames([Buffer.from('a'), Buffer.from('b')]);
    const frames = decoder.push(Buffer.concat([good, Buffer.from([1, 0, 0, 0])]));
    expect(frames.map(text)).toEqual(['a', 'b']);
    expect(decoder.failure).toMatchObject({ code: 'ERR_FRAME_TOO_LARGE' });
    expect(() => decoder.push(encodeFrame(Buffer.from('c')))).toThrow(decoder.failure);
    expect(() => decoder.end()).toThrow(decoder.failure);
  });

  it('says how many bytes of a payload were missing', () => {
    const decoder = new FrameDecoder();
    expect(decoder.push(encodeFrame(Buffer.from('hello')).subarray(0, 6))).toEqual([]);
    expect(() => decoder.end()).toThrow(/3 of its 5 bytes were missing/);
  });

  it('says how many bytes of a length were missing', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.from([0]));
    expect(() => decoder.end()).toThrow(/3 of the 4 bytes of its length/);
  });

  it('stays failed after a cut', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.from([0]));
    expect(() => decoder.end()).toThrow(PeerError);
    expect(decoder.buffered).toBe(0);
    expect(() => decoder.push(Buffer.from([0, 0, 0]))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CUT' }),
    );
  });

  it('waits, without an error, for as long as bytes are missing', () => {
    const decoder = new FrameDecoder();
    expect(decoder.push(Buffer.alloc(0))).toEqual([]);
    expect(decoder.push(Buffer.from([0, 0]))).toEqual([]);
    expect(decoder.push(Buffer.from([0, 1]))).toEqual([]);
    expect(decoder.push(Buffer.from('x')).map(text)).toEqual(['x']);
  });

  it('hands over Buffers, even when it is fed plain Uint8Arrays', () => {
    const frames = new FrameDecoder().push(new Uint8Array([0, 0, 0, 1, 65, 0, 0, 0, 0]));
    expect(frames.every((frame) => Buffer.isBuffer(frame))).toBe(true);
    expect(frames.map((frame) => frame.toString('utf8'))).toEqual(['A', '']);
  });

  it('gives views of the chunk, so that no byte is copied', () => {
    const chunk = encodeFrames([Buffer.alloc(10), Buffer.alloc(20)]);
    const frames = new FrameDecoder().push(chunk);
    expect(frames.map((frame) => frame.buffer)).toEqual([chunk.buffer, chunk.buffer]);
    expect(frames[1]!.byteOffset).toBe(chunk.byteOffset + 4 + 10 + 4);
  });

  it('holds a kept small frame in 8 KiB at most, when asked to detach', () => {
    const payload = Buffer.alloc(10, 'k');
    const chunk = Buffer.allocUnsafeSlow(65_536);
    const frames = encodeFrames(Array.from({ length: 4681 }, () => payload));
    chunk.set(frames);
    const decoder = new FrameDecoder({ detach: true });
    for (const frame of decoder.push(chunk.subarray(0, frames.length))) {
      expect(frame.buffer.byteLength).toBeLessThanOrEqual(8192);
      expect(frame.equals(payload)).toBe(true);
    }
  });

  it.each([0, -1, 1.5, NaN, 2 ** 32, '10'])(
    'refuses %s as the largest frame',
    (limit) => {
      expect(() => new FrameDecoder({ maxFrameLength: limit as number })).toThrow(
        expect.objectContaining({ name: 'MisuseError', code: 'ERR_BAD_ARGUMENT' }),
      );
    },
  );
});
