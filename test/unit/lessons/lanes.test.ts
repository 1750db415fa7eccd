import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Lanes } from '../../../src/lessons/lanes.ts';

const NAMES = ['server', 'client'];

/** Two lanes of 30 columns: 63 are 30, a gap of 3, and 30. */
function columns(width = 63): Lanes {
  return new Lanes({ names: NAMES, width });
}

function prefixes(): Lanes {
  return new Lanes({ names: NAMES });
}

/** Lanes that say in angle brackets what would be painted. */
function painted(width?: number): Lanes {
  return new Lanes({
    names: NAMES,
    width,
    paint: (text, lane) => `<${lane}>${text}</${lane}>`,
    mark: (text, kind) => `<${kind}>${text}</${kind}>`,
  });
}

const inClient = (text: string): string => `${' '.repeat(30)} │ ${text}`;

describe('columns', () => {
  it('are headed by the names and a rule', () => {
    expect(columns().head()).toEqual([
      `server${' '.repeat(24)} │ client`,
      `${'─'.repeat(30)}─┼─${'─'.repeat(30)}`,
    ]);
  });

  it('put each line into its own lane, one row each, in the order of events', () => {
    const lanes = columns();
    expect(lanes.add(0, 'ready\n')).toEqual([`${'ready'.padEnd(30)} │`]);
    expect(lanes.add(1, 'say:\nHELLO\n')).toEqual([inClient('say:'), inClient('HELLO')]);
  });

  it('are no wider than the terminal, and at most 64 each', () => {
    for (const [width, each] of [
      [63, 30],
      [80, 38],
      [81, 39],
      [131, 64],
      [400, 64],
    ] as const) {
      const [head, rule] = columns(width).head();
      expect(stringWidth(rule!)).toBe(2 * each + 3);
      expect(stringWidth(head!)).toBeLessThanOrEqual(width);
    }
  });

  it('give way to prefixes when a lane would be narrower than 30', () => {
    expect(columns(62).head()).toEqual([]);
    expect(columns(62).add(0, 'ready\n')).toEqual(['server | ready']);
  });

  it('share the width among all lanes', () => {
    const names = ['one', 'two', 'three'];
    const row = new Lanes({ names, width: 96 }).add(2, 'x\n');
    expect(row).toEqual([`${' '.repeat(30)} │ ${' '.repeat(30)} │ x`]);
    expect(new Lanes({ names, width: 95 }).head()).toEqual([]);
  });

  it('wrap a long line at words, and a word that is longer than the lane anywhere', () => {
    const lanes = columns();
    const words = 'The quick brown fox jumps over the lazy dog';
    const rows = lanes.add(1, `${words}\n`);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(63);
    const text = rows.map((row) => row.slice(33)).join('');
    expect(text.replaceAll(' ', '')).toBe(words.replaceAll(' ', ''));

    expect(lanes.add(1, `${'x'.repeat(70)}\n`)).toEqual([
      inClient('x'.repeat(30)),
      inClient('x'.repeat(30)),
      inClient('x'.repeat(10)),
    ]);
  });

  it('keep their place beside wide characters, and those of no width', () => {
    const lanes = columns();
    for (const text of ['漢字かな', '😀😀', 'Ståle', 'Sta\u030Ale', '👩‍👩‍👧']) {
      const [row] = lanes.add(0, `${text}\n`);
      expect(stringWidth(row!.slice(0, row!.indexOf('│')))).toBe(31);
    }
    const rows = lanes.add(0, `${'漢'.repeat(20)}\n`); // 40 columns
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(stringWidth(row)).toBe(32);
  });

  it('show an empty line as an empty row', () => {
    expect(columns().add(1, '\n')).toEqual([inClient('').trimEnd()]);
  });
});

describe('prefixes', () => {
  it('have no head, and stand before every line, all of one width', () => {
    const lanes = new Lanes({ names: ['server', 'me'] });
    expect(lanes.head()).toEqual([]);
    expect(lanes.add(0, 'ready\n')).toEqual(['server | ready']);
    expect(lanes.add(1, 'hello\n')).toEqual(['me     | hello']);
  });

  it('never wrap', () => {
    const long = 'word '.repeat(100).trim();
    expect(prefixes().add(0, `${long}\n`)).toEqual([`server | ${long}`]);
  });
});

