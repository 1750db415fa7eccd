/** The conversation of one connection, without one: bytes in, bytes and events out. */
import { describe, expect, it, vi } from 'vitest';
import {
  encodeCommand,
  encodeFrame,
  encodeGreeting,
} from '../../../../src/zeromq/zmtp/index.ts';
import {
  commandFrame,
  type Mechanism,
} from '../../../../src/zeromq/zmtp/mechanisms/mechanism.ts';
import { NullMechanism } from '../../../../src/zeromq/zmtp/mechanisms/null.ts';
import {
  PlainClient,
  PlainServer,
} from '../../../../src/zeromq/zmtp/mechanisms/plain.ts';
import { Session, type SessionSink } from '../../../../src/zeromq/zmtp/session.ts';
import type { TypeName } from '../../../../src/zeromq/zmtp/socket-types.ts';
import { everySplit } from '../../../support/every-split.ts';

const metadata = (type: string, identity?: string): Map<string, Buffer> =>
  new Map([
    ['Socket-Type', Buffer.from(type)],
    ...(identity === undefined
      ? []
      : [['Identity', Buffer.from(identity)] as [string, Buffer]]),
  ]);
const greeting = (mechanism = 'NULL', minor = 1, asServer = false): Buffer =>
  encodeGreeting({ major: 3, minor, mechanism, asServer });
const ready = (type: string, identity?: string): Buffer =>
  commandFrame({ name: 'READY', metadata: metadata(type, identity) });
const frame = (text: string, more = false): Buffer =>
  encodeFrame({ command: false, more, body: Buffer.from(text) });

/** A session whose events are words, and that can be fed as a decoder. */
class Listened implements SessionSink {
  readonly session: Session;
  said: string[] = [];
  room = Infinity;
  #error: unknown;

  constructor(type: TypeName, mechanism?: Mechanism, maxMessageSize = -1) {
    this.session = new Session(
      {
        type,
        mechanism: mechanism ?? new NullMechanism(metadata(type), false),
        maxMessageSize,
      },
      this,
    );
    this.session.start();
    this.said = [];
  }

  send(bytes: Buffer): void {
    this.said.push(
      `> ${bytes
        .toString('latin1')
        .replaceAll(/[^ -~]/g, '.')
        .slice(0, 12)}`,
    );
  }
  ask(): void {
    this.said.push('ask');
  }
  ready(peer: { type: string; routingId: Buffer }): void {
    this.said.push(`ready ${peer.type} ${peer.routingId.toString()}`);
  }
  message(parts: Buffer[]): boolean {
    this.said.push(parts.map(String).join('|'));
    this.room -= 1;
    return this.room > 0;
  }
  subscription(on: boolean, topic: Buffer): boolean {
    this.said.push(`${on ? '+' : '-'}${topic.toString()}`);
    this.room -= 1;
    return this.room > 0;
  }
  timeToLive(milliseconds: number): void {
    this.said.push(`ttl ${milliseconds}`);
  }
  failed(
    error: Error & {
      code?: string | undefined;
      kind?: string;
      status?: number | undefined;
    },
  ): void {
    this.#error = error;
    this.said.push(
      ['failed', error.kind, error.code, error.status].filter(Boolean).join(' '),
    );
  }

