import { describe, expect, it } from 'vitest';
import { MisuseError } from '../../../../src/common/index.ts';
import { parseTrace } from '../../../../src/trace/index.ts';
import { at, payload, Story } from './build.ts';

const HEAD = '{"type":"trace","version":1,"wall":0,"payload":"none"}';
const EXIT = '{"type":"exit","process":1,"seq":0,"t":1,"code":0}';

describe('a trace file', () => {
  it('that is empty, no trace, or of another version is refused', () => {
    const refusal = (text: string): string => {
      try {
        parseTrace(text, 'x.jsonl');
      } catch (error) {
        expect(error).toBeInstanceOf(MisuseError);
        expect(error).toMatchObject({ code: 'ERR_BAD_TRACE' });
        return (error as Error).message;
      }
      throw new Error('it was not refused');
    };
    expect(refusal('')).toMatch(/^x\.jsonl is empty/);
    expect(refusal('\n \n')).toMatch(/^x\.jsonl is empty/);
    expect(refusal('GET / HTTP/1.1\n')).toMatch(/^x\.jsonl is not a trace: record one/);
    expect(refusal(EXIT)).toMatch(/^x\.jsonl is not a trace/);
    expect(refusal(HEAD.slice(0, -5))).toMatch(/^x\.jsonl is not a trace/);
    expect(refusal('{"type":"trace","version":2,"events":[]}')).toMatch(
      /^x\.jsonl is a trace of version 2, and this socketlab reads version 1/,
    );
  });

  it('cut in the middle of a line is read up to there', () => {
    const text = `${HEAD}\n${EXIT}\n${EXIT.slice(0, 30)}`;
    const { lines, problems } = parseTrace(text);
    expect(lines).toHaveLength(1);
    expect(problems).toEqual([
      { kind: 'cut', text: 'line 3 was left out: it is incomplete' },
    ]);
  });

  it('holds what many events have in common once', () => {
    const story = new Story();
    const one = story.process(1);
    const line = { at: { file: 'a.js', line: 1 } };
    for (let k = 0; k < 2; k += 1) {
      one('send', 1, { ...line, ...payload('hello'), to: at(12_000) });
      one('receive', 1, { ...payload('hello'), from: at(12_000) });
    }
    const [first, , second] = story.file().lines.slice(1);
    expect(first).toMatchObject({ type: 'send', ...line, to: at(12_000) });
    expect([first, second].map((event) => Reflect.get(event!, 'at'))).toEqual([
      line.at,
      line.at,
    ]);
    for (const name of ['at', 'to']) {
      expect(Reflect.get(first!, name)).toBe(Reflect.get(second!, name));
    }
  });

  it('is read whatever byte it is cut at', () => {
    const story = new Story();
    const process = story.process(1);
    process('socket', 1, { transport: 'udp', role: 'datagram' });
    process('exit', 0, { code: 0 });
    const { text } = story;
    const whole = parseTrace(text).lines;
    for (let cut = text.indexOf('\n'); cut <= text.length; cut += 1) {
      const { lines, problems } = parseTrace(text.slice(0, cut));
      expect(lines).toEqual(whole.slice(0, lines.length));
      expect(problems.length).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ['{"type":"exit","process":1,"seq":0,"t":1}', "see 'code'"],
    ['{"type":"exit","process":-1,"seq":0,"t":1,"code":0}', "see 'process'"],
    ['{"type":"exit","process":1,"seq":0,"t":"1","code":0}', "see 't'"],
    ['{"type":"explosion","process":1,"seq":0,"t":1}', "see 'type'"],
    ['[]', 'is not an event'],
    ['null', 'is not an event'],
    [HEAD, 'is a second header line'],
    [`{"type":"${'x'.repeat(70_000)}"}`, 'more than 65536 characters'],
    [
      '{"type":"send","process":1,"seq":0,"t":1,"socket":1,"bytes":1,"digest":"zz","to":{"path":""}}',
      "see 'digest'",
    ],
  ])('with a bad line %.60s is read without it', (line, why) => {
    const { lines, problems } = parseTrace(`${HEAD}\n${line}\n${EXIT}`);
    expect(lines).toHaveLength(1);
    expect(problems).toMatchObject([{ kind: 'cut', text: expect.stringContaining(why) }]);
  });

  it('with very many bad lines tells of the first, and how many more', () => {
    const { problems } = parseTrace(`${HEAD}\n${'?\n'.repeat(1000)}`);
    expect(problems).toHaveLength(6);
    expect(problems.at(-1)!.text).toBe('995 more lines were left out');
  });

  it('may have fields that this version does not know', () => {
    const { lines, problems } = parseTrace(
      `${HEAD}\n${EXIT.replace('"code"', '"mood":"calm","code"')}`,
    );
    expect(lines).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});
