import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/common/index.ts';

const COMMANDS = ['list', 'run', 'compare', 'behaviours', 'diagram', 'trace', 'relay'];

describe('a misspelt word', () => {
  it.each([
    ['complare', 'compare'],
    ['comapre', 'compare'],
    ['runn', 'run'],
    ['urn', 'run'],
    ['lsit', 'list'],
    ['Behaviors', 'behaviours'],
    ['DIAGRAM', 'diagram'],
  ])('%s is known for %s', (word, meant) => {
    expect(nearest(word, COMMANDS)).toBe(meant);
  });

  it.each(['frobnicate', 'x', 'go', 'server', ''])('%j is near to nothing', (word) => {
    expect(nearest(word, COMMANDS)).toBeUndefined();
    expect(didYouMean(word, COMMANDS)).toBe('');
  });

  it('is asked about in a sentence', () => {
    expect(didYouMean('sed', ['seed', 'size'], '--')).toBe(' Did you mean --seed?');
  });

  it('of one slip in four letters or more is always found', () => {
    const letters = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      minLength: 4,
    });
    fc.assert(
      fc.property(letters, fc.nat(), fc.constantFrom('z', ''), (word, place, instead) => {
        const at = place % word.length;
        const slip = word.slice(0, at) + instead + word.slice(at + 1);
        expect(nearest(slip, [word])).toBe(word);
      }),
    );
  });
});
