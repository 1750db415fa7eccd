/** What the connection does with a stream, on streams that never leave this process. */
import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Wait } from '../../../src/common/index.ts';
import {
  encodeFrame,
  encodeFrames,
  FramedConnection,
} from '../../../src/framing/index.ts';
import { eventually } from '../../support/eventually.ts';

/** One end of a wire: what the test pushes is read, what is written is kept or stuck. */
class Wire extends Duplex {
  readonly written: Buffer[] = [];
  stuck: (() => void) | undefined;
  hold = false;
  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.written.push(chunk);
    if (this.hold) this.stuck = done;
    else done();
  }
  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), '', done);
  }
  get bytes(): Buffer {
    return Buffer.concat(this.written);
  }
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const text = (message: Buffer | undefined): string | undefined => message?.toString();
const code = (name: string) => expect.objectContaining({ code: name }) as Error;

// A rejection that nobody handles fails the whole run: vitest sees to that.
describe('receive', () => {
  it('gives one message at a time, and undefined after the end', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    wire.push(encodeFrames([Buffer.from('a'), Buffer.from(''), Buffer.from('b')]));
    wire.push(null);
    const got = [];
    for (let i = 0; i < 5; i += 1) got.push(text(await connection.receive()));
    expect(got).toEqual(['a', '', 'b', undefined, undefined]);
  });

  it('waits for a message that is not there yet', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    const first = connection.receive();
    wire.push(Buffer.from([0, 0, 0]));
    wire.push(Buffer.from([2, 104]));
    wire.push(Buffer.from('i'));
    expect(text(await first)).toBe('hi');
  });

  it('gives the whole messages before a cut, then says what was missing', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    wire.push(
      Buffer.concat([encodeFrame(Buffer.from('a')), Buffer.from([0, 0, 0, 9, 1])]),
    );
    wire.push(null);
    expect(text(await connection.receive())).toBe('a');
    await expect(connection.receive()).rejects.toThrow(/8 of its 9 bytes were missing/);
    await expect(connection.receive()).rejects.toEqual(code('ERR_FRAME_CUT'));
  });

  it('gives the messages before a frame that is too long, then the error, for good', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire, { maxFrameLength: 10 });
    wire.push(Buffer.concat([encodeFrame(Buffer.from('a')), Buffer.from([0, 0, 0, 11])]));
    expect(text(await connection.receive())).toBe('a');
    await expect(connection.receive()).rejects.toEqual(code('ERR_FRAME_TOO_LARGE'));
    await expect(connection.receive()).rejects.toEqual(code('ERR_FRAME_TOO_LARGE'));
    expect(wire.isPaused()).toBe(true);
  });

  it('loses no message by a time-out or an abort', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    await expect(connection.receive({ timeout: 5 })).rejects.toEqual(
      code('ERR_TIMED_OUT'),
    );
    const abort = new AbortController();
    const aborted = connection.receive({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(connection.receive({ signal: abort.signal })).rejects.toThrow('enough');
    wire.push(encodeFrame(Buffer.from('still here')));
    expect(text(await connection.receive({ timeout: 1000 }))).toBe('still here');
  });

  it('refuses a time-out that is none, and two callers at a time', async () => {
    const connection = new FramedConnection(new Wire());
    await expect(connection.receive({ timeout: -1 })).rejects.toEqual(
      code('ERR_BAD_ARGUMENT'),
    );
    const first = connection.receive();
    await expect(connection.receive()).rejects.toEqual(code('ERR_RECV_BUSY'));
    await connection.close({ linger: 1 });
    await expect(first).rejects.toEqual(code('ERR_SOCKET_CLOSED'));
  });

  it('passes the error of the stream on, after the messages that came before', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    wire.push(encodeFrame(Buffer.from('last words')));
    await eventually(() => expect(connection.statistics.unread).toBe(1));
    wire.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    await eventually(() => expect(wire.closed).toBe(true));
    expect(text(await connection.receive())).toBe('last words');
    await expect(connection.receive()).rejects.toEqual(code('ECONNRESET'));
    await expect(connection.send(Buffer.from('x'))).rejects.toEqual(code('ECONNRESET'));
  });

  it('says so when somebody destroyed the stream', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    const waiting = connection.receive();
    wire.destroy();
    await expect(waiting).rejects.toEqual(code('ERR_SOCKET_CLOSED'));
  });

  it('iterates over all messages until the end', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    wire.push(encodeFrames(['a', 'b', 'c'].map((message) => Buffer.from(message))));
    const got: string[] = [];
    for await (const message of connection) {
      got.push(message.toString());
      if (message.equals(Buffer.from('b'))) break;
    }
    wire.push(null);
    for await (const message of connection.messages({ timeout: 1000 })) {
      got.push(message.toString());
    }
    expect(got).toEqual(['a', 'b', 'c']);
  });

  it('stops reading while much lies unread, and goes on when it is read', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire, { highWaterMark: 1000 });
    for (let i = 0; i < 100; i += 1) wire.push(encodeFrame(Buffer.alloc(100, i)));
    await eventually(() => expect(wire.isPaused()).toBe(true));
    // Each costs 200: its 100 bytes, and 100 for the object.
    expect(connection.statistics).toMatchObject({ unread: 5, received: { frames: 5 } });
    for (let i = 0; i < 100; i += 1) expect((await connection.receive())?.[0]).toBe(i);
    expect(connection.statistics).toMatchObject({ unread: 0, received: { frames: 100 } });
  });

  it('hands over small messages that do not hold on to a whole chunk', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    const chunk = Buffer.allocUnsafeSlow(65_530);
    chunk.set(
      encodeFrames(Array.from({ length: 65_530 / 10 }, () => Buffer.from('keep m'))),
    );
    wire.push(chunk);
    expect((await connection.receive())?.buffer.byteLength).toBeLessThanOrEqual(8192);
  });

  it('hands over views of the chunks where it is asked to', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire, { detach: false });
    const chunk = Buffer.allocUnsafeSlow(65_530);
    chunk.set(encodeFrames([Buffer.alloc(1024, 7)]));
    wire.push(chunk);
    expect((await connection.receive())?.buffer).toBe(chunk.buffer);
  });
});

