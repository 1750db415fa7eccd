import { describe, expect, it } from 'vitest';
import {
  drawDiagram,
  type Format,
  FORMATS,
} from '../../../../src/trace/diagram/index.ts';
import { longTrace, sample, Writing } from './traces.ts';

const draw = async (
  format: Format,
  trace = sample('udp-uppercase'),
  options = {},
): ReturnType<typeof drawDiagram> =>
  drawDiagram(trace, { format, title: 'test.jsonl', ...options });

/** Joined once for all formats. */
const LONG = longTrace(25_000).joined();

describe.each(FORMATS)('a diagram as %s', (format) => {
  it('says what it draws, and leaves nothing out that fits', async () => {
    const { summary, notes, text } = await draw(format);
    expect(summary).toBe(
      '2 processes, 2 sockets, 11 events in 249 ms: calls, not packets',
    );
    expect(notes).toEqual([]);
    expect(text).toMatch(/\n$/);
  });

  it('of a long trace says what is left out, and how to see it', async () => {
    const { notes, summary } = await draw(format, LONG);
    const most = { term: 150, svg: 300, html: 500, mermaid: 150 }[format];
    expect(summary).toContain(`2 processes, 2 sockets, ${most} events in `);
    expect(notes[0]).toMatch(/^left out: 99,\d{3} events after [\d.]+ms; the trace has/);
    expect(notes[0]).toContain('100,006 events from 0.01ms to 2000.2ms');
    expect(notes.join('\n')).toMatch(
      /--from [\d.]+ms[^]*--around[^]*--socket[^]*--limit/,
    );
  });

  it('offers a longer picture, as long as there is more', async () => {
    const { notes } = await draw(format, sample('udp-uppercase'), { limit: 4 });
    expect(notes).toContain('a longer picture: --limit 8');
    const more = await draw(format, sample('udp-uppercase'), { limit: 8 });
    expect(more.notes).toContain('a longer picture: --limit 11');
  });

  it('tells what the trace does not explain', async () => {
    const writing = new Writing();
    writing.bound(writing.process(0, 'killed'), 10, 12_000);
    const { notes } = await draw(format, writing.joined());
    expect(notes.join()).toContain('killed was killed or kept running');
  });

  it('tells it without what a terminal would obey', async () => {
    const trace = sample('udp-uppercase');
    const problems = [{ kind: 'corrupted', line: 1, text: 'no \x1b[2Jline' }];
    const { notes } = await draw(format, { ...trace, problems } as typeof trace);
    expect(notes).toEqual(['no \\x1b[2Jline']);
  });
});

describe('a diagram as text', () => {
  it.each([40, 60, 80])('has no line of more than %d columns', async (width) => {
    const command = ['node', 'my-program.js', '--with', 'a-long-option-'.repeat(9)];
    const problems = [{ kind: 'cut', text: 'words and words '.repeat(20).trim() }];
    const trace = { ...LONG, command, problems } as typeof LONG;
    const { text } = await draw('term', trace, { width });
    const lines = text.split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines[0]).toMatch(/^node my-program\.js .*…$/);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(problems[0]!.text);
  });

  it('says below what went wrong and was cut for want of room', async () => {
    const writing = new Writing();
    const one = writing.process(0, 'one');
    for (const port of [12_001, 12_002, 12_003, 12_004]) writing.bound(one, 10, port);
    const error = { socket: 4, code: 'ERR_PROCESS_ENDED', message: 'gone' };
    for (const t of [2000, 2500]) writing.event(one, t, 'error', error);
    const narrow = (await draw('term', writing.joined(), { width: 70 })).text;
    expect(narrow).toContain('error ER…');
    expect(narrow).toContain('* cut above: error ERR_PROCESS_ENDED, at 2ms, 2.5ms\n');
    const wide = (await draw('term', writing.joined(), { width: 200 })).text;
    expect(wide.match(/error ERR_PROCESS_ENDED/g)).toHaveLength(2);
    expect(wide).not.toContain('cut above');
  });

  it('has a head, the acts with the time between them, and its notes', async () => {
    const writing = new Writing(['node', 'twice.js']);
    for (const start of [0, 2_000_000]) {
      const process = writing.process(start, 'one');
      writing.bound(process, start + 10, 12_000);
      if (start === 0) writing.event(process, start + 100, 'exit', { code: 0 });
    }
    const { text } = await draw('term', writing.joined());
    const head =
      'node twice.js\n2 processes, 2 sockets, 5 events in 2 s: calls, not packets\n\n';
    expect(text.slice(0, head.length)).toBe(head);
    expect(text).toContain('\n2 s later\n');
    expect(text).toMatch(/\n\n\* one-2 was killed or kept running: .*\n$/);
  });

  it('is as wide as it is told, and shows only what it is told', async () => {
    const { text } = await draw('term', sample('tcp-uppercase'), {
      width: 60,
      around: 'client#3',
      limit: 4,
    });
    expect(text).toMatch(/accept[^]*write[^]*read 17 B/);
    expect(text).not.toContain('half-close');
    expect(text).toContain('left out: 5 events before 251.5ms and 11 events after');
  });
});

describe('a diagram as an image', () => {
  it('has room for 24 sockets, and names six of the others', async () => {
    const writing = new Writing();
    for (let k = 0; k < 31; k += 1) {
      writing.bound(writing.process(0, `p${k}`), 10, 12_000 + k);
    }
    const { notes, summary } = await draw('svg', writing.joined());
    expect(summary).toContain('24 of 31 sockets');
    expect(notes.join()).toContain(
      '7 sockets for which there is no room (p24:1, p25:1, p26:1, p27:1, p28:1, p29:1, …)',
    );
  });
});
