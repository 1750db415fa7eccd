/** Lines and messages, addresses as people type them. */
import { array, assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointOf } from '../../../../src/zeromq/netcat/endpoint.ts';
import { linesOf } from '../../../../src/zeromq/netcat/lines.ts';
import {
  answerTo,
  jsonParts,
  parseMessage,
  printMessage,
  type TextForm,
} from '../../../../src/zeromq/netcat/message-text.ts';

const PLAIN: TextForm = { separator: undefined, hex: false, named: false };

function parts(line: string, form: Partial<TextForm> = {}): string[] {
  return parseMessage(Buffer.from(line), { ...PLAIN, ...form }).map(String);
}

function printed(parts: (string | number[])[], form: Partial<TextForm> = {}): string {
  return printMessage(
    parts.map((part) => Buffer.from(part as string)),
    { ...PLAIN, ...form },
  );
}

describe('a line', () => {
  it('is one part, whatever is in it, unless a separator is given', () => {
    expect(parts('a|b\tc 0x41')).toEqual(['a|b\tc 0x41']);
    expect(parts('')).toEqual(['']);
  });

  it('is as many parts as there are separators, and one more', () => {
    expect(parts('a|b||', { separator: '|' })).toEqual(['a', 'b', '', '']);
    expect(parts('a→b', { separator: '→' })).toEqual(['a', 'b']);
    expect(parts('', { separator: '|' })).toEqual(['']);
  });

  it('is bytes in hex, if so', () => {
    expect(parts('68 69|4A', { separator: '|', hex: true })).toEqual(['hi', 'J']);
    expect(() => parts('6', { hex: true })).toThrow('"6" is not hex');
    expect(() => parts('xy', { hex: true })).toThrow('"xy" is not hex');
  });

  it('of a router begins with a name, which may be in hex, and needs a message', () => {
    expect(parts('ann\thello', { named: true })).toEqual(['ann', 'hello']);
    expect(parts('0x616e|0x61', { named: true, separator: '|' })).toEqual(['an', '0x61']);
    expect(() => parts('hello', { named: true })).toThrow(
      'a name, a tab, and the message',
    );
  });
});

describe('a message', () => {
  it('is printed as text where it is text, and otherwise in hex: always one line', () => {
    expect(printed(['Ståle', 'b'])).toBe('Ståle\tb');
    expect(printed(['a', 'b'], { separator: '|' })).toBe('a|b');
    expect(printed([[0, 0xa3], 'x'])).toBe('0x00a3\tx');
    expect(printed(['two\nlines'])).toBe('0x74776f0a6c696e6573');
    expect(printed(['\u001b[2J'])).toBe('0x1b5b324a');
    expect(printed(['\u202Eabc'])).toBe('0xe280ae616263');
    expect(printed(['hi', ''], { hex: true })).toBe('6869\t');
  });

  it('is not divided where it was not', () => {
    expect(printed(['a\tb'])).toBe('a\tb');
    expect(printed(['a\tb', 'c'])).toBe('0x610962\tc');
    expect(printed(['a|b', 'c'], { separator: '|' })).toBe('0x617c62|c');
    expect(printed(['0x61', '0x61'], { named: true })).toBe('0x30783631\t0x61');
  });

  it('comes back from the line that it is printed as', () => {
    const part = uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    assert(
      property(array(part, { minLength: 1, maxLength: 5 }), (message) => {
        for (const separator of [',', undefined]) {
          const form = { ...PLAIN, hex: true, separator };
          const line = printMessage(message, form);
          expect(line).not.toMatch(/[\n\r]/);
          expect(parseMessage(Buffer.from(line), form)).toEqual(message);
        }
        const named = { ...PLAIN, named: true };
        const [name] = parseMessage(
          Buffer.from(printMessage([message[0]!, ...message], named)),
          named,
        );
        expect(name).toEqual(message[0]);
        expect(printMessage(message, PLAIN)).not.toMatch(/(?!\t)\p{Cc}/u);
      }),
    );
  });

  it('is in JSON a string for each part, or its hex', () => {
    const message = [Buffer.from('a\nb'), Buffer.from([0xff])];
    expect(jsonParts(message)).toEqual(['a\nb', { hex: 'ff' }]);
  });
});

