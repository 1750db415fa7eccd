import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTrace } from '../../../../src/trace/index.ts';
import {
  type Entry,
  EventLogReader,
} from '../../../../src/trace/recorder/event-log-reader.ts';
import { EventLog } from '../../../../src/trace/recorder/event-log.cjs';
import { FULL, TYPES, WAITS } from '../../../../src/trace/recorder/layout.cjs';
import { mergeEventLogs } from '../../../../src/trace/recorder/merge.ts';
import { text } from '../../../../src/trace/recorder/text.cjs';
import { eventually } from '../../../support/eventually.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A log as the recorder writes it, which began this many milliseconds after the trace. */
function log(name: string, after = 0, preview = 64): { file: string; it: EventLog } {
  const file = join(folder, name);
  const zero = process.hrtime.bigint() - BigInt(after * 1e6);
  const whoAmI = (): object => ({
    pid: 1,
    name,
    node: 'v20',
    platform: 'linux',
  });
  return { file, it: new EventLog(file, { zero, preview, whoAmI }) };
}

const SOCKET = ',"socket":1,"transport":"tcp","role":"connection"';

function bytes(
  it: EventLog,
  type: (typeof TYPES)[number],
  t: number,
  payload: string | Buffer,
  more: {
    offset?: number;
    flags?: number;
    at?: number;
    address?: number;
    error?: number;
  } = {},
): void {
  const { offset = 0, flags = 0, at = 0, address = 0, error = 0 } = more;
  const buffer = Buffer.from(payload as string);
  it.bytes(TYPES.indexOf(type), t, 1, buffer, offset, flags, at, address, error);
}

function read(file: string, how: 'none' | 'text' | 'hex' = 'text'): Entry[] {
  const reader = new EventLogReader(file, how);
  try {
    const entries: Entry[] = [];
    for (let entry; (entry = reader.next());) entries.push(entry);
    return entries;
  } finally {
    reader.close();
  }
}

