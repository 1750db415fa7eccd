import { describe, expect, it } from 'vitest';
import { visible } from '../../../../src/common/text/index.ts';

describe('text in which nothing hides', () => {
  it.each<[string, string, string]>([
    ['a control character', '\u0007', '\\x07'],
    ['one of the second kind', '\u009B', '\\x9b'],
    ['the end of a line', 'a\r\nb', 'a\\r\\nb'],
    ['a line separator', '\u2028', '\\u{2028}'],
    ['a paragraph separator', '\u2029', '\\u{2029}'],
    ['a turn of the direction', '\u202E', '\\u{202e}'],
    ['a space of no width', '\u200B', '\\u{200b}'],
    ['a note between the lines', '\uFFF9\uFFFA\uFFFB', '\\u{fff9}\\u{fffa}\\u{fffb}'],
    ['half a character', '\uD800', '\\u{d800}'],
    ['what means nothing yet', '\u{10FFFF}', '\\u{10ffff}'],
  ])('shows %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(visible(text, true)).toBe(shown);
  });

  it.each(['größe', 'x\u00A0y', 'אב', '\u{1F600}', '\uFFFD', '\\n'])(
    'lets %s be',
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );

  it('is ASCII if it is to be, and DEL is no letter of it', () => {
    expect(visible(' ~\u007Fé\u{1F600}', true)).toBe(' ~\\x7f\\xe9\\u{1f600}');
  });
});