describe('an answer', () => {
  function answer(question: (string | number[])[], text: string, form = {}): string[] {
    const parts = question.map((part) => Buffer.from(part as string));
    return answerTo(parts, text, { ...PLAIN, ...form }).map((part) =>
      part.toString('latin1'),
    );
  }

  it('has the bytes of the question in it', () => {
    expect(answer([[0xfe, 0]], 'Echo: {}')).toEqual(['Echo: \xfe\0']);
    expect(answer(['{}'], '{}{}!')).toEqual(['{}{}!']);
    expect(answer([[0xfe]], '41{}42', { hex: true })).toEqual(['A\xfeB']);
    expect(answer(['a'], 'yes')).toEqual(['yes']);
  });

  it('has as many parts as the question, and its own', () => {
    expect(answer(['a', 'b|c'], '<{}>')).toEqual(['<a', 'b|c>']);
    expect(answer(['a', 'b'], 'Echo|{}', { separator: '|' })).toEqual(['Echo', 'a', 'b']);
    expect(answer(['a', 'b'], '{}{}')).toEqual(['a', 'ba', 'b']);
  });
});

describe('a stream', () => {
  it('is the same lines wherever it is cut', async () => {
    const text = Buffer.from('one\r\n\nthree\nlast');
    for (let cut = 0; cut <= text.length; cut += 1) {
      const lines: string[] = [];
      for await (const line of linesOf([text.subarray(0, cut), text.subarray(cut)])) {
        lines.push(line.toString());
      }
      expect(lines).toEqual(['one', '', 'three', 'last']);
    }
  });
});

describe('an address', () => {
  it.each([
    ['5678', 'tcp://127.0.0.1:5678'],
    ['example.org:5678', 'tcp://example.org:5678'],
    ['[::1]:5678', 'tcp://[::1]:5678'],
    ['tcp://10.0.0.1:5678', 'tcp://10.0.0.1:5678'],
    ['ipc:///tmp/here', 'ipc:///tmp/here'],
    ['epgm://239.1.2.3:5555', 'epgm://239.1.2.3:5555'],
    ['epgm://eth0;224.1.2.3:5555', 'epgm://eth0;224.1.2.3:5555'],
  ])('is typed as %s and means %s', (typed, meant) => {
    expect(endpointOf(typed, 'connect')).toBe(meant);
    expect(endpointOf(typed, 'bind')).toBe(meant);
  });

  it.each([
    [':5678', 'tcp://*:5678'],
    ['*:5678', 'tcp://*:5678'],
    ['ws://*:5678/here', 'ws://*:5678/here'],
    ['wss://*:5678/here', 'wss://*:5678/here'],
    ['ws://:0', 'ws://*:*'],
    ['0', 'tcp://127.0.0.1:*'],
    ['tcp://*:*', 'tcp://*:*'],
  ])('to bind may leave things open: %s', (typed, meant) => {
    expect(endpointOf(typed, 'bind')).toBe(meant);
    expect(() => endpointOf(typed, 'connect')).toThrow(JSON.stringify(typed));
  });

  it.each([
    ['udp://1.2.3.4:5', 'there is no udp:// here'],
    ['inproc://x', 'reaches no other process'],
    ['ipc://', 'ipc:// needs a path after it'],
    ['here', 'an address is PORT'],
    ['1:2:3', 'an address is PORT'],
    ['5678/path', 'an address is PORT'],
    ['70000', '70000'],
    ['epgm://239.1.2.3', 'a group is written epgm://'],
    ['epgm://eth0;10.0.0.1:5555', 'from 224.0.0.0 to 239.255.255.255'],
    ['epgm://239.1.2.3:99999', '99999'],
  ])('that is none is refused in words: %s', (typed, why) => {
    expect(() => endpointOf(typed, 'bind')).toThrow(why);
  });
});