describe('a log', () => {
  it('gives back what was written to it', () => {
    const { file, it: own } = log('one');
    const here = own.define('{"host":"127.0.0.1","port":12000}');
    const line = own.define('{"file":"a.js","line":7}');
    const error = own.define('"EMSGSIZE"');
    own.note('socket', 10, SOCKET);
    bytes(own, 'send', 11.26, 'hello', { at: line, address: here });
    bytes(own, 'send', 12, '', { address: here, error });
    bytes(own, 'write', 13, 'world', { offset: 2 ** 40, flags: FULL | WAITS });
    bytes(own, 'read', 14, 'a'.repeat(100));
    own.end();
    expect(read(file)).toEqual([
      {
        type: 'socket',
        t: 10,
        fields: { seq: 0, t: 10, socket: 1, transport: 'tcp', role: 'connection' },
      },
      {
        type: 'send',
        t: 11.3,
        fields: {
          seq: 1,
          t: 11.3,
          socket: 1,
          at: { file: 'a.js', line: 7 },
          bytes: 5,
          digest: 'fb0077f9',
          text: 'hello',
          to: { host: '127.0.0.1', port: 12_000 },
        },
      },
      expect.objectContaining({
        fields: expect.objectContaining({ bytes: 0, text: '', error: 'EMSGSIZE' }),
      }),
      expect.objectContaining({
        fields: expect.objectContaining({ offset: 2 ** 40, full: true, waits: true }),
      }),
      expect.objectContaining({
        fields: expect.objectContaining({ bytes: 100, text: 'a'.repeat(64) }),
      }),
    ]);
  });

  it.each([
    ['å'.repeat(40), 'å'.repeat(32)],
    [`x${'å'.repeat(40)}`, `x${'å'.repeat(31)}`],
    [`x${'😀'.repeat(20)}`, `x${'😀'.repeat(15)}`],
    [`xx${'€'.repeat(40)}`, `xx${'€'.repeat(20)}`],
    [Buffer.alloc(70, 0xff), '\ufffd'.repeat(64)],
    [Buffer.from([0xc3]), '\ufffd'],
  ])('shows the beginning of %j without cutting a character', (payload, shown) => {
    const { file, it: own } = log('one');
    bytes(own, 'read', 1, payload);
    own.end();
    expect(read(file)[0]!.fields['text']).toBe(shown);
  });

  it('is read up to where it was cut, wherever that is', () => {
    const { file, it: own } = log('one');
    own.note('socket', 10, SOCKET);
    for (let index = 0; index < 5; index += 1) bytes(own, 'write', index, `${index}`);
    own.end();
    const whole = read(file);
    const { length } = readFileSync(file);
    const counts = new Set<number>();
    for (let cut = length; cut >= 0; cut -= 1) {
      const part = `${file} cut`;
      copyFileSync(file, part);
      truncateSync(part, cut);
      const entries = read(part);
      expect(entries).toEqual(whole.slice(0, entries.length));
      counts.add(entries.length);
    }
    expect([...counts]).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  it('has every event of a burst in the file, at the latest when it ends', () => {
    const { file, it: own } = log('one');
    for (let index = 0; index < 10_000; index += 1) {
      bytes(own, 'write', own.now(), Buffer.alloc(200, index), { offset: index * 200 });
      own.settle();
    }
    own.end();
    const entries = read(file);
    expect(entries).toHaveLength(10_000);
    expect(entries.map(({ fields }) => fields['seq'])).toEqual(
      entries.map((_, seq) => seq),
    );
  });

  it('has a few events in the file at once, without an end', () => {
    const { file, it: own } = log('one');
    for (let index = 0; index < 20; index += 1) {
      bytes(own, 'write', own.now(), 'x');
      own.settle();
      expect(read(file)).toHaveLength(index + 1);
    }
  });

  it('gathers the events of a burst after the first 64, and writes them 5 ms later', () => {
    const { file, it: own } = log('one');
    for (let index = 0; index < 100; index += 1) {
      bytes(own, 'write', 1000, 'x');
      own.settle(1000);
    }
    expect(read(file)).toHaveLength(64);
    bytes(own, 'write', 5999, 'x');
    own.settle(5999);
    expect(read(file)).toHaveLength(64);
    bytes(own, 'write', 6000, 'x');
    own.settle(6000);
    expect(read(file)).toHaveLength(102);
  });

  it('writes what it has gathered when no more comes, and keeps no program alive for that', async () => {
    const { file, it: own } = log('one');
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    for (let index = 0; index < 100; index += 1) {
      bytes(own, 'write', 1000, 'x');
      own.settle(1000);
    }
    expect(timers()).toBe(before);
    await eventually(() => expect(read(file)).toHaveLength(100));
  });

  it('puts nothing off after the end: what comes then is the last chance', () => {
    const { file, it: own } = log('one');
    for (let index = 0; index < 100; index += 1) {
      bytes(own, 'write', 1000, 'x');
      own.settle(1000);
    }
    own.end();
    expect(read(file)).toHaveLength(100);
    bytes(own, 'write', 1000, 'x');
    own.settle(1000);
    expect(read(file)).toHaveLength(101);
  });

  it('remembers ten thousand texts, and defines them anew after that', () => {
    const { it: own } = log('one');
    const [first, ...others] = Array.from({ length: 10_001 }, (_, index) => `"${index}"`);
    expect(own.define(first!)).toBe(1);
    for (const other of others.slice(1)) own.define(other);
    expect(own.define(first!)).toBe(1);
    own.define(others[0]!);
    expect(own.define(first!)).toBe(10_002);
  });

  it('is whole whatever a program writes into its errors', () => {
    const { file, it: own } = log('one');
    const message = text('\u0001'.repeat(5000));
    own.note('error', 1, `,"socket":1,"message":${message}`);
    own.note('socket', 2, SOCKET);
    own.end();
    const [error, socket] = read(file);
    expect(error!.fields['message']).toBe('\u0001'.repeat(1000));
    expect(socket!.type).toBe('socket');
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', () => {
    expect(statSync(log('one').file).mode & 0o777).toBe(0o600);
  });
});

describe('merged logs', () => {
  it('are one trace in the order of time, with a number for each process', () => {
    const [late, early] = [log('late', 5000), log('early', 1000)];
    early.it.note('socket', 2_000_000, SOCKET);
    late.it.note('socket', 6_000_000, SOCKET);
    bytes(late.it, 'write', 6_000_200, 'b');
    bytes(early.it, 'write', 6_000_300, 'c');
    // Written down later than it began.
    bytes(early.it, 'write', 6_000_100, 'a');
    late.it.end();
    early.it.end();
    const unused = log('unused', 3000);
    unused.it.note('exit', 1, ',"code":0');
    unused.it.end();

    const lines = ['{"type":"trace","version":1,"wall":0,"payload":"text"}'];
    const merged = mergeEventLogs(
      [late.file, unused.file, early.file],
      { payload: 'text', root: folder },
      (line) => lines.push(line),
    );
    expect(merged).toEqual({ events: 5, processes: ['early', 'late'] });
    const { lines: all, problems } = parseTrace(lines.join('\n'));
    expect(problems).toEqual([]);
    const told = all.map((line) =>
      'process' in line
        ? `${line.type} ${line.process}${'text' in line ? ` ${line.text}` : ''}`
        : line.type,
    );
    expect(told).toEqual([
      'process 1',
      'socket 1',
      'process 2',
      'socket 2',
      'write 1 a',
      'write 2 b',
      'write 1 c',
    ]);
  });

  it('end with the lines of programs that they name, if those are there', () => {
    const { file, it: own } = log('one');
    const at = own.define(JSON.stringify({ file: 'prog.js', line: 2 }));
    own.note('socket', 1, `${SOCKET},"at":{"file":"[eval]","line":1}`);
    bytes(own, 'write', 2, 'x', { at });
    own.end();
    const lines: string[] = [];
    mergeEventLogs(
      [file],
      {
        payload: 'text',
        root: join(import.meta.dirname, '../../../fixtures/trace/programs'),
      },
      (line) => lines.push(line),
    );
    expect(lines.filter((line) => line.startsWith('{"type":"source"'))).toEqual([]);
    const again: string[] = [];
    const named = log('two');
    const place = named.it.define(
      JSON.stringify({ file: 'unhandled-connect.cjs', line: 5 }),
    );
    named.it.note('socket', 1, SOCKET);
    bytes(named.it, 'write', 2, 'x', { at: place });
    named.it.end();
    mergeEventLogs(
      [named.file],
      {
        payload: 'text',
        root: join(import.meta.dirname, '../../../fixtures/trace/programs'),
      },
      (line) => again.push(line),
    );
    expect(JSON.parse(again.at(-1)!)).toEqual({
      type: 'source',
      file: 'unhandled-connect.cjs',
      line: 5,
      text: "connect(Number(process.argv[2]), '127.0.0.1');",
    });
  });

  it('cut the lines of programs that are longer than anybody writes', () => {
    writeFileSync(join(folder, 'packed.js'), `${'x'.repeat(100_000)}\n`);
    const { file, it: own } = log('one');
    own.note('socket', 1, `${SOCKET},"at":{"file":"packed.js","line":1}`);
    own.end();
    const lines: string[] = [];
    mergeEventLogs([file], { payload: 'text', root: folder }, (line) => lines.push(line));
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ text: 'x'.repeat(400) });
  });

  it.skipIf(!existsSync('/proc/self/fd'))(
    'are closed, even when nobody takes them',
    () => {
      const { file, it: own } = log('one');
      own.note('socket', 1, SOCKET);
      own.end();
      const readers = (): number =>
        readdirSync('/proc/self/fd').filter((fd) => isFile(`/proc/self/fd/${fd}`, file))
          .length;
      const before = readers(); // the log's own
      const taken = (): unknown =>
        mergeEventLogs([file], { payload: 'text', root: folder }, () => {
          throw new Error('no room');
        });
      expect(taken).toThrow('no room');
      expect(readers()).toBe(before);
    },
  );

  it('of nothing but rubbish are no trace', () => {
    const { file } = log('rubbish');
    expect(
      mergeEventLogs([file], { payload: 'text', root: folder }, () => {
        throw new Error('there is nothing to write');
      }),
    ).toEqual({ events: 0, processes: [] });
  });
});

/** Whether a link of /proc leads to the file. Others may be gone before they are looked at. */
function isFile(link: string, file: string): boolean {
  try {
    return readlinkSync(link) === file;
  } catch {
    return false;
  }
}