describe('a line that is not finished', () => {
  it('waits for its end, also in pieces, while other lanes go on', () => {
    const lanes = prefixes();
    expect(lanes.add(1, 'say')).toEqual([]);
    expect(lanes.add(0, 'ready\n')).toEqual(['server | ready']);
    expect(lanes.add(1, ':')).toEqual([]);
    expect(lanes.add(1, ' done\nnext')).toEqual(['client | say: done']);
    expect(lanes.flush(1)).toEqual(['client | next']);
  });

  it('is ended by what is typed', () => {
    const lanes = prefixes();
    expect(lanes.add(1, 'say:')).toEqual([]);
    expect(lanes.add(1, 'hello', 'typed')).toEqual(['client | say:hello']);
    expect(lanes.flush(1)).toEqual([]);
  });

  it('is flushed once, and nothing is flushed when there is nothing', () => {
    const lanes = prefixes();
    lanes.add(0, 'half');
    expect(lanes.flush(0)).toEqual(['server | half']);
    expect(lanes.flush(0)).toEqual([]);
  });

  it('is broken after 8 KiB, so that it cannot fill the memory', () => {
    const lanes = prefixes();
    const rows = [];
    for (let count = 0; count < 100; count += 1)
      rows.push(...lanes.add(0, 'x'.repeat(1000)));
    rows.push(...lanes.flush(0));
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row.length).toBeLessThan(10_000);
    expect(rows.map((row) => row.slice('server | '.length)).join('')).toBe(
      'x'.repeat(100_000),
    );
  });
});

describe('what a program prints', () => {
  it.each([
    ['colours', '\u001B[31mred\u001B[0m', 'red'],
    ['clearing the screen', 'a\u001B[2J\u001B[Hb', 'ab'],
    ['a title for the window', '\u001B]0;title\u0007text', 'text'],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'a·b·c'],
    ['a lone escape', 'a\u001B', 'a·'],
    ['an 8-bit control', 'a\u009Bb', 'a·b'],
    ['a zero', 'a\0b', 'a·b'],
    ['a tab', 'a\tb', 'a    b'],
  ])('cannot move our cursor: %s', (_, text, shown) => {
    expect(prefixes().add(0, `${text}\n`)).toEqual([`server | ${shown}`]);
  });

  it('may end its lines as Windows does, and cannot overwrite one', () => {
    expect(prefixes().add(0, 'one\r\ntwo\rthree\n')).toEqual([
      'server | one',
      'server | two',
      'server | three',
    ]);
  });

  it('is made harmless when it is typed or complained as well', () => {
    const lanes = prefixes();
    expect(lanes.add(1, 'a\u0007b', 'typed')).toEqual(['client | a·b']);
    expect(lanes.add(0, 'bad\u0008\n', 'complained')).toEqual(['server | bad·']);
  });
});

describe('paint', () => {
  it('goes onto the names, in their columns or as prefixes', () => {
    expect(painted(63).head()[0]).toMatch(/^<0>server +<\/0> │ <1>client +<\/1>$/);
    expect(painted().add(0, 'x\n')).toEqual(['<0>server |</0> x']);
  });

  it('marks what was typed and what was complained, and no more', () => {
    const lanes = painted();
    lanes.add(1, 'say:');
    expect(lanes.add(1, 'hello', 'typed')).toEqual([
      '<1>client |</1> say:<typed>hello</typed>',
    ]);
    expect(lanes.add(0, 'bad\n', 'complained')).toEqual([
      '<0>server |</0> <complained>bad</complained>',
    ]);
  });
});

describe('the width of columns', () => {
  const [names, wishes] = [
    ['server', 'client'],
    [20, 40],
  ];
  const rule = (width: number): string[] =>
    new Lanes({ names, wishes, width }).head()[1]!.split('─┼─');

  it('gives each lane what it wishes and shares the rest equally', () => {
    expect(rule(73).map((part) => part.length)).toEqual([25, 45]);
  });

  it('is the same for all when the wishes do not fit', () => {
    const wide = new Lanes({ names, wishes: [70, 70], width: 83 });
    expect(
      wide
        .head()[1]!
        .split('─┼─')
        .map((part) => part.length),
    ).toEqual([40, 40]);
  });
});
