/** One connection, over a line that takes and gives what the test wants, by the test's own clock. */
import type * as net from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Engine, type EngineOwner } from '../../../../src/zeromq/transports/engine.ts';
import {
  encodeFrame,
  encodeGreeting,
  ZmtpFrameDecoder,
} from '../../../../src/zeromq/zmtp/index.ts';
import {
  commandFrame,
  HandshakeError,
} from '../../../../src/zeromq/zmtp/mechanisms/mechanism.ts';
import { NullMechanism } from '../../../../src/zeromq/zmtp/mechanisms/null.ts';
import { NO_ENVELOPE } from '../../../../src/zeromq/zmtp/message.ts';
import { defaultOptions, type Options } from '../../../../src/zeromq/base/options.ts';
import type { TypeName } from '../../../../src/zeromq/zmtp/socket-types.ts';
import { WirePipe } from '../../../../src/zeromq/pipes/wire-pipe.ts';

/** A connection in place of a `net.Socket`. */
class Line extends Duplex {
  /** What has been taken, write by write. */
  readonly taken: Buffer[] = [];
  /** Takes one more write, and does not say that it is through with it. */
  deaf = false;
  #through: (() => void) | undefined;
  readonly unref = vi.fn<() => this>(() => this);

  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.taken.push(chunk);
    if (this.deaf) this.#through = done;
    else done();
  }
  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), '', done);
  }
  /** As that of a `net.Socket`. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
  /** Is through with what it has taken, and takes the rest. */
  hear(): void {
    this.deaf = false;
    this.#through?.();
  }
  /** What a peer says, and the time that it takes to be heard. */
  async says(...bytes: Buffer[]): Promise<void> {
    for (const one of bytes) {
      this.push(one);
      await turn();
    }
  }
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const GREETING = encodeGreeting({
  major: 3,
  minor: 1,
  mechanism: 'NULL',
  asServer: false,
});
const typed = (type: string): Map<string, Buffer> =>
  new Map([['Socket-Type', Buffer.from(type)]]);
const ready = (type: string): Buffer =>
  commandFrame({ name: 'READY', metadata: typed(type) });
const ping = (timeToLive = 0, context = Buffer.alloc(0)): Buffer =>
  commandFrame({ name: 'PING', timeToLive, context });
const message = (text: string): Buffer =>
  encodeFrame({ command: false, more: false, body: Buffer.from(text) });

/** An engine on a line, with an owner that welcomes everybody. */
function engineOn(line: Line, given: Partial<Options> = {}, type: TypeName = 'PAIR') {
  const options = Object.assign(defaultOptions(), given);
  const host = {
    options,
    filter: () => true,
    readable: () => {},
    writable: () => {},
  };
  const pipe = new WirePipe(host);
  const gone = vi.fn<EngineOwner['gone']>();
  const owner: EngineOwner = {
    options,
    type,
    mechanism: () => new NullMechanism(typed(type), false),
    ask: () => {},
    ready: (engine) => {
      pipe.wire = engine;
      return pipe;
    },
    subscription: () => true,
    arrived: () => {},
    writable: () => {},
    gone,
  };
  const engine = new Engine(line as unknown as net.Socket, owner);
  engine.start();
  return { engine, pipe, gone, line };
}

/** The same, after the handshake; `taken` begins anew there. */
async function joined(given: Partial<Options> = {}, line = new Line()) {
  const made = engineOn(line, given);
  await line.says(GREETING, ready('PAIR'));
  line.taken.length = 0;
  return made;
}

/** The frames that have been written, as words. */
function framesOf({ taken }: Line): string[] {
  const frames = new ZmtpFrameDecoder().push(Buffer.concat(taken));
  return frames.map(({ body }) => body.toString('latin1'));
}

