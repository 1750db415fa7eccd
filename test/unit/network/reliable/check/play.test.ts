/** What is wrong with cores that are not ours with a fault, but something quite different. */
import { describe, expect, it } from 'vitest';
import { PLAIN, readMishaps } from '../../../../../src/network/reliable/check/case.ts';
import { coreInLines } from '../../../../../src/network/reliable/check/lines.ts';
import { unfairness } from '../../../../../src/network/reliable/check/fairness.ts';
import { arrows } from '../../../../../src/network/reliable/check/picture.ts';
import type { CoreMaker } from '../../../../../src/network/reliable/check/guarded.ts';
import { play, type Played } from '../../../../../src/network/reliable/check/play.ts';
import { rungNamed } from '../../../../../src/network/reliable/rungs/rungs.ts';

const ours =
  (rung: string): CoreMaker =>
  (role, options) =>
    rungNamed(rung)[role](options);

function played(
  role: 'sender' | 'receiver',
  make: CoreMaker,
  fates = '',
  more: Partial<typeof PLAIN> = {},
  rung = 'selective-repeat',
): Played {
  const mishaps = readMishaps(fates);
  return play(rung, { ...PLAIN, ...more, role }, (name) => mishaps.get(name), make);
}

const wrong = (on: (event: { type: string }, now: number) => unknown) =>
  played('sender', () => ({ on })).foul?.message;

describe('a core', () => {
  it('that throws is told so', () => {
    const throwing = (): never => {
      throw new TypeError('no such thing');
    };
    expect(wrong(throwing)).toBe(
      'The sender threw TypeError: no such thing when it was told of an offer.',
    );
    expect(played('receiver', throwing).foul?.message).toBe(
      'The receiver threw TypeError: no such thing when it was made.',
    );
  });

  it('that throws what a terminal would obey is told so in one plain line', () => {
    expect(
      wrong(() => {
        throw new Error('\x1b[2Jred\n\n\x07');
      }),
    ).toBe('The sender threw Error: [2Jred when it was told of an offer.');
  });

  it('whose answer throws when it is read is told so', () => {
    const action = new Proxy(
      {},
      {
        get: () => {
          throw new Error('not for you');
        },
      },
    );
    const sentence = 'The sender threw Error: not for you when it was told of an offer.';
    expect(wrong(() => [action])).toBe(sentence);
    const make: CoreMaker = () => ({ on: () => [action] });
    expect(unfairness('congestion-control', make)?.message).toBe(sentence);
  });

  it('without the method that is called is told so', () => {
    const nothing = (() => ({})) as unknown as CoreMaker;
    expect(played('receiver', nothing).foul?.message).toBe(
      'The receiver has no method "on", which is told what happens.',
    );
  });

  it.each([
    ['undefined', undefined],
    ['a promise', Promise.resolve([])],
  ])('that answers %s is told so', (what, answer) => {
    expect(wrong(() => answer)).toBe(
      `The sender answered ${what} instead of a list of actions.`,
    );
  });

  it('that takes a message and does nothing with it is told so', () => {
    expect(wrong(() => [])).toBe(
      'The sender was offered a message, and neither sent it nor refused it.',
    );
  });

  it('that refuses everything is told so', () => {
    expect(wrong(() => [{ type: 'refuse' }])).toBe(
      'The sender refused a message with 0 of 4 packets in flight: its window has room.',
    );
  });

  it('whose timer expires for ever does not come to rest', () => {
    const make: CoreMaker = (role, options) => {
      const core = rungNamed('selective-repeat')[role](options);
      return {
        on: (event, now) =>
          event.type === 'timer'
            ? [{ type: 'arm', timer: 0, at: now }]
            : [...core.on(event, now), { type: 'arm', timer: 0, at: now }],
      };
    };
    expect(played('receiver', make).foul?.message).toBe(
      'The receiver does not come to rest: it has been told of 5000 events at 20 ms.',
    );
  });

  it('cannot change what the others have', () => {
    const make: CoreMaker = (role, options) => {
      const core = rungNamed('selective-repeat')[role]({ ...options });
      Object.assign(options, { window: 99 });
      return core;
    };
    expect(played('sender', make, '', { messages: 3 }).foul).toBeUndefined();
    const scribbling: CoreMaker = (role, given) => {
      const core = rungNamed('selective-repeat')[role](given);
      return {
        on(event, now) {
          const actions = core.on(structuredClone(event), now);
          if (event.type === 'packet') {
            event.packet.payload.fill(0);
            Object.assign(event.packet, { seq: 99, attempt: 99 });
          }
          return actions;
        },
      };
    };
    const { crossings, foul } = played('receiver', scribbling, 'ack0:lost');
    expect(foul).toBeUndefined();
    expect(crossings.some(({ packet }) => packet.seq === 99)).toBe(false);
  });
});

