import { describe, expect, it } from 'vitest';
import { Canvas } from '../../../../src/trace/diagram/canvas.ts';

function canvas(ascii = false): Canvas {
  return new Canvas({ width: 9, height: 4, ascii });
}

const plain = (text: string): string => text;

describe('a canvas', () => {
  it('joins lines that meet, turn and cross', () => {
    const sheet = canvas();
    sheet.line({ x: 2, y: 0 }, { x: 2, y: 3 }, 'light', '');
    sheet.line({ x: 0, y: 1 }, { x: 6, y: 1 }, 'light', '');
    sheet.line({ x: 6, y: 1 }, { x: 6, y: 3 }, 'light', '');
    sheet.line({ x: 6, y: 3 }, { x: 2, y: 3 }, 'light', '');
    expect(sheet.rows(plain)).toEqual(['  ╷', '╶─┼───╮', '  │   │', '  ╰───╯']);
  });

  it('does the same in ASCII', () => {
    const sheet = canvas(true);
    sheet.line({ x: 2, y: 0 }, { x: 2, y: 3 }, 'heavy', '');
    sheet.line({ x: 0, y: 1 }, { x: 6, y: 1 }, 'light', '');
    sheet.line({ x: 6, y: 1 }, { x: 6, y: 3 }, 'dashed', '');
    expect(sheet.rows(plain)).toEqual(['  #', '--+---.', '  #   :', '  #   :']);
  });

  it('tells heavy, light and interrupted lines apart', () => {
    const sheet = canvas();
    sheet.line({ x: 0, y: 0 }, { x: 0, y: 3 }, 'heavy', '');
    sheet.line({ x: 2, y: 0 }, { x: 2, y: 3 }, 'dashed', '');
    sheet.line({ x: 0, y: 0 }, { x: 1, y: 0 }, 'light', '');
    sheet.loosen(0, 2, 2);
    expect(sheet.rows(plain)).toEqual(['┎╴╷', '┃ ┊', '┋ ┊', '╹ ╵']);
  });

  it('writes text over lines, and forgets what lies outside', () => {
    const sheet = canvas();
    sheet.line({ x: 0, y: 1 }, { x: 8, y: 1 }, 'light', '');
    sheet.text(2, 1, ' 日本 ', '');
    sheet.text(7, 0, 'long', '');
    sheet.text(0, 9, 'nowhere', '');
    expect(sheet.rows(plain)).toEqual(['       lo', '╶─ 日本 ╴', '', '']);
  });

  it('hands over runs of one style', () => {
    const sheet = canvas();
    sheet.text(0, 0, 'ab', 'one');
    sheet.text(2, 0, 'c', 'two');
    expect(sheet.rows((text, style) => `${style}(${text})`)[0]).toBe('one(ab)two(c)');
  });
});