describe('send', () => {
  it('writes each message behind its length', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    const long = Buffer.alloc(100_000, 'x');
    await connection.send(Buffer.from('hello'));
    await connection.send(Buffer.alloc(0));
    await connection.send(long);
    await connection.sendMany([Buffer.from('a'), long, Buffer.from('b')]);
    const messages = ['hello', '', long, 'a', long, 'b'].map((message) =>
      Buffer.from(message),
    );
    await eventually(() => expect(wire.bytes.equals(encodeFrames(messages))).toBe(true));
    expect(connection.statistics.sent).toMatchObject({
      frames: 6,
      bytes: encodeFrames(messages).length,
    });
  });

  it('sends what is sent in one turn in one write', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    for (let i = 0; i < 100; i += 1) await connection.send(Buffer.from('hi'));
    await eventually(() => expect(wire.bytes.length).toBe(600));
    expect(wire.written.length).toBe(1);
  });

  it('waits while the stream is full, and goes on when it has been drained', async () => {
    const wire = new Wire({ writableHighWaterMark: 1000 });
    wire.hold = true;
    const connection = new FramedConnection(wire);
    const full = connection.send(Buffer.alloc(2000));
    await expect(connection.send(Buffer.alloc(1), { timeout: 5 })).rejects.toEqual(
      code('ERR_TIMED_OUT'),
    );
    wire.hold = false;
    wire.stuck?.();
    await full;
    // Taken although its caller gave up waiting: a message leaves whole or not at all.
    await eventually(() => expect(wire.bytes.length).toBe(2004 + 5));
  });

  it('does not keep those who gave up waiting for room', async () => {
    const wire = new Wire({ writableHighWaterMark: 1000 });
    wire.hold = true;
    const connection = new FramedConnection(wire);
    const full = connection.send(Buffer.alloc(2000));
    for (let i = 0; i < 3; i += 1) {
      await expect(connection.send(Buffer.alloc(1), { timeout: 1 })).rejects.toEqual(
        code('ERR_TIMED_OUT'),
      );
    }
    const woken = vi.spyOn(Wait.prototype, 'resolve');
    wire.hold = false;
    wire.stuck?.();
    await full;
    expect(woken).toHaveBeenCalledTimes(1);
  });

  it('copies a message that the stream may still hold when its send resolves, and no other', async () => {
    const wire = new Wire({ writableHighWaterMark: 64 * 1024 });
    const connection = new FramedConnection(wire);
    const memory = new Set<ArrayBufferLike>();
    vi.spyOn(wire, 'write').mockImplementation((chunk: Uint8Array) => {
      memory.add(chunk.buffer);
      return true;
    });
    for (const size of [16 * 1024, 16 * 1024 + 1, 64 * 1024]) {
      const copied = Buffer.allocUnsafeSlow(size);
      await connection.send(copied);
      await connection.sendMany([copied]);
      expect(memory.has(copied.buffer)).toBe(false);
    }
    const [first, second] = [0, 1].map(() => Buffer.allocUnsafeSlow(64 * 1024 + 1));
    await connection.send(first!);
    await connection.sendMany([second!]);
    expect([memory.has(first!.buffer), memory.has(second!.buffer)]).toEqual([true, true]);
  });

  it('sends nothing when the signal has aborted before', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(connection.send(Buffer.from('x'), { signal })).rejects.toThrow('enough');
    await expect(connection.sendMany([Buffer.from('x')], { signal })).rejects.toThrow(
      'enough',
    );
    expect(connection.statistics.sent.frames).toBe(0);
  });

  it('takes from many messages no faster than they leave', async () => {
    const wire = new Wire({ writableHighWaterMark: 1000 });
    wire.hold = true;
    const connection = new FramedConnection(wire);
    let made = 0;
    function* endless() {
      for (;;) {
        made += 1;
        yield Buffer.alloc(1000);
      }
    }
    const sending = connection.sendMany(endless(), { timeout: 20 });
    await expect(sending).rejects.toEqual(code('ERR_TIMED_OUT'));
    expect(made).toBeLessThan(100);
  });

  it('takes a few thousand at a time of those that have no bytes', async () => {
    const wire = new Wire({ writableHighWaterMark: 1000 });
    wire.hold = true;
    const connection = new FramedConnection(wire);
    let made = 0;
    function* many() {
      for (; made < 100_000; made += 1) yield Buffer.alloc(0);
    }
    const sending = connection.sendMany(many(), { timeout: 20 });
    await expect(sending).rejects.toEqual(code('ERR_TIMED_OUT'));
    expect(made).toBeLessThan(5000);
  });

  it('sends the messages that came before a bad one', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire, { maxFrameLength: 10 });
    const [a, b] = [Buffer.from('a'), Buffer.from('b')];
    await expect(connection.sendMany([a, Buffer.alloc(11), b])).rejects.toEqual(
      code('ERR_FRAME_TOO_LARGE'),
    );
    function* broken() {
      yield b;
      throw new Error('no more');
    }
    await expect(connection.sendMany(broken())).rejects.toThrow('no more');
    await eventually(() => expect(wire.bytes).toEqual(encodeFrames([a, b])));
  });

  it('is no failure for what still leaves after end', async () => {
    const wire = new Wire({ writableHighWaterMark: 1000 });
    wire.hold = true;
    const connection = new FramedConnection(wire);
    const waiting = [
      connection.send(Buffer.alloc(2000)),
      connection.send(Buffer.alloc(1)),
    ];
    connection.end();
    await expect(connection.send(Buffer.alloc(1))).rejects.toEqual(
      code('ERR_SOCKET_CLOSED'),
    );
    wire.hold = false;
    wire.stuck?.();
    await Promise.all(waiting);
    expect(wire.bytes.length).toBe(2004 + 5);
  });

  it('refuses what is too long, or not made of bytes, and goes on', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire, { maxFrameLength: 10 });
    await expect(connection.send(Buffer.alloc(11))).rejects.toEqual(
      code('ERR_FRAME_TOO_LARGE'),
    );
    await expect(connection.sendMany([Buffer.alloc(11)])).rejects.toEqual(
      code('ERR_FRAME_TOO_LARGE'),
    );
    await expect(connection.send('text' as never)).rejects.toEqual(
      code('ERR_BAD_ARGUMENT'),
    );
    await connection.send(Buffer.alloc(10));
    await eventually(() => expect(wire.bytes.length).toBe(14));
  });

  it('fails those who wait when the stream fails, and nobody else', async () => {
    const wire = new Wire({ writableHighWaterMark: 10 });
    wire.hold = true;
    const connection = new FramedConnection(wire);
    const waiting = connection.send(Buffer.alloc(100));
    // Nobody awaits these two; the process must not end for them.
    void connection.send(Buffer.alloc(100));
    void connection.sendMany([Buffer.alloc(100)]);
    void connection.receive();
    wire.destroy(Object.assign(new Error('broken'), { code: 'EPIPE' }));
    await expect(waiting).rejects.toEqual(code('EPIPE'));
    void connection.send(Buffer.alloc(1));
    wire.emit('error', new Error('one more, long after'));
  });
});

