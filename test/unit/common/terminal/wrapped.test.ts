import { describe, expect, it } from 'vitest';
import { wrapped } from '../../../../src/common/terminal/index.ts';

const COMMAND =
  'npm run -s socketlab -- auction bid NAME --host 192.168.100.150 --code K7RTQX';

describe('a line that is wider than the terminal', () => {
  it('is broken between words, as far in as it begins', () => {
    expect(wrapped('  one two three four', 12)).toBe('  one two\n  three\n  four');
  });

  it('has its command on a line of its own, in one piece', () => {
    expect(wrapped(`  bid:     ${COMMAND}`, 80)).toBe(`  bid:\n  ${COMMAND}`);
    const hint = `socketlab: to see it: ${COMMAND}`;
    expect(wrapped(hint, 80)).toBe(`socketlab: to see it:\n${COMMAND}`);
  });

  it('stays as it is where it fits, and where there is no terminal', () => {
    expect(wrapped('to see it: npx socketlab list', 80)).toBe(
      'to see it: npx socketlab list',
    );
    expect(wrapped(COMMAND.repeat(3), undefined)).toBe(COMMAND.repeat(3));
  });
});
