/** A pipe to a connection: when it is full, and when what it holds leaves. */
import { describe, expect, it, vi } from 'vitest';
import { NO_ENVELOPE } from '../../../../src/zeromq/zmtp/message.ts';
import { defaultOptions, type Options } from '../../../../src/zeromq/base/options.ts';
import { Encoder } from '../../../../src/zeromq/pipes/slab.ts';
import { WirePipe } from '../../../../src/zeromq/pipes/wire-pipe.ts';

/** A pipe, and a connection that takes nothing unless it is told what to do. */
function pipeWith(given: Partial<Options> = {}) {
  const options = Object.assign(defaultOptions(), given);
  const pipe = new WirePipe({
    options,
    filter: () => true,
    readable: () => {},
    writable: () => {},
  });
  const wire = {
    schedule: vi.fn<() => void>(),
    flush: vi.fn<() => void>(),
    sendNow: vi.fn<() => void>(),
    resume: vi.fn<() => void>(),
    finish: vi.fn<() => void>(),
    rest: () => undefined,
  };
  const send = (text: string): void => pipe.write(Buffer.from(text), NO_ENVELOPE);
  return { pipe, wire, send };
}

describe('a wire pipe', () => {
  it('is full at its high-water mark, unless its connection takes some of it at once', () => {
    const { pipe, wire, send } = pipeWith({ sendHighWaterMark: 2 });
    send('before there is a connection');
    expect(pipe.full).toBe(false);
    pipe.wire = wire;
    send('1');
    expect([pipe.full, wire.flush.mock.calls.length]).toEqual([true, 1]);
    wire.flush.mockImplementation(() => {
      pipe.out.take(1);
      pipe.out.landed();
    });
    expect(pipe.full).toBe(false);
  });

  it('counts what is in flight', () => {
    const { pipe, send } = pipeWith({ sendHighWaterMark: 1 });
    send('1');
    pipe.out.take(1);
    expect(pipe.full).toBe(true);
    pipe.out.landed();
    expect(pipe.full).toBe(false);
  });

  it('is never full where the mark is 0', () => {
    const { pipe, send } = pipeWith({ sendHighWaterMark: 0 });
    for (let i = 0; i < 2000; i += 1) send('x');
    expect(pipe.full).toBe(false);
  });

  it('that conflates is never full, and holds the last message alone', () => {
    const { pipe, send } = pipeWith({ sendHighWaterMark: 1, conflate: true });
    for (const text of ['1', '2', '3']) {
      send(text);
      expect([pipe.full, pipe.out.messages]).toEqual([false, 1]);
    }
    const encoder = new Encoder();
    const message = Buffer.from('4');
    encoder.small(message, NO_ENVELOPE);
    pipe.writeShared({ message, encoder, pieces: undefined });
    const [piece] = pipe.out.take(Infinity);
    expect(piece!.bytes.subarray(piece!.start, piece!.end)).toEqual(
      Buffer.from('\u0000\u00014'),
    );
  });

  it('waits for the end of the turn with little, and does not with much', () => {
    const { pipe, wire } = pipeWith();
    pipe.wire = wire;
    const message = Buffer.alloc(10_000);
    for (let i = 0; i < 4; i += 1) pipe.write(message, NO_ENVELOPE);
    expect([wire.schedule.mock.calls.length, wire.flush.mock.calls.length]).toEqual([
      4, 0,
    ]);
    pipe.write(message, NO_ENVELOPE);
    expect([wire.schedule.mock.calls.length, wire.flush.mock.calls.length]).toEqual([
      4, 1,
    ]);
  });

  it('keeps messages without a connection, and no subscription for one', () => {
    const { pipe, wire, send } = pipeWith();
    send('1');
    pipe.writeSubscription(true, Buffer.from('a'));
    expect(pipe.out.messages).toBe(1);
    pipe.wire = wire;
    pipe.writeSubscription(true, Buffer.from('a'));
    expect(wire.sendNow).toHaveBeenCalledOnce();
    expect(pipe.out.messages).toBe(1); // the high-water mark does not count it
  });
});
