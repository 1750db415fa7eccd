import { describe, expect, it } from 'vitest';
import { checkBytes, checkSize } from '../../../src/common/index.ts';

const BAD_ARGUMENT = expect.objectContaining({
  name: 'MisuseError',
  code: 'ERR_BAD_ARGUMENT',
});

describe('checkSize', () => {
  it('takes whole numbers from the least on', () => {
    expect(() => checkSize('recv', 1)).not.toThrow();
    expect(() => checkSize('recv', 0, 0)).not.toThrow();
    expect(() => checkSize('recvText', 4, 4)).not.toThrow();
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10' as unknown as number])(
    'refuses %o',
    (size) => {
      expect(() => checkSize('recv', size)).toThrow(BAD_ARGUMENT);
    },
  );

  it('names the call, the least and what it got', () => {
    expect(() => checkSize('recvText', 3, 4)).toThrow(
      'recvText takes a whole number of bytes, 4 or more, not 3',
    );
  });
});

describe('checkBytes', () => {
  it.each([Buffer.from('a'), new Uint8Array(2), Buffer.alloc(0)])(
    'takes %o',
    (data: Uint8Array) => {
      expect(() => checkBytes('send', data)).not.toThrow();
    },
  );

  it.each(['text', 7, undefined, null, [1, 2], new ArrayBuffer(2), new Uint16Array(2)])(
    'refuses %o',
    (data) => {
      expect(() => checkBytes('send', data)).toThrow(BAD_ARGUMENT);
    },
  );

  it('tells whoever sends text how to make bytes of it', () => {
    expect(() => checkBytes('send', 'text')).toThrow('Buffer.from(text)');
  });
});