describe('a peer that never reads', () => {
  it('cannot make us hold endless answers to its PINGs', async () => {
    const line = new Line();
    line.deaf = true;
    const { engine, gone } = engineOn(line);
    // Each is answered with 23 bytes: 2.3 MB, if they were all kept.
    const pings = Array.from({ length: 100_000 }, () => ping(0, Buffer.alloc(16)));
    await line.says(Buffer.concat([GREETING, ready('PAIR')]), Buffer.concat(pings));
    expect(line.readableLength).toBe(0);
    expect(line.writableLength).toBeGreaterThan(1_000_000);
    expect(line.writableLength).toBeLessThan(1_100_000);
    engine.destroy();
    await turn();
    expect(gone).toHaveBeenCalledOnce();
  });

  it('is handed one write at a time, and a message counts until that has been taken', async () => {
    const { line, pipe } = await joined();
    line.deaf = true;
    for (let i = 0; i < 100; i += 1) pipe.write(Buffer.alloc(10_000), NO_ENVELOPE);
    await turn();
    // What is in flight, and what waits, in the queue and not in Node.
    expect(pipe.out.messages).toBe(100);
    expect(line.writableLength).toBeLessThan(300 * 1024);
    expect(pipe.out.waitingBytes).toBeGreaterThan(700 * 1000);
    line.hear();
    await turn();
    expect([pipe.out.messages, line.writableLength]).toEqual([0, 0]);
    expect(framesOf(line)).toHaveLength(100);
    // About 256 KiB each, whole pieces of 64.
    expect(Math.max(...line.taken.map(({ length }) => length))).toBeLessThan(400 * 1024);
  });

  it('leaves with what was in flight to it; what waits is kept for the next', async () => {
    const { line, pipe, gone } = await joined();
    line.deaf = true;
    pipe.write(Buffer.from('in flight'), NO_ENVELOPE);
    await turn();
    pipe.write(Buffer.from('waits'), NO_ENVELOPE);
    expect(pipe.out.messages).toBe(2);
    line.destroy();
    await turn();
    expect(gone).toHaveBeenCalledOnce();
    expect([pipe.out.messages, pipe.wire]).toEqual([1, undefined]);
  });

  it('does not keep us from hanging up on it when it has broken a rule', async () => {
    const { line, gone } = await joined();
    line.deaf = true;
    await line.says(ping(), Buffer.from([0xff]));
    expect(gone).toHaveBeenCalledOnce();
    expect(line.destroyed).toBe(false); // its answer may still leave
    vi.advanceTimersByTime(1000);
    await turn();
    expect(line.destroyed).toBe(true);
  });
});

