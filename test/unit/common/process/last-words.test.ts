import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { lastWords } from '../../../../src/common/process/last-words.ts';

/** What Node says of a program that it cannot run to its end. */
function complaintOf(source: string): string {
  const { stderr } = spawnSync(process.execPath, ['--eval', source], {
    encoding: 'utf8',
  });
  return stderr;
}

describe('the last words of a program', () => {
  it('are the last line of a Python traceback', () => {
    const lines = ['Traceback (most recent call last):', '  File "core.py", line 3'];
    expect(lastWords([...lines, 'ValueError: no number', '', ''].join('\n'))).toBe(
      'ValueError: no number',
    );
  });

  it.each([
    ["throw new TypeError('no packet')", 'TypeError: no packet'],
    ["Promise.reject(new Error('late'))", 'Error: late'],
    ['nothing.there', 'ReferenceError: nothing is not defined'],
  ])('are the error of a Node program: %s', (source, words) => {
    expect(lastWords(complaintOf(source))).toBe(words);
  });

  it('name a file that Node does not find', () => {
    expect(lastWords(complaintOf("require('./not-there.js')"))).toMatch(
      /^Error: Cannot find module '.*not-there\.js'$/,
    );
  });

  it('are what was thrown, where that is not an error', () => {
    expect(lastWords(complaintOf("throw 'a text'"))).toBe('a text');
  });

  it('are none of a program that has said nothing', () => {
    expect(lastWords('\n')).toBe('');
  });
});
