/** `socketlab diagram` as a person runs it. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { typed } from '../../support/command-line.ts';
import { needPython, python } from '../../support/peers.ts';
import { compiledFrom } from '../../support/places.ts';
import { type End, failure, IN_PEACE, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';
import { longTrace, sampleFile } from '../../unit/trace/diagram/traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'diagram-command-'));
const programs = new Programs();
afterEach(() => programs.stopAll());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CLI = compiledFrom('src/cli/main.ts');
const TRACE = sampleFile('udp-uppercase');
const inFolder = (name: string): string => join(folder, name);

function drawn(...args: string[]): Promise<{ end: End; stdout: string }> {
  return typed(['diagram', ...args]);
}

function file(name: string, content: string): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

describe('socketlab diagram', () => {
  it('draws text to a pipe: 80 columns, no colours, the notes within', async () => {
    const program = programs.cli('diagram', TRACE);
    expect(await program.ended()).toEqual(IN_PEACE);
    const { stdout } = program;
    const lines = stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'socketlab run 01',
      '2 processes, 2 sockets, 11 events in 249 ms: calls, not packets',
    ]);
    expect(stdout).toContain('"my name is Ståle" ─┼ send 17 B');
    expect(stdout).not.toContain('\u001b');
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  });

  it.each([
    ['picture.svg', /^<svg xmlns=/],
    ['picture.html', /^<!doctype html>/],
    ['picture.mmd', /^sequenceDiagram\n/],
    ['picture.txt', /^socketlab run 01\n/],
  ])('writes %s by its ending', async (name, beginning) => {
    const { end, stdout } = await drawn(TRACE, '--out', inFolder(name));
    expect({ code: end.code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readFileSync(inFolder(name), 'utf8')).toMatch(beginning);
    const told = '2 processes, 2 sockets, 11 events in 249 ms: calls, not packets';
    expect(end.stderr).toBe(`${inFolder(name)}: ${told}\n`);
  });

  it('writes what it is told to, whatever the ending', async () => {
    const out = inFolder('picture.xml');
    const { end } = await drawn(TRACE, '--format', 'svg', '--out', out);
    expect(end).toMatchObject({ code: 0 });
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg/);
  });

  it('shows a window, and says what lies outside of it', async () => {
    const { end, stdout } = await drawn(TRACE, '--from', '0.239s', '--to', '240900us');
    expect(end).toEqual(IN_PEACE);
    expect(stdout).not.toContain('close');
    expect(stdout).toContain(
      '* left out: 3 events before 239ms and 3 events after 240.9ms',
    );
  });

  it('shows one socket and those that it talks to', async () => {
    const trace = sampleFile('untraced-server');
    const { end, stdout } = await drawn(trace, '--socket', 'client:2');
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain('2: UDP');
    expect(stdout).not.toContain('1: TCP');
    expect(stdout).toContain('* left out: 4 sockets that --socket does not name');
  });

  it('draws in ASCII', async () => {
    const around = ['--around', 'client#2', '--limit', '8'];
    const { end, stdout } = await drawn(TRACE, '--ascii', ...around);
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain('"my name is St\\xe5le"');
    expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe('a mistake', () => {
  it.each([
    [['nowhere.jsonl'], 1, 'there is no file nowhere.jsonl'],
    [['src'], 2, 'src is a folder'],
    [[TRACE, '--out', 'x.png'], 2, '--out x.png: its extension does not say'],
    [
      [TRACE, '--out', '/nowhere/x.svg'],
      2,
      '--out: there is no folder /nowhere. Check the name (ENOENT)',
    ],
    [[TRACE, '--format', 'png'], 2, '--format can be term, svg, html, mermaid, not png'],
    [[TRACE, '--from', 'soon'], 2, '--from takes a time like 1.5s, 300ms or 250us'],
    [[TRACE, '--from', '2s', '--to', '1s'], 2, '--from is later than --to'],
    [[TRACE, '--from', '9s'], 2, 'nothing happened at that time'],
    [[TRACE, '--around', 'client#2', '--to', '5'], 2, '--around and --to: choose one'],
    [[TRACE, '--around', 'nobody#1'], 2, 'server#0, client#0'],
    [[TRACE, '--socket', 'nobody:1'], 2, 'there are server:1, client:1'],
    [[TRACE, '--width', '3'], 2, '--width takes a whole number from 40'],
    [[TRACE, '--limit', 'many'], 2, '--limit takes a whole number from 2'],
    [[], 2, 'diagram needs a trace to draw'],
  ] as const)('in %j is told in one line', async (args, code, words) => {
    const { end, stdout } = await drawn(...args);
    expect(end).toEqual(failure(code, words));
    expect(stdout).toBe('');
  });

  it('in a trace is told, and what can be drawn is drawn', async () => {
    const whole = readFileSync(TRACE, 'utf8').split('\n');
    const cut = file('cut.jsonl', whole.slice(0, 9).join('\n').slice(0, -20));
    const { end, stdout } = await drawn(cut);
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain('send 17 B');
    expect(stdout).toMatch(/\* line 9 was left out: it is incomplete/);
    expect(stdout).toMatch(/\* client was killed or kept running/);
  });

  it('that leaves nothing to draw is told in one line', async () => {
    const [head] = readFileSync(TRACE, 'utf8').split('\n');
    for (const [name, content, words] of [
      ['none.jsonl', `${head}\n`, 'there is nothing to draw'],
      ['empty.jsonl', '', 'is empty'],
      ['other.jsonl', head!.replace('"version":1', '"version":9'), 'version 9'],
    ] as const) {
      const { end } = await drawn(file(name, content));
      expect(end).toEqual(failure(2, words));
    }
  });
});

describe('100,000 events', () => {
  const trace = inFolder('long.jsonl');
  beforeAll(() => writeFileSync(trace, longTrace(25_000).text()));

  /** In MB: half of it would do, and twice as much is not enough to draw everything. */
  const HEAP = '--max-old-space-size=96';

  it.each(['term', 'svg', 'html', 'mermaid'])(
    'as %s are a window, in a small heap',
    async (format) => {
      const args = [HEAP, CLI, 'diagram', trace, '--format', format];
      const program = programs.start(process.execPath, args);
      const { code, stderr } = await program.ended();
      expect(code).toBe(0);
      const told = format === 'term' ? program.stdout : stderr;
      expect(told).toMatch(/left out: 99,\d{3} events after/);
      expect(told).toContain('what comes next: --from');
    },
  );
});

