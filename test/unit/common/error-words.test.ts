import { describe, expect, it } from 'vitest';
import { describeValue, errorWords, oneLineOf } from '../../../src/common/index.ts';

describe("others' words", () => {
  it('are one line without control characters, and not too long', () => {
    expect(oneLineOf(' a\n\tb\u001B[31mred\u202E ')).toBe('a b [31mred');
    expect(oneLineOf('x'.repeat(1e6))).toHaveLength(200);
  });

  it('are found for whatever is thrown, even for what throws when it is looked at', () => {
    const trap = new Error('x');
    Object.defineProperty(trap, 'message', {
      get: () => {
        throw new Error('trap');
      },
    });
    expect(errorWords(new TypeError('no such thing'))).toBe('TypeError: no such thing');
    expect(errorWords(trap)).toBe('an error that cannot be shown');
    expect(errorWords('oops')).toBe('"oops"');
    expect(errorWords(undefined)).toBe('undefined');
    expect(describeValue(Object.create(null))).toBe('an object');
  });

  it.each([
    'at determineBid (file:///home/ann/my%20bot.ts:12:5)',
    'at determineBid (/home/ann/my bot.ts:12:5)',
    'at C:\\ann\\my bot.ts:12:5',
  ])('say in which line of the bot it was: %s', (frame) => {
    const error = new Error('no');
    error.stack = `Error: no\n    at helper (/home/ann/helper.ts:3:1)\n    ${frame}`;
    expect(errorWords(error, 'file:///home/ann/my%20bot.ts')).toBe(
      'Error: no (my bot.ts:12)',
    );
  });
});