describe('a core in lines', () => {
  it('is told and answers as one of ours is', () => {
    const asked: string[] = [];
    const cores = { sender: undefined as ReturnType<CoreMaker> | undefined };
    const make = coreInLines((line) => {
      asked.push(line);
      const event = JSON.parse(line, (key, value: unknown) =>
        (key === 'payload' || key === 'message') && typeof value === 'string'
          ? new TextEncoder().encode(value)
          : value,
      ) as { type: string; now: number; options: never };
      if (event.type === 'begin') {
        cores.sender = rungNamed('go-back-n').sender(event.options);
        return '[]';
      }
      return JSON.stringify(
        cores.sender!.on(event as never, event.now),
        (_, value: unknown) =>
          value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
      );
    });
    const { crossings, foul } = played('sender', make, 'data1:lost', {}, 'go-back-n');
    expect(foul).toBeUndefined();
    expect(crossings).toEqual(
      played('sender', ours('go-back-n'), 'data1:lost', {}, 'go-back-n').crossings,
    );
    expect(JSON.parse(asked[0]!)).toMatchObject({
      type: 'begin',
      role: 'sender',
      options: { session: 1, window: 4, timeout: 100 },
    });
    expect(JSON.parse(asked[1]!)).toEqual({
      type: 'offer',
      message: 'message 1',
      last: false,
      now: 0,
    });
  });

  it('that prints something else is told so', () => {
    expect(
      played(
        'sender',
        coreInLines(() => 'hello'),
      ).foul?.message,
    ).toBe(
      'The sender printed "hello", which is not JSON: ' +
        'print whatever is not an answer on stderr.',
    );
  });
});

describe('the arrows', () => {
  const drawn = (rung: string, fates: string, width = 70, more = {}): string[] => {
    const { crossings } = played('sender', ours(rung), fates, more, rung);
    return arrows(crossings, width, rungNamed(rung).keeps).map((line) => line.trimEnd());
  };

  it('show what crossed, what was lost, and when it came', () => {
    expect(
      drawn('stop-and-wait', 'data1:lost,ack1.1:lost,data1.2:twice+5', 70, {
        messages: 2,
      }),
    ).toEqual([
      '      ms  sender                                    receiver        ms',
      '       0  data0 ─────────────────────────────────► message 1        20',
      '      40  ◄───────────────────────────────── ack0: expects 1        20',
      '      40  data1 ────────────────╳ lost',
      '     140  data1.1 ───────────────────────────────► message 2       160',
      '                    lost ╳──────────────── ack1.1: expects 2       160',
      '     240  data1.2 ─────────────────────────────────────────►  260, 265',
      '     280  ◄─────────────────────────────── ack1.2: expects 2       260',
      '     285  ◄─────────────────────────────── ack1.2: expects 2       265',
    ]);
  });

  it('show how much room there is, where that is told', () => {
    expect(drawn('flow-control', '', 70, { messages: 1 })).toEqual([
      '      ms  sender                                    receiver        ms',
      '       0  data0 ─────────────────────────────────► message 1        20',
      '      40  ◄───────────────────────── ack0: expects 1, room 7        20',
    ]);
  });

  it.each([40, 80, 200])('fit into %i columns, or into 64', (width) => {
    const lines = drawn('congestion-control', 'data1:overtaken+2', width, {
      messages: 40,
    });
    const widest = Math.max(...lines.map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(Math.max(64, Math.min(92, width)));
    expect(lines[1]).toContain('… 40 packets before');
  });
});
