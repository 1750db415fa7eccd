import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../../src/common/index.ts';

describe('a command', () => {
  it.each([
    ['python3 bot.py', ['python3', 'bot.py']],
    ['  python3   "my bot.py"  7 ', ['python3', 'my bot.py', '7']],
    [`a 'b "c" d' e''f ""`, ['a', 'b "c" d', 'ef', '']],
    ['C:\\py\\python.exe bots\\ann.py', ['C:\\py\\python.exe', 'bots\\ann.py']],
    ['echo $HOME | cat; x', ['echo', '$HOME', '|', 'cat;', 'x']],
  ])('%s is split into words, and no shell sees it', (command, words) => {
    expect(splitCommand(command, 'exec:', '"exec:python3 bot.py"')).toEqual(words);
  });

  it.each(['', '   ', '"open', "it's"])('%j is refused', (command) => {
    expect(() => splitCommand(command, 'exec:', '"exec:python3 bot.py"')).toThrow(
      /exec:|not closed/,
    );
  });
});
