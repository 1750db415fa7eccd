import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../../../src/common/terminal/index.ts';

const TITLE = '\u001B]0;owned\u0007';

function screen(width?: number): { screen: Screen; written: () => string } {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const output = { write, width, colours: createColors(true) };
  return { screen: new Screen(output), written: () => written };
}

describe('a screen', () => {
  it('shows what would command a terminal, and lets colours be', () => {
    const { screen: shown, written } = screen(80);
    const line = `${shown.paint.bold('ann')} says ${TITLE}\u202E`;
    shown.print(line);
    const safe = `${shown.paint.bold('ann')} says \\x1b]0;owned\\x07\\u{202e}\n`;
    expect(written()).toBe(safe);
  });

  it('does so in the line that changes, too', () => {
    const { screen: shown, written } = screen(80);
    shown.status = TITLE;
    expect(written()).toBe('\\x1b]0;owned\\x07');
  });
});
