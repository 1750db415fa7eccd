import { describe, expect, it } from 'vitest';
import { linePattern, parseHeader, seenPattern } from '../../../src/lessons/header.ts';

/** A program with the header of every lesson, and `see` as its See block. */
function program(see: readonly string[], fields: Record<string, string> = {}): string {
  const all: Record<string, string> = {
    Shows: 'One thing.',
    Lecture: 'P1.',
    Run: 'npx tsx x.ts',
    See: '',
    Exercise: 'Why?',
    ...fields,
  };
  const lines: string[] = [];
  for (const [name, text] of Object.entries(all)) {
    if (text === 'none') continue;
    lines.push(` * ${name}: ${text}`.trimEnd());
    if (name === 'See') lines.push(...see.map((line) => ` *   ${line}`.trimEnd()));
  }
  return ['/**', ' * Title.', ' *', ...lines, ' */', "import 'node:net';", ''].join('\n');
}

const BAD_LESSON = { name: 'MisuseError', code: 'ERR_BAD_LESSON' };

describe('parseHeader', () => {
  it('reads title, fields and the See block of a program', () => {
    const source = `/**
 * UDP uppercase: the client.
 *
 * Shows:    One datagram there,
 *           one back.
 * Lecture:  P2, the lecture's UDP client.
 * Run:      npx tsx client.ts
 * Partner:  npx tsx server.ts
 * See:
 *   Input lowercase sentence:«hello»
 *   HELLO
 *
 *     and more, further in
 * Exercise: What if
 *           nobody answers?
 */
import { createSocket } from 'node:dgram';
/** Another comment. */
`;
    expect(parseHeader(source, 'client.ts')).toEqual({
      title: 'UDP uppercase: the client.',
      fields: {
        Shows: 'One datagram there, one back.',
        Lecture: "P2, the lecture's UDP client.",
        Run: 'npx tsx client.ts',
        Partner: 'npx tsx server.ts',
        Exercise: 'What if nobody answers?',
      },
      see: [
        { printed: 'Input lowercase sentence:', typed: 'hello' },
        { printed: 'HELLO' },
        { printed: '' },
        { printed: '  and more, further in' },
      ],
      serves: false,
    });
  });

  it('tells a program that serves until Ctrl-C by the last line', () => {
    const { see, serves } = parseHeader(program(['ready', '^C']), 'x.ts');
    expect(serves).toBe(true);
    expect(see).toEqual([{ printed: 'ready' }]);
  });

  it('takes ^C for text anywhere else', () => {
    const { see, serves } = parseHeader(program(['^C', 'press ^C', 'end']), 'x.ts');
    expect(serves).toBe(false);
    expect(see.map((line) => line.printed)).toEqual(['^C', 'press ^C', 'end']);
  });

  it('reads lines that end as Windows ends them', () => {
    const source = program(['ready', '^C']);
    const windows = source.replaceAll('\n', '\r\n');
    expect(parseHeader(windows, 'x.ts')).toEqual(parseHeader(source, 'x.ts'));
  });

  it('lets a line be typed with nothing printed before, and with nothing typed', () => {
    const { see } = parseHeader(program(['«hello»', 'again?«»']), 'x.ts');
    expect(see).toEqual([
      { printed: '', typed: 'hello' },
      { printed: 'again?', typed: '' },
    ]);
  });

  it('refuses a source without a header, and names the file', () => {
    expect(() => parseHeader("import 'node:net';\n", 'bare.ts')).toThrow(
      expect.objectContaining({
        ...BAD_LESSON,
        message: 'bare.ts: does not open with a /** … */ header',
      }),
    );
  });

  it.each(['Shows', 'Lecture', 'Run', 'Exercise'])(
    'refuses a header without %s',
    (name) => {
      for (const text of ['none', '']) {
        expect(() => parseHeader(program(['x'], { [name]: text }), 'x.ts')).toThrow(
          expect.objectContaining({
            ...BAD_LESSON,
            message: `x.ts: its header has no ${name}: line`,
          }),
        );
      }
    },
  );

  it.each([[[]], [['^C']]])('refuses a See block that shows nothing: %j', (see) => {
    expect(() => parseHeader(program(see), 'x.ts')).toThrow('its See: block is empty');
  });

  it('refuses a header without a See block', () => {
    expect(() => parseHeader(program([], { See: 'none' }), 'x.ts')).toThrow(
      'its See: block is empty',
    );
  });
});

/** The expression that the output of a program with this See block must match. */
function patternOf(...see: string[]): RegExp {
  return seenPattern(parseHeader(program(see), 'x.ts').see);
}

describe('seenPattern', () => {
  it('matches the output line by line, and nothing more or less', () => {
    const pattern = patternOf('one', 'two');
    expect('one\ntwo\n').toMatch(pattern);
    for (const wrong of ['one\n', 'one\ntwo', 'one\ntwo\nthree\n', ' one\ntwo\n', '']) {
      expect(wrong).not.toMatch(pattern);
    }
  });

  it('leaves out what is typed and its line break: a pipe does not echo', () => {
    expect('say:HELLO\n').toMatch(patternOf('say:«hello»', 'HELLO'));
    expect('say:hello\nHELLO\n').not.toMatch(patternOf('say:«hello»', 'HELLO'));
  });

  it.each([
    ['<port>', ['1', '12000', '65535'], ['', '123456', 'port', '-1']],
    ['<n>', ['0', '1234567890'], ['', '1.5', 'n']],
    ['<path>', ['/tmp/x.sock', 'x'], ['', 'two words']],
  ])('lets %s stand for what varies', (placeholder, right, wrong) => {
    const pattern = patternOf(`at ${placeholder}!`);
    for (const text of right) expect(`at ${text}!\n`).toMatch(pattern);
    for (const text of wrong) expect(`at ${text}!\n`).not.toMatch(pattern);
  });

  it('lets a line come any number of times, and any word stand in it', () => {
    const pattern = patternOf('open', '<word>: <n>', '…', 'closed');
    for (const output of [
      'open\nann: 7\nclosed\n',
      'open\nann: 7\nVan_Gogh: 0\nå: 1\nclosed\n',
    ]) {
      expect(output).toMatch(pattern);
    }
    for (const output of [
      'open\nclosed\n',
      'open\nann: 7\nann: x\nclosed\n',
      'open\nann b: 7\nclosed\n',
      'open\nann: 7\n…\nclosed\n',
    ]) {
      expect(output).not.toMatch(pattern);
    }
    expect('…\n').toMatch(patternOf('…')); // with no line before it, it is itself
  });

  it('takes everything else literally', () => {
    const line = 'a.b*c+d?e^f$g(h)i[j]k{l}m|n\\o/p <host> <ports>';
    expect(`${line}\n`).toMatch(patternOf(line));
    expect(`${line.replace('.', 'x')}\n`).not.toMatch(patternOf(line));
  });
});

describe('linePattern', () => {
  it('finds a line at its end, however much came before', () => {
    const pattern = linePattern({ printed: 'ready at <port>' });
    expect('noise\nready at 12000\n').toMatch(pattern);
    expect('ready at 12000').not.toMatch(pattern);
  });

  it('finds a prompt only when nothing has come after it', () => {
    const pattern = linePattern({ printed: 'say:', typed: 'hello' });
    expect('ready\nsay:').toMatch(pattern);
    expect('say:HELLO\n').not.toMatch(pattern);
  });
});