describe('what is too large', () => {
  it('is told of a page before it is written', async () => {
    const trace = file('some.jsonl', longTrace(800).text());
    const out = inFolder('some.html');
    const { end } = await drawn(trace, '--limit', '3000', '--out', out);
    const [first] = end.stderr.split('\n');
    const size = Math.round(readFileSync(out).length / 1e6);
    expect(first).toBe(`${out} will be ${size} MB: a smaller --limit makes it smaller`);
  });

  it('for the memory is refused in one line, which says what would do', async (context) => {
    if (process.platform === 'win32') context.skip('no files with holes');
    const trace = file('huge.jsonl', '');
    truncateSync(trace, 20e9);
    const { end } = await drawn(trace);
    expect(end).toEqual(
      failure(
        1,
        /huge\.jsonl: 20,000 MB, .* about 64,000 MB of memory; .* NODE_OPTIONS=--max-old-space-size=70400 gives more/,
      ),
    );
  });
});

describe('in a terminal', () => {
  async function linesIn(
    columns: number,
    env: Record<string, string>,
    ...args: string[]
  ): Promise<string[]> {
    const command = [process.execPath, CLI, 'diagram', ...args];
    const program = programs.start(
      python!,
      ['test/support/terminal.py', String(columns), ...command],
      { env: { TERM: 'xterm-256color', NO_COLOR: undefined, ...env } },
    );
    expect(await program.ended()).toEqual(IN_PEACE);
    return program.stdout.split('\r\n');
  }

  it.for([80, 200])(
    'of %i columns a picture is as wide as it may be',
    async (columns, context) => {
      needPython(context);
      const lines = await linesIn(columns, {}, sampleFile('tcp-uppercase'));
      const widths = lines.map((line) => stringWidth(line));
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      expect(Math.max(...widths)).toBeGreaterThan(columns * 0.6);
      expect(lines.join('')).toContain('\u001b[36m');
      const handshake = lines.map((line) => stripVTControlCharacters(line)).join('\n');
      expect(handshake).toMatch(/handshake ─┼ connect/);
    },
  );

  it('there is no colour for those who want none', async (context) => {
    needPython(context);
    const lines = await linesIn(100, { NO_COLOR: '1' }, sampleFile('udp-fates'));
    expect(lines.join('')).not.toContain('\u001b');
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeGreaterThan(80);
  });

  it('a bar shows how far a long file has been read', async (context) => {
    needPython(context);
    const trace = file('bar.jsonl', longTrace(25_000).text());
    const lines = await linesIn(80, {}, trace, '--limit', '10');
    expect(lines.join('\n')).toMatch(/reading \|.*\| \d+ %/);
  });
});

describe('socketlab run', () => {
  it('draws a lesson while it plays it, and leaves nothing else behind', async () => {
    const port = String(await ownPort());
    const out = inFolder('lesson.html');
    const before = strays();
    const program = programs.cli('run', '01', '--port', port, '--diagram', out);
    const { code, stderr } = await program.ended();
    expect(code).toBe(0);
    expect(stderr).toMatch(/lesson\.html: 4 processes, 4 sockets, 22 events in /);
    const page = readFileSync(out, 'utf8');
    expect(page).toContain('socketlab run 01-udp-uppercase');
    expect(page).toContain('&quot;My name is Ståle&quot;');
    expect(strays().filter((name) => !before.includes(name))).toEqual([]);
  });

  it.each([
    ['x.png', '--diagram x.png: its extension does not say'],
    ['/nowhere/x.svg', '--diagram: there is no folder /nowhere. Check the name (ENOENT)'],
  ])('finds before it plays that there can be no picture %s', async (out, words) => {
    const { end, stdout } = await typed(['run', '01', '--diagram', out]);
    expect({ end, stdout }).toEqual({ end: failure(2, words), stdout: '' });
  });

  function strays(): string[] {
    return readdirSync(tmpdir()).filter((name) => name.startsWith('socketlab-diagram-'));
  }
});
