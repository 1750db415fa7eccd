import { describe, expect, it } from 'vitest';
import {
  decodeJson,
  decodeText,
  encodeJson,
  encodeText,
} from '../../../src/framing/index.ts';

interface Bid {
  amount: number;
}

function bid(value: unknown): Bid {
  if (typeof value === 'object' && value !== null && 'amount' in value) {
    if (typeof value.amount === 'number') return { amount: value.amount };
  }
  throw new TypeError('a bid has an amount');
}

describe('text in frames', () => {
  it.each(['', 'hello', 'größer ≥ 4 €', '\u{1F98A}', '\uFEFFmarked', '\0'])(
    'comes back as it was: %j',
    (text) => {
      expect(decodeText(encodeText(text))).toBe(text);
    },
  );

  it('is refused when the bytes are not UTF-8', () => {
    const half = encodeText('€').subarray(0, 2);
    expect(() => decodeText(half)).toThrow(
      expect.objectContaining({ name: 'PeerError', code: 'ERR_FRAME_NOT_TEXT' }),
    );
  });

  it.each(['\uD83E', 'cut \uDD8A', 7 as never])(
    'is refused when it has no UTF-8: %j',
    (text) => {
      expect(() => encodeText(text)).toThrow(
        expect.objectContaining({ name: 'MisuseError', code: 'ERR_BAD_ARGUMENT' }),
      );
    },
  );
});

describe('JSON in frames', () => {
  it('comes back as what the validator makes of it', () => {
    expect(decodeJson(encodeJson({ amount: 7, more: true }), bid)).toEqual({ amount: 7 });
  });

  it.each([
    ['bytes that are not text', Buffer.from([0xff]), 'ERR_FRAME_NOT_TEXT'],
    ['text that is not JSON', Buffer.from('{amount'), 'ERR_FRAME_NOT_JSON'],
    ['no text at all', Buffer.alloc(0), 'ERR_FRAME_NOT_JSON'],
    [
      'JSON that is not what was agreed',
      Buffer.from('{"amount":"7"}'),
      'ERR_FRAME_REFUSED',
    ],
  ])('refuses %s', (_, payload, code) => {
    expect(() => decodeJson(payload, bid)).toThrow(
      expect.objectContaining({ name: 'PeerError', code }),
    );
  });

  it('keeps what the validator said', () => {
    expect(() => decodeJson(Buffer.from('{}'), bid)).toThrow(/a bid has an amount/);
    expect(() => decodeJson(Buffer.from('{}'), bid)).toThrow(
      expect.objectContaining({ cause: expect.any(TypeError) as unknown }),
    );
  });

  it('refuses to send what JSON cannot say', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const value of [undefined, 1n, circle, () => 1]) {
      expect(() => encodeJson(value)).toThrow(
        expect.objectContaining({ name: 'MisuseError', code: 'ERR_BAD_ARGUMENT' }),
      );
    }
  });
});

describe('what is not bytes', () => {
  it('is the caller’s mistake, not the peer’s', () => {
    expect(() => decodeText('hello' as never)).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'ERR_BAD_ARGUMENT' }),
    );
    expect(() => decodeText([104, 105] as never)).toThrow('not an array');
  });
});
