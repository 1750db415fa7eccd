/** The table of all, in every width. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { EXPERIMENTS, tableLines } from '../../../../src/network/behaviours/index.ts';
import { failed, named, notHere, PLAIN, ran, strange } from './outcomes.ts';

const ALL = EXPERIMENTS.map(({ name }) => ran(name));

describe('the table', () => {
  it.each([50, 80, 100, 137, 200])('fits into %i columns', (width) => {
    const lines = tableLines(ALL, width, PLAIN);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(
      width,
    );
  });

  it.each([80, 100, 137, 200])('loses and cuts no word in %i columns', (width) => {
    const lines = tableLines(ALL, width, PLAIN);
    const words = new Set(lines.flatMap((line) => line.split(/\s+/)));
    for (const { name, question } of EXPERIMENTS) {
      for (const word of [name, ...question.split(' ')]) expect(words).toContain(word);
    }
  });

  it('has no line longer than anybody can read, however wide the terminal', () => {
    const lines = tableLines(ALL, 500, PLAIN);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(200);
  });

  it('puts question, UDP and TCP side by side, below the title of a chapter', () => {
    const lines = tableLines([ran('nagle')], 200, PLAIN);
    expect(lines[0]).toMatch(/^ {20,}UDP {20,}TCP$/);
    expect(lines[1]).toBe('What it costs');
    expect(lines[3]).toMatch(/^nagle {20,}UDP told of nagle {20,}TCP told of nagle$/);
    expect(lines[4]).toMatch(/^A client sends a question in two small writes/);
    expect(lines[3]!.indexOf('UDP told')).toBe(lines[0]!.indexOf('UDP'));
    expect(lines[3]!.indexOf('TCP told')).toBe(lines[0]!.indexOf('TCP'));
  });

  it('counts at the end, and names those that need a second look', () => {
    const outcomes = [
      ran('nagle'),
      ran('backlog', 'refused'),
      strange('loss'),
      notHere('multicast', 'no way to a group'),
      failed('order', 'out of memory'),
    ];
    expect(tableLines(outcomes, 200, PLAIN).at(-1)).toBe(
      '5 behaviours: 1 as expected, 2 unexpected (backlog, loss), 1 not here (multicast), 1 failed (order).',
    );
    expect(tableLines(ALL, 200, PLAIN).at(-1)).toBe(
      `${ALL.length} behaviours: ${ALL.length} as expected.`,
    );
  });

  it('says why where there is nothing to compare', () => {
    const outcomes = [notHere('multicast', 'no way'), failed('order', 'no memory')];
    const text = tableLines(outcomes, 200, PLAIN).join('\n');
    expect(text).toMatch(/multicast +not here: no way\n/);
    expect(text).toMatch(/order +failed: no memory\n/);
  });

  it('says what differs on this system where the answer is another', () => {
    const differs = 'It is the moon.';
    const text = tableLines(
      [ran('backlog', 'refused', { differs }), ran('nagle', 'fast')],
      200,
      PLAIN,
    ).join('\n');
    expect(text).toContain('It is the moon.');
    expect(text).toContain('Not the usual answer.');
    const usual = tableLines([ran('backlog', undefined, { differs })], 200, PLAIN);
    expect(usual.join('\n')).not.toContain('moon');
    expect(named('backlog').differs?.win32).toMatch(/^Windows refuses/);
  });
});