describe('the end', () => {
  it('comes cleanly behind everything that was sent', async () => {
    const readable = new PassThrough();
    const writable = new PassThrough();
    const connection = new FramedConnection({ readable, writable });
    const peer = new FramedConnection({ readable: writable, writable: readable });
    await connection.send(Buffer.from('bye'));
    const closing = connection.close();
    expect(text(await peer.receive())).toBe('bye');
    expect(await peer.receive()).toBeUndefined();
    peer.end();
    await closing;
    await peer.close();
  });

  it('can come in one direction first', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    connection.end();
    await expect(connection.send(Buffer.from('x'))).rejects.toEqual(
      code('ERR_SOCKET_CLOSED'),
    );
    wire.push(encodeFrame(Buffer.from('reply')));
    expect(text(await connection.receive())).toBe('reply');
    wire.push(null);
    expect(await connection.receive()).toBeUndefined();
  });

  it('does not wait for ever for a peer that neither reads nor ends', async () => {
    const wire = new Wire();
    wire.hold = true;
    const connection = new FramedConnection(wire);
    await connection.send(Buffer.from('x'));
    await connection.close({ linger: 10 });
    expect(wire.destroyed).toBe(true);
    await expect(connection.receive()).rejects.toEqual(code('ERR_SOCKET_CLOSED'));
    await expect(connection.send(Buffer.from('x'))).rejects.toEqual(
      code('ERR_SOCKET_CLOSED'),
    );
  });

  it('throws away what was not received, and reads the rest into nothing', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire, { highWaterMark: 1 });
    for (let i = 0; i < 3; i += 1) wire.push(encodeFrame(Buffer.from('unread')));
    await eventually(() => expect(wire.isPaused()).toBe(true));
    wire.push(null);
    // Unread bytes would make the system send a reset: what is there is read to its end first.
    const end = once(wire, 'end');
    const closing = connection.close({ linger: 60_000 });
    expect(connection.statistics.unread).toBe(0);
    await expect(connection.receive()).rejects.toEqual(code('ERR_SOCKET_CLOSED'));
    await Promise.all([end, closing]);
    expect([wire.readableEnded, wire.readableLength]).toEqual([true, 0]);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    const closing = connection.close();
    expect(vi.getTimerCount()).toBe(1);
    wire.push(null);
    await closing;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('can be called twice, and by leaving a scope', async () => {
    const wire = new Wire();
    const connection = new FramedConnection(wire);
    wire.push(null);
    expect(connection.close()).toBe(connection.close());
    await connection[Symbol.asyncDispose]();
    expect(wire.destroyed).toBe(true);
  });

  it('is noticed on a stream that had ended or was destroyed before', async () => {
    const ended = new Wire();
    ended.push(null);
    ended.resume();
    await eventually(() => expect(ended.readableEnded).toBe(true));
    expect(await new FramedConnection(ended).receive()).toBeUndefined();
    const gone = new Wire();
    gone.destroy();
    await once(gone, 'close');
    const connection = new FramedConnection(gone);
    await expect(connection.receive()).rejects.toEqual(code('ERR_SOCKET_CLOSED'));
    await connection.close();
  });
});

describe('the constructor', () => {
  it('refuses streams of anything but bytes', () => {
    const objects = new PassThrough({ objectMode: true });
    const strings = new PassThrough({ encoding: 'utf8' });
    for (const stream of [objects, strings]) {
      expect(() => new FramedConnection(stream)).toThrow(code('ERR_BAD_ARGUMENT'));
    }
  });

  it('refuses what is no stream', () => {
    const { readable } = new PassThrough();
    const values = [undefined, null, 'a', {}, { readable: {}, writable: {} }, readable];
    for (const value of values) {
      expect(() => new FramedConnection(value as never)).toThrow(
        'frames need a stream, such as a net.Socket',
      );
    }
  });

  it('refuses limits out of their range', () => {
    const wire = new Wire();
    expect(() => new FramedConnection(wire, { highWaterMark: 0 })).toThrow(
      code('ERR_BAD_ARGUMENT'),
    );
    expect(() => new FramedConnection(wire, { maxFrameLength: 0 })).toThrow(
      code('ERR_BAD_ARGUMENT'),
    );
  });
});