describe('a handshake', () => {
  it('is waited for no longer than its interval', async () => {
    const { line, gone } = engineOn(new Line(), { handshakeInterval: 500 });
    await line.says(GREETING);
    vi.advanceTimersByTime(499);
    expect(gone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await turn();
    expect(gone).toHaveBeenCalledOnce();
    const error = gone.mock.calls[0]![1];
    expect(error).toBeInstanceOf(HandshakeError);
    expect(error).toMatchObject({ kind: 'other', system: 'EAGAIN' });
    await turn();
    expect(line.destroyed).toBe(true);
  });

  it('is in time when its end lies there unread, because we were not running', async () => {
    const { line, gone } = engineOn(new Line(), { handshakeInterval: 500 });
    await line.says(GREETING);
    vi.advanceTimersByTime(500);
    await line.says(ready('PAIR'));
    vi.advanceTimersByTime(10_000);
    await turn();
    expect(gone).not.toHaveBeenCalled();
  });

  it('begins anew, once, when a part of it lay there unread', async () => {
    const { line, gone } = engineOn(new Line(), { handshakeInterval: 500 });
    vi.advanceTimersByTime(500);
    await line.says(GREETING.subarray(0, 12));
    vi.advanceTimersByTime(499);
    await turn();
    expect(gone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await line.says(GREETING.subarray(12));
    expect(gone).toHaveBeenCalledOnce();
  });

  it('that is over in time leaves no clock running', async () => {
    const { gone } = await joined({ handshakeInterval: 500 });
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(gone).not.toHaveBeenCalled();
  });

  it('that is given up early leaves no clock running', async () => {
    const { line, gone } = engineOn(new Line(), { handshakeInterval: 500 });
    line.destroy();
    await turn();
    expect(gone).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may take for ever when its interval is 0', () => {
    engineOn(new Line(), { handshakeInterval: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('heartbeats', () => {
  const beating = { heartbeatInterval: 100, heartbeatTimeout: 250 };

  it('go out at every interval, and say how long the peer is to wait for us', async () => {
    const { line } = await joined({ ...beating, heartbeatTimeToLive: 450 });
    vi.advanceTimersByTime(99);
    expect(framesOf(line)).toEqual([]);
    vi.advanceTimersByTime(101);
    // In tenths of a second, rounded down.
    expect(framesOf(line)).toEqual(['\u0004PING\u0000\u0004', '\u0004PING\u0000\u0004']);
  });

  it('give a peer up that has been silent since the first unanswered one', async () => {
    const { line, gone } = await joined(beating);
    vi.advanceTimersByTime(349);
    expect(line.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await turn();
    expect(line.destroyed).toBe(true);
    await turn();
    expect(gone).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are answered by whatever the peer says', async () => {
    const { line } = await joined(beating);
    for (let i = 0; i < 10; i += 1) {
      vi.advanceTimersByTime(300);
      await line.says(message('anything'));
    }
    expect(line.destroyed).toBe(false);
  });

  it('wait one interval where no time-out is given', async () => {
    const { line } = await joined({ heartbeatInterval: 100 });
    vi.advanceTimersByTime(199);
    expect(line.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await turn();
    expect(line.destroyed).toBe(true);
  });

  it('wait for ever where the time-out is 0', async () => {
    const { line } = await joined({
      heartbeatInterval: 100,
      heartbeatTimeout: 0,
    });
    vi.advanceTimersByTime(10_000);
    expect(line.destroyed).toBe(false);
  });
});

describe("a peer's own time to live", () => {
  it('ends it when it is silent for so long, and not while it speaks', async () => {
    const { line, gone } = await joined();
    await line.says(ping(500));
    vi.advanceTimersByTime(499);
    await line.says(message('still here'));
    vi.advanceTimersByTime(499);
    expect(line.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await turn();
    expect(line.destroyed).toBe(true);
    await turn();
    expect(gone).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is the one of its last PING: 0 takes it back', async () => {
    const { line } = await joined();
    await line.says(ping(500), ping(0));
    expect(vi.getTimerCount()).toBe(0);
    await line.says(ping(500), ping(200));
    vi.advanceTimersByTime(200);
    await turn();
    expect(line.destroyed).toBe(true);
  });
});

describe('a peer is not silent', () => {
  const watched: [string, Partial<Options>, Buffer[]][] = [
    ['a heartbeat', { heartbeatInterval: 100, heartbeatTimeout: 300 }, []],
    ['its own time to live', {}, [ping(400)]],
  ];

  it.each(watched)('if its answer to %s lies there unread', async (_, given, said) => {
    const { line } = await joined(given);
    await line.says(...said);
    vi.advanceTimersByTime(400);
    await line.says(message('still here'));
    expect(line.destroyed).toBe(false);
    vi.advanceTimersByTime(400);
    await turn();
    expect(line.destroyed).toBe(true);
  });

  it.each(watched)('to %s while we do not read it', async (_, given, said) => {
    const { line, pipe } = await joined({ ...given, receiveHighWaterMark: 1 });
    await line.says(...said, message('1'), message('2'));
    expect(line.isPaused()).toBe(true);
    vi.advanceTimersByTime(10_000);
    await turn();
    expect(line.destroyed).toBe(false);
    expect([pipe.read(), pipe.read()].map(String)).toEqual(['1', '2']);
    vi.advanceTimersByTime(10_000);
    await turn();
    expect(line.destroyed).toBe(true);
  });
});

describe('back-pressure', () => {
  it('stops reading when a second chunk comes that nobody has room for', async () => {
    const { line, pipe, engine } = await joined({ receiveHighWaterMark: 2 });
    await line.says(message('1'), message('2'));
    // A pause costs a system call: what is there may have been used up before more comes.
    expect(line.isPaused()).toBe(false);
    await line.says(message('3'));
    expect([line.isPaused(), pipe.inbox.length]).toEqual([true, 2]);
    await line.says(message('4'));
    expect([pipe.inbox.length, line.readableLength]).toEqual([2, 3]);
    expect(String(pipe.read())).toBe('1');
    await turn();
    expect([line.isPaused(), pipe.inbox.length]).toEqual([true, 2]);
    for (const text of ['2', '3', '4']) {
      expect(String(pipe.read())).toBe(text);
      await turn();
    }
    expect([line.isPaused(), engine.socket.destroyed]).toEqual([false, false]);
  });

  it('holds for a STREAM as well, which has no frames', async () => {
    const line = new Line();
    const { pipe } = engineOn(line, { receiveHighWaterMark: 1 }, 'STREAM');
    await line.says(Buffer.from('bytes'));
    expect([line.isPaused(), pipe.inbox.length]).toEqual([true, 1]);
    expect(String(pipe.read())).toBe('bytes');
    expect(line.isPaused()).toBe(false);
  });

  it('reads what was parsed and not yet taken when the peer is already gone', async () => {
    const { line, pipe, gone } = await joined({ receiveHighWaterMark: 1 });
    await line.says(Buffer.concat(['1', '2', '3'].map(message)));
    line.push(null);
    line.destroy();
    await turn();
    expect(gone).not.toHaveBeenCalled();
    const got = [1, 2, 3].map(() => String(pipe.read()));
    expect(got).toEqual(['1', '2', '3']);
    expect(gone).toHaveBeenCalledOnce();
  });
});

describe('the end', () => {
  it('comes behind all that is queued, and waits for that of the peer, but not for ever', async () => {
    const { line, pipe, engine } = await joined();
    line.deaf = true;
    pipe.write(Buffer.from('in flight'), NO_ENVELOPE);
    await turn();
    pipe.write(Buffer.from('waits'), NO_ENVELOPE);
    engine.finish();
    await turn();
    expect(line.writableEnded).toBe(false);
    line.hear();
    await turn();
    expect(framesOf(line)).toEqual(['in flight', 'waits']);
    expect([line.writableFinished, line.destroyed]).toEqual([true, false]);
    vi.advanceTimersByTime(30_000);
    await turn();
    expect(line.destroyed).toBe(true);
  });

  it('leaves no clock running, which would keep all of it in memory', async () => {
    const { line, engine } = await joined();
    engine.finish();
    await turn();
    expect(vi.getTimerCount()).toBe(1);
    line.push(null);
    await turn();
    await turn();
    expect([line.destroyed, vi.getTimerCount()]).toEqual([true, 0]);
    const broken = await joined();
    await broken.line.says(Buffer.from('ffff', 'hex'));
    broken.line.push(null);
    await turn();
    await turn();
    expect([broken.line.destroyed, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('is not heard past: what the peer still says is nothing to a closed socket', async () => {
    const { line, pipe, engine } = await joined({ receiveHighWaterMark: 1 });
    await line.says(message('1'), message('2'));
    expect(line.isPaused()).toBe(true);
    engine.finish();
    // It reads on, into nothing: its own end stands behind what it has sent.
    expect(line.isPaused()).toBe(false);
    await line.says(message('3'));
    expect([pipe.inbox.length, line.readableLength]).toEqual([1, 0]);
    const other = await joined();
    other.engine.finish();
    await other.line.says(message('1'));
    expect([other.pipe.inbox.length, other.line.readableLength]).toEqual([0, 0]);
  });

  it('that is sudden still hands over what was sent before it', async () => {
    const { line, pipe, engine } = await joined();
    pipe.write(Buffer.from('sent'), NO_ENVELOPE);
    engine.destroy();
    expect([framesOf(line), line.destroyed]).toEqual([['sent'], true]);
  });
});

it('does not keep the process alive by itself', () => {
  const { line } = engineOn(new Line());
  expect(line.unref).toHaveBeenCalled();
});
