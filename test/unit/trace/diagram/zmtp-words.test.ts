/** ZMTP by name, from no more than the first bytes of each write. */
import { describe, expect, it } from 'vitest';
import { namesBetween, spokenIn } from '../../../../src/trace/diagram/zmtp-words.ts';
import type { Direction } from '../../../../src/trace/joined/index.ts';
import {
  type Command,
  encodeCommand,
  encodeFrame,
  encodeGreeting,
} from '../../../../src/zeromq/zmtp/index.ts';

const PREVIEW = 64;
const GREETING = encodeGreeting({
  major: 3,
  minor: 1,
  mechanism: 'NULL',
  asServer: false,
});

function command(command: Command): Buffer {
  return encodeFrame({ body: encodeCommand(command), command: true, more: false });
}

function ready(type: string, identity?: string): Buffer {
  const metadata = new Map([['Socket-Type', Buffer.from(type)]]);
  if (identity !== undefined) metadata.set('Identity', Buffer.from(identity));
  return command({ name: 'READY', metadata });
}

function message(...parts: string[]): Buffer {
  const last = parts.length - 1;
  return Buffer.concat(
    parts.map((part, index) =>
      encodeFrame({ body: Buffer.from(part), command: false, more: index < last }),
    ),
  );
}

/** As the recorder keeps it: 64 bytes of each write, as text or as hex. */
function direction(writes: readonly Buffer[], kind: 'text' | 'hex'): Direction {
  let offset = 0;
  const lines = writes.map((bytes) => {
    const seen = bytes.subarray(0, PREVIEW);
    const line = {
      offset,
      bytes: bytes.length,
      [kind]: kind === 'hex' ? seen.toString('hex') : seen.toString('utf8'),
    };
    offset += bytes.length;
    return line;
  });
  return { writes: lines, reads: [] } as unknown as Direction;
}

function names(writes: readonly Buffer[], kind: 'text' | 'hex' = 'text'): string[] {
  return spokenIn(direction(writes, kind)).map(({ words }) => words);
}

describe('what is spoken', () => {
  it.each(['text', 'hex'] as const)('has names, from a trace with %s', (kind) => {
    const writes = [
      GREETING,
      ready('DEALER', 'ann'),
      message('', 'Hello There'),
      command({ name: 'SUBSCRIBE', topic: Buffer.from('1') }),
      command({ name: 'PING', timeToLive: 100, context: Buffer.alloc(0) }),
      Buffer.concat([message('a'), message('b', 'c')]),
    ];
    expect(names(writes, kind)).toEqual([
      'greeting ZMTP 3.1 NULL',
      'READY DEALER as [ann]',
      'message [] [Hello There]',
      'SUBSCRIBE [1]',
      'PING',
      'message [a]',
      'message [b] [c]',
    ]);
  });

  it('has the first six parts of a message', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'];
    const words = 'message [a] [b] [c] [d] [e] [f]';
    expect(names([GREETING, ready('PUSH'), message(...six)]).at(-1)).toBe(words);
    const seven = names([GREETING, ready('PUSH'), message(...six, 'g')]);
    expect(seven.at(-1)).toBe(`${words} …`);
  });

  it('knows the subscriptions of ZMTP 3.0 from messages, by who sends them', () => {
    const subscribe = message('\u00011-');
    expect(names([GREETING, ready('SUB'), subscribe]).at(-1)).toBe('subscribe [1-]');
    expect(names([GREETING, ready('PUSH'), subscribe]).at(-1)).toBe('message [\\x011-]');
  });

  it('names what is longer than the trace has by its length, and goes on behind it', () => {
    const long = message('x'.repeat(100_000));
    const writes = [
      GREETING,
      long.subarray(0, 60_000),
      long.subarray(60_000),
      message('y'),
    ];
    expect(names(writes, 'hex').slice(1)).toEqual(['message [100,000 B]', 'message [y]']);
  });

  it('is silent where it lost the way, and finds it again at whole frames', () => {
    const many = Buffer.concat(Array.from({ length: 20 }, () => message('ten bytes!')));
    const found = names([GREETING, many, message('again')]);
    expect(found).toContain('message [ten bytes!]');
    expect(found.length).toBeLessThan(10);
    expect(found.at(-1)).toBe('message [again]');
  });

  it('is nothing in a conversation that is not ZMTP', () => {
    expect(names([Buffer.from('My name is Ståle'), message('x')])).toEqual([]);
    expect(names([])).toEqual([]);
    expect(names([Buffer.alloc(64, 0xff)])).toEqual([]);
  });

  it('belongs to the piece in which it begins', () => {
    const spoken = spokenIn(
      direction([GREETING, ready('REQ'), message('', 'hi')], 'hex'),
    );
    const [, { stop }] = spoken as unknown as [unknown, { stop: number }];
    expect(namesBetween(spoken, 0, stop)).toEqual([
      'greeting ZMTP 3.1 NULL, READY REQ',
      'greeting, READY REQ',
    ]);
    expect(namesBetween(spoken, 10, 20)).toBeUndefined();
    expect(namesBetween(spoken, stop, stop + 3)).toEqual(['message [] [hi]', '[] [hi]']);
  });

  it('withstands whatever bytes there are', () => {
    for (let seed = 0; seed < 2000; seed += 1) {
      const noise = Buffer.from(
        Array.from(
          { length: 40 },
          (_, at) => (seed * 2_654_435_761 + at * seed * 97) >>> 9,
        ),
      );
      expect(names([GREETING, noise, noise], seed % 2 === 0 ? 'hex' : 'text')[0]).toMatch(
        'greeting',
      );
    }
  });
});
