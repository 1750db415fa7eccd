/** What is wrong fails the build, with the file and the line. */
import { describe, expect, it } from 'vitest';
import { tooWide, wideLines } from '../../../book/code.ts';
import { escaped } from '../../../book/html.ts';
import { markdownHtml } from '../../../book/markdown.ts';
import { placeOf, problemsOf } from '../../../book/problems.ts';
import { readSource } from '../../../book/sources.ts';

/** The problems of a chapter with this text behind a title and an empty line. */
function problemsIn(text: string): string[] {
  const problems: string[] = [];
  markdownHtml(`# A chapter\n\n${text}\n`, {
    file: 'book/text/chapter.md',
    highlight: (code) => code.split('\n').map(escaped),
    link: (target) => (target === '/docs/link.md' ? 'link.html' : undefined),
    results: (name) => (name === 'compare' ? escaped('results') : undefined),
    problem: (what) => problems.push(what),
  });
  return problems;
}

describe('a chapter', () => {
  it('has no problem when all is there', () => {
    expect(
      problemsIn(
        '[a link](/docs/link.md)\n\n<!-- results compare -->\n\n' +
          '<!-- code src/framing/frame.ts#encodeFrame -->\n\n' +
          '<!-- include CONTRIBUTING.md#contributing -->',
      ).filter((problem) => !problem.includes('architecture')),
    ).toEqual([]);
  });

  it.each([
    ['a dead link', '[x](/docs/nothing.md)', 'a dead link to /docs/nothing.md'],
    ['a missing picture', '![x](pictures/no.svg)', 'there is no picture pictures/no.svg'],
    [
      'a missing region',
      '<!-- code src/framing/frame.ts#noSuchName -->',
      'there is no code src/framing/frame.ts#noSuchName',
    ],
    [
      'a region of a missing file',
      '<!-- code src/no/file.ts#name -->',
      'there is no code src/no/file.ts#name',
    ],
    [
      'a missing section',
      '<!-- include README.md#no-such-heading -->',
      'there is no section README.md#no-such-heading',
    ],
    ['missing results', '<!-- results dice -->', 'there is no results dice'],
  ])('fails with file and line for %s', (_, text, what) => {
    expect(problemsIn(`words\n\n${text}`)).toEqual([`book/text/chapter.md:5: ${what}`]);
  });
});

describe('a site', () => {
  const sources = new Map([
    ['a.html', { file: 'docs/a.md', text: '# A\n\n[b](b.md#there) [b](b.md#gone)\n' }],
  ]);
  const page = (body: string): [string, string] => ['a.html', `<main>${body}</main>`];
  const other: [string, string] = ['b.html', '<h2 id="there">there</h2>'];

  it('has no problem when every link leads somewhere', () => {
    const files = new Map([page('<a href="b.html#there">b</a>'), other]);
    expect(problemsOf({ files, problems: [], sources })).toEqual([]);
  });

  it('fails with file and line for a dead anchor', () => {
    const files = new Map([page('<a href="b.html#gone">b</a>'), other]);
    expect(problemsOf({ files, problems: [], sources })).toEqual([
      'docs/a.md:3: a dead link to b.html#gone (no such anchor)',
    ]);
  });

  it('fails for a page that is not there, and for an id that is there twice', () => {
    const files = new Map([
      page('<a href="c.html">c</a><h2 id="x">X</h2><div class="seg" id="x">\n'),
      other,
    ]);
    expect(problemsOf({ files, problems: [], sources })).toEqual([
      'docs/a.md: a dead link to c.html (no such page)',
      'a.html: the id x appears twice, once at <h2 id="x">X and once at <div class="seg" id="x">: ' +
        'change that heading, or rename that program or what it declares',
    ]);
  });

  it('keeps what was found before', () => {
    const files = new Map([other]);
    expect(problemsOf({ files, problems: ['x'], sources })).toEqual(['x']);
  });

  it('names the file alone for what stands in no line of it', () => {
    expect(placeOf('docs/a.md', '# A', 'b')).toBe('docs/a.md');
  });
});

describe('a line', () => {
  it('is nowhere too wide, in all that a page shows', () => {
    expect(tooWide()).toEqual([]);
  });

  const width = { width: 20, strings: false };

  it.each([
    ['code', 'const aLongName = another;'],
    ['code around a string', "someLongFunction('a string', another);"],
    ['a comment', "// it's longer than twenty"],
    ['a comment of several lines', ' * `code` and more of it that is long'],
  ])('that is too wide fails with file and line: %s', (_, line) => {
    expect(wideLines('src/a.ts', `ok();\n${line}\n`, width)).toEqual([
      'src/a.ts:2 is wider than 20 columns',
    ]);
  });

  it('may be wide by a string that nobody can break, and in a lesson may not', () => {
    const line = "  'a text that is longer than the page is',";
    expect(wideLines('src/a.ts', line, width)).toEqual([]);
    expect(wideLines('examples/a.ts', line, { ...width, strings: true })).toHaveLength(1);
  });

  it('is measured in columns, and not in characters', () => {
    expect(wideLines('src/a.ts', '// 漢字漢字漢字漢字漢字', width)).toHaveLength(1);
  });
});

describe('the table of calls', () => {
  it('names lessons that use the call, and source that has it', () => {
    const rows = readSource('docs/lectures.md')
      .split('\n')
      .filter((line) => /\[lesson \d/.test(line));
    expect(rows.length).toBeGreaterThan(12);
    for (const row of rows) {
      const [, call = ''] = /^\| `(?:AF_UNIX|(\w+)\()/.exec(row) ?? [];
      const [, source = '', anchor] = /\((?:\.\.\/)(src\/[^\s#)]+)#?(\w*)\)/.exec(row)!;
      const [, lesson = ''] = /\(\.\.\/(examples\/\S+?)\)/.exec(row)!;
      const word = { socket: 'Socket(', settimeout: 'timeout', '': 'path' }[call];
      expect(readSource(lesson)).toContain(word ?? `.${call}(`);
      if (anchor)
        expect(readSource(source)).toMatch(new RegExp(`^ +(?:async )?${anchor}\\(`, 'm'));
    }
  });
});
