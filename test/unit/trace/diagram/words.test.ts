import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible } from '../../../../src/common/text/index.ts';
import {
  addressWords,
  clockFor,
  count,
  duration,
  range,
  size,
} from '../../../../src/trace/diagram/words.ts';

describe('a length of time', () => {
  it.each([
    [0, '0 µs'],
    [350, '350 µs'],
    [999.4, '999 µs'],
    [1000, '1 ms'],
    [12_345, '12.3 ms'],
    [189_500, '190 ms'],
    [999_499, '999 ms'],
    [2_500_000, '2.5 s'],
    [59_900_000, '59.9 s'],
    [200_000_000, '3 min 20 s'],
    [-1500, '-1.5 ms'],
  ])('of %d µs is %s', (microseconds, words) => {
    expect(duration(microseconds)).toBe(words);
  });
});

describe('the numbers of an axis', () => {
  it('have as many digits as the shortest step needs', () => {
    expect(clockFor(0, 5000, 100).write(301_250)).toBe('301.3');
    expect(clockFor(0, 5000, 10).write(301_250)).toBe('301.25');
    expect(clockFor(0, 5000, 0.001).write(301_250.5)).toBe('301.250');
    expect(clockFor(0, 5000, 5000).write(301_250)).toBe('301');
  });

  it('are seconds where a picture spans many of them', () => {
    const { unit, write } = clockFor(0, 30e6, 250_000);
    expect([unit, write(12_250_000)]).toEqual(['s', '12.3']);
    expect(clockFor(0, 30e6, 10).unit).toBe('ms');
  });
});

describe('words', () => {
  it('count things, one and many', () => {
    expect([count(1, 'event'), count(100_000, 'event')]).toEqual([
      '1 event',
      '100,000 events',
    ]);
    expect(count(2, 'process', 'processes')).toBe('2 processes');
  });

  it('tell sizes to the byte and ranges by their first and last', () => {
    expect([size(17), size(65_536), size(20 * 1_048_576)]).toEqual([
      '17 B',
      '65,536 B',
      '20 MiB',
    ]);
    expect([range(0, 17), range(4, 5)]).toEqual(['0–16', '4']);
  });

  it('write addresses in full, and shorter where this machine is meant', () => {
    expect(addressWords({ host: '127.0.0.1', port: 12_000 })).toEqual([
      '127.0.0.1:12000',
      ':12000',
    ]);
    expect(addressWords({ host: '::1', port: 1 })).toEqual(['[::1]:1', ':1']);
    expect(addressWords({ host: '192.0.2.7', port: 80 })).toEqual(['192.0.2.7:80']);
    expect(addressWords({ path: '' })).toEqual(['no address']);
    expect(addressWords({ path: '/tmp/lab/uppercase.sock' })).toEqual([
      '/tmp/lab/uppercase.sock',
      '…percase.sock',
    ]);
    expect(addressWords(undefined)).toEqual([]);
  });
});

describe('what programs sent', () => {
  it('is shown with escapes for what cannot be seen, or would do something', () => {
    expect(visible('first\r\n\tsecond\0')).toBe('first\\r\\n\\tsecond\\0');
    expect(visible('\u001b[2J\u0007')).toBe('\\x1b[2J\\x07');
    expect(visible('\u202egnp.exe')).toBe('\\u{202e}gnp.exe');
    expect(visible('\ud800 alone')).toBe('\\u{d800} alone');
    expect(visible('Ståle 😀')).toBe('Ståle 😀');
  });

  it('is ASCII where only that can be shown', () => {
    expect(visible('Ståle 😀', true)).toBe('St\\xe5le \\u{1f600}');
  });

  it('never holds a control character or half a character, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/\p{C}/u);
        expect(visible(text, true)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