  hear(...chunks: Buffer[]): string[] {
    for (const chunk of chunks) this.session.push(chunk);
    return this.said.splice(0);
  }
  push(chunk: Buffer): string[] {
    const said = this.hear(chunk).filter((words) => !words.startsWith('failed'));
    if (this.#error && said.length === 0) throw this.#error;
    return said;
  }
  end(): void {
    if (this.#error) throw this.#error;
    if (this.session.unfinished) throw Object.assign(new Error('cut'), { code: 'CUT' });
  }
}

describe('a session', () => {
  it('understands the same however the bytes are cut', () => {
    const long = 'x'.repeat(300);
    const pieces: [Buffer, string[]][] = [
      [greeting(), ['> ..READY.']],
      [ready('DEALER', 'me'), ['ready DEALER me']],
      [frame('one'), ['one']],
      [frame('a', true), []],
      [commandFrame({ name: 'PING', timeToLive: 700, context: Buffer.from('c') }), []],
      [frame(long, true), []],
      [frame(''), []],
      [frame(long), [long]],
      [Buffer.from([0xf8]), []],
    ];
    pieces[4]![1] = ['ttl 700', '> ...PONGc'];
    pieces[6]![1] = [`a|${long}|`];
    const values: { value: string; end: number }[] = [];
    let end = 0;
    for (const [bytes, words] of pieces) {
      end += bytes.length;
      for (const value of words) values.push({ value, end });
    }
    const bytes = Buffer.concat(pieces.map(([piece]) => piece));
    values[0]!.value = new Listened('ROUTER').hear(greeting())[0]!;
    // A PING stands between the parts of a message: not "clean", and not cut either.
    for (const chunks of [[bytes], [...bytes].map((byte) => Buffer.from([byte]))]) {
      const listened = new Listened('ROUTER');
      const said = listened.hear(...chunks);
      expect(said).toEqual([
        ...values.map(({ value }) => value),
        'failed ERR_ZMTP_FRAME',
      ]);
    }
  });

  it('survives every split of greeting, handshake and messages', () => {
    const start = greeting();
    const parts: [Buffer, string | undefined][] = [
      [start, new Listened('PULL').hear(start)[0]!],
      [ready('PUSH'), 'ready PUSH '],
      [frame('one'), 'one'],
      [Buffer.concat([frame('two', true), frame('three')]), 'two|three'],
      [frame('y'.repeat(260)), 'y'.repeat(260)],
    ];
    const values: { value: string; end: number }[] = [];
    let end = 0;
    for (const [bytes, value] of parts) {
      end += bytes.length;
      if (value !== undefined) values.push({ value, end });
    }
    const bytes = Buffer.concat([...parts.map(([piece]) => piece), Buffer.from([0x80])]);
    const tried = everySplit({
      make: () => new Listened('PULL'),
      bytes,
      values,
      cut: 'CUT',
      error: 'ERR_ZMTP_FRAME',
      errorAt: bytes.length,
    });
    expect(tried).toBeGreaterThan(1000);
  });

  it('says READY when the greeting is there, without waiting for the other', () => {
    const listened = new Listened('PUSH');
    expect(listened.hear(greeting().subarray(0, 63))).toEqual([]);
    expect(listened.hear(greeting().subarray(63))[0]).toMatch(/READY/);
  });

  it('stops in the middle of a chunk, and goes on', () => {
    const listened = new Listened('PULL');
    listened.hear(greeting(), ready('PUSH'));
    listened.room = 2;
    expect(
      listened.hear(Buffer.concat(['1', '2', '3', '4'].map((text) => frame(text)))),
    ).toEqual(['1', '2']);
    expect(listened.session.stopped).toBe(true);
    expect(listened.hear(frame('5'))).toEqual([]);
    listened.room = Infinity;
    listened.session.resume();
    expect(listened.said).toEqual(['3', '4', '5']);
  });

  it('stops, too, at a subscription when there is no room for more', () => {
    const listened = new Listened('XPUB');
    listened.hear(greeting(), ready('SUB'));
    listened.room = 2;
    const commands = ['a', 'b', 'c'].map((topic) =>
      commandFrame({ name: 'SUBSCRIBE', topic: Buffer.from(topic) }),
    );
    expect(listened.hear(Buffer.concat(commands))).toEqual(['+a', '+b']);
    expect(listened.session.stopped).toBe(true);
    listened.session.resume();
    expect(listened.said).toEqual(['+c']);
  });

  it('takes subscriptions and cancellations', () => {
    const listened = new Listened('XPUB');
    listened.hear(greeting(), ready('SUB'));
    const topic = Buffer.from('news');
    expect(
      listened.hear(
        commandFrame({ name: 'SUBSCRIBE', topic }),
        commandFrame({ name: 'CANCEL', topic }),
      ),
    ).toEqual(['+news', '-news']);
  });

  it('takes a READY whose names are in any case', () => {
    const listened = new Listened('PULL');
    const words = new Map([['SOCKET-type', Buffer.from('PUSH')]]);
    expect(
      listened.hear(greeting(), commandFrame({ name: 'READY', metadata: words })),
    ).toContain('ready PUSH ');
  });

  it('keeps of a long READY the identity, and not the chunk that it came in', () => {
    const listened = new Listened('ROUTER');
    const about = new Map(metadata('DEALER', 'me'));
    about.set('Novel', Buffer.alloc(50_000));
    const said = commandFrame({ name: 'READY', metadata: about });
    const chunk = Buffer.allocUnsafeSlow(said.length).fill(said);
    const welcomed = vi.spyOn(listened, 'ready');
    listened.hear(greeting(), chunk);
    const { routingId } = welcomed.mock.calls[0]![0];
    expect(String(routingId)).toBe('me');
    expect(routingId.buffer).not.toBe(chunk.buffer);
  });

  it('ignores commands that a later version may have', () => {
    const listened = new Listened('PULL');
    listened.hear(greeting(), ready('PUSH'));
    const body = Buffer.concat([
      Buffer.from([6]),
      Buffer.from('FUTURE'),
      Buffer.alloc(5),
    ]);
    expect(
      listened.hear(encodeFrame({ command: true, more: false, body }), frame('m')),
    ).toEqual(['m']);
  });
});

const malformed = encodeFrame({
  command: true,
  more: false,
  body: Buffer.concat([Buffer.from([5]), Buffer.from('READY'), Buffer.from([200])]),
});
const huge = Buffer.from('02ffffffffffffffff', 'hex');

describe('a bad peer', () => {
  it.each<[string, TypeName, Buffer[], string]>([
    ['an HTTP request', 'PULL', [Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'failed other'],
    [
      'another mechanism',
      'PULL',
      [greeting('CURVE')],
      'failed protocol ERR_ZMTP_MECHANISM_MISMATCH',
    ],
    [
      'a message before the handshake',
      'PULL',
      [greeting(), frame('x')],
      'failed protocol ERR_ZMTP_UNEXPECTED_COMMAND',
    ],
    [
      'a PING before the handshake',
      'PULL',
      [
        greeting(),
        commandFrame({ name: 'PING', timeToLive: 0, context: Buffer.alloc(0) }),
      ],
      'failed protocol ERR_ZMTP_UNEXPECTED_COMMAND',
    ],
    [
      'a malformed READY',
      'PULL',
      [greeting(), malformed],
      'failed protocol ERR_ZMTP_MALFORMED_COMMAND_READY',
    ],
    [
      'a type that may not talk to us',
      'PULL',
      [greeting(), ready('SUB')],
      'failed protocol ERR_ZMTP_INVALID_METADATA',
    ],
    [
      'no type',
      'PULL',
      [greeting(), commandFrame({ name: 'READY', metadata: new Map() })],
      'failed protocol ERR_ZMTP_INVALID_METADATA',
    ],
    [
      'an identity that begins with a zero byte',
      'ROUTER',
      [greeting(), ready('DEALER', '\0x')],
      'failed protocol ERR_ZMTP_INVALID_METADATA',
    ],
    [
      'an identity of more than 255 bytes',
      'ROUTER',
      [greeting(), ready('DEALER', 'x'.repeat(256))],
      'failed protocol ERR_ZMTP_INVALID_METADATA',
    ],
    [
      'ERROR 400',
      'PUSH',
      [greeting(), commandFrame({ name: 'ERROR', reason: '400' })],
      'failed auth 400',
    ],
    [
      'a second READY',
      'PULL',
      [greeting(), ready('PUSH'), ready('PUSH')],
      'failed ERR_ZMTP_COMMAND',
    ],
    [
      'a giant length in the handshake',
      'PULL',
      [greeting(), huge],
      'failed protocol ERR_ZMTP_UNSPECIFIED',
    ],
    [
      'a command of more than 64 KiB in the handshake',
      'PULL',
      [greeting(), Buffer.from('060000000000010001', 'hex')],
      'failed protocol ERR_ZMTP_UNSPECIFIED',
    ],
    [
      'a giant length',
      'PULL',
      [greeting(), ready('PUSH'), huge],
      'failed ERR_FRAME_TOO_LARGE',
    ],
    [
      'a command in parts',
      'PULL',
      [greeting(), ready('PUSH'), Buffer.from([5, 0])],
      'failed ERR_ZMTP_FRAME',
    ],
  ])('that sends %s is given up', (_, type, chunks, last) => {
    const listened = new Listened(type);
    expect(listened.hear(...chunks).at(-1)).toBe(last);
    expect(listened.session.state).toBe('over');
    expect(listened.hear(frame('more'))).toEqual([]);
  });

  it('may not send a part above the limit', () => {
    const listened = new Listened('PULL', undefined, 10);
    listened.hear(greeting(), ready('PUSH'));
    expect(listened.hear(frame('x'.repeat(10)), frame('x'.repeat(11)))).toEqual([
      'x'.repeat(10),
      'failed ERR_FRAME_TOO_LARGE',
    ]);
  });

  it('may not send a message above the limit in parts that are below it', () => {
    const part = frame('x'.repeat(40), true);
    const listened = new Listened('PULL', undefined, 100);
    listened.hear(greeting(), ready('PUSH'));
    const full = Buffer.concat([part, part, frame('x'.repeat(20))]);
    expect(listened.hear(full)).toHaveLength(1);
    // The next message begins from nothing; its third part is one byte too many.
    expect(listened.hear(full, part, part)).toHaveLength(1);
    expect(listened.hear(frame('x'.repeat(21)))).toEqual(['failed ERR_ZMTP_FRAME']);
    expect(listened.session.unfinished).toBeUndefined(); // nor are its parts kept
  });

  it('is not believed that announces much: memory is set aside for what has come', () => {
    const listened = new Listened('PULL');
    listened.hear(greeting(), ready('PUSH'));
    const before = process.memoryUsage().arrayBuffers;
    listened.hear(Buffer.from('020000000040000000', 'hex'), Buffer.alloc(1000)); // 1 GiB
    expect(listened.session.unfinished).toContain('of its 1073741824 bytes');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 2 ** 20);
  });

  it('may not make a message of endless parts', () => {
    const listened = new Listened('PULL');
    listened.hear(greeting(), ready('PUSH'));
    const parts = Buffer.alloc(2 * 65_535, Buffer.from([1, 0]));
    // 65,536 with the last, and then one more than that.
    expect(listened.hear(parts, frame('end'))).toHaveLength(1);
    expect(listened.hear(parts, frame('', true), frame('end'))).toEqual([
      'failed ERR_ZMTP_FRAME',
    ]);
  });
});

describe('legal pairs', () => {
  const types = [
    'PAIR',
    'PUB',
    'SUB',
    'REQ',
    'REP',
    'DEALER',
    'ROUTER',
    'PULL',
    'PUSH',
    'XPUB',
    'XSUB',
  ] as const;
  const legal = new Set(
    'PAIR-PAIR PUB-SUB PUB-XSUB XPUB-SUB XPUB-XSUB REQ-REP REQ-ROUTER REP-DEALER DEALER-DEALER DEALER-ROUTER ROUTER-ROUTER PUSH-PULL'
      .split(' ')
      .flatMap((pair) => [pair, pair.split('-').reverse().join('-')]),
  );
  it.each(types)('%s talks to its partners and to nobody else', (type) => {
    for (const other of types) {
      const said = new Listened(type).hear(greeting(), ready(other));
      const welcome = said.some((words) => words.startsWith('ready'));
      expect(`${type}-${other} ${welcome}`).toBe(
        `${type}-${other} ${legal.has(`${type}-${other}`)}`,
      );
    }
  });
});

describe('PLAIN', () => {
  const hello = (): Buffer =>
    commandFrame({
      name: 'HELLO',
      username: Buffer.from('u'),
      password: Buffer.from('p'),
    });

  it('goes HELLO, WELCOME, INITIATE, READY', () => {
    const server = new Listened('REP', new PlainServer(metadata('REP')));
    expect(server.hear(greeting('PLAIN'), hello())).toEqual(['ask']);
    server.session.verdict({ status: 200, userId: '' });
    expect(server.hear()[0]).toMatch(/WELCOME/);
    const initiate = commandFrame({ name: 'INITIATE', metadata: metadata('REQ') });
    expect(server.hear(initiate)).toEqual([expect.stringMatching(/READY/), 'ready REQ ']);
  });

  it('says ERROR to whom the handler does not want', () => {
    const server = new Listened('REP', new PlainServer(metadata('REP')));
    server.hear(greeting('PLAIN'), hello());
    server.session.verdict({ status: 400, userId: '' });
    expect(server.hear()).toEqual([
      expect.stringMatching(/ERROR.400/),
      'failed auth 400',
    ]);
  });

  it('needs one server and one client', () => {
    const server = new Listened('REP', new PlainServer(metadata('REP')));
    expect(server.hear(greeting('PLAIN', 1, true))).toEqual([
      'failed protocol ERR_ZMTP_MECHANISM_MISMATCH',
    ]);
    const client = new Listened(
      'REQ',
      new PlainClient(metadata('REQ'), Buffer.from('u'), Buffer.from('p')),
    );
    expect(client.hear(greeting('PLAIN', 1, true))[0]).toMatch(/HELLO/);
    const body = encodeCommand({ name: 'WELCOME' });
    expect(client.hear(encodeFrame({ command: true, more: false, body }))[0]).toMatch(
      /INITIATE/,
    );
    expect(client.hear(ready('REP'))).toEqual(['ready REP ']);
  });
});
