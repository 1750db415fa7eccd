/** What is known to be one cell wide is so by Unicode's tables as well. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../../../src/common/text/index.ts';

describe('the width of a text', () => {
  it('is that of the tables for each character of below U+D800, between two others', () => {
    const wrong: string[] = [];
    for (let code = 0x20; code < 0xd800; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      if (textWidth(text) !== stringWidth(text)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('counts two cells for a wide character, and none for colours', () => {
    expect(textWidth('→ 日本')).toBe(6);
    expect(textWidth('\u001B[31m– red\u001B[39m')).toBe(5);
  });
});
