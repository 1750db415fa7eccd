import { describe, expect, it } from 'vitest';
import { readActions } from '../../../../../src/network/reliable/check/actions.ts';
import { packetOf } from '../../../../../src/network/reliable/packet.ts';

const read = (answer: unknown) => readActions(answer, 7, 100);
const data = (more: object) => [
  { type: 'transmit', packet: { kind: 'data', seq: 0, ...more } },
];

describe("a core's answer", () => {
  it('is a list of actions', () => {
    const actions = [
      { type: 'deliver', message: Uint8Array.of(1) },
      { type: 'arm', timer: 3, at: 100 },
      { type: 'cancel', timer: -1 },
      { type: 'refuse' },
    ];
    expect(read(actions)).toEqual(actions);
    expect(read([])).toEqual([]);
  });

  it('may leave out what is empty, and write bytes as a text', () => {
    const payload = new TextEncoder().encode('Ståle');
    expect(read(data({ payload: 'Ståle' }))).toEqual([
      {
        type: 'transmit',
        packet: packetOf({ kind: 'data', session: 7, seq: 0, payload }),
      },
    ]);
    expect(read([{ type: 'deliver', message: 'Ståle' }])).toEqual([
      { type: 'deliver', message: payload },
    ]);
  });

  it.each([
    [undefined, 'answered undefined instead of a list of actions'],
    [{ actions: [] }, 'answered an object instead of a list of actions'],
    [[null], 'answered null instead of an action'],
    [['refuse'], 'answered "refuse" instead of an action'],
    [
      [{ type: 'send' }],
      'of type "send": it is transmit, deliver, arm, cancel or refuse',
    ],
    [[{ type: 'transmit' }], 'answered undefined instead of a packet'],
    [
      [{ type: 'arm', timer: 0, at: 99 }],
      'a timer for 99: "at" is a time of 100 or later',
    ],
    [[{ type: 'arm', timer: 0, at: Infinity }], 'a timer for Infinity'],
    [[{ type: 'arm', at: 100 }], 'arm with the timer undefined: it is a whole number'],
    [
      [{ type: 'deliver' }],
      'gave undefined for the message of deliver: it must be bytes or a string',
    ],
    [[{ type: 'deliver', message: 'x'.repeat(1001) }], 'gave 1001 bytes'],
    [data({ kind: 'hello' }), 'of kind "hello": it is data, ack, probe, update'],
    [data({ seq: -1 }), 'with seq -1: it must be a whole number from 0 to 4294967295'],
    [data({ seq: '0' }), 'with seq "0"'],
    [
      data({ attempt: 70_000 }),
      'with attempt 70000: it must be a whole number from 0 to 65535',
    ],
    [data({ last: 1 }), 'with last 1: it is true or false'],
    [data({ payload: 7 }), 'gave 7 for a payload'],
    [data({ blocks: 'all' }), 'with blocks that are not a list of at most 4'],
    [data({ blocks: [{ from: 1 }] }), 'sent a block without the numbers "from" and "to"'],
  ])('that is none is told in words: %j', (answer, words) => {
    expect(() => read(answer)).toThrow(words);
  });

  it('is a list whatever its own methods say, and bytes are copied', () => {
    const message = Uint8Array.of(1);
    const answer = Object.assign([{ type: 'deliver', message }], {
      map: () => 'nothing',
    });
    const actions = read(answer);
    message.fill(2);
    expect(actions).toEqual([{ type: 'deliver', message: Uint8Array.of(1) }]);
  });

  it('has its limits', () => {
    const many = Array.from({ length: 10_001 }, () => ({ type: 'refuse' }));
    expect(() => read(many)).toThrow('answered 10001 actions at once; 10000 are allowed');
  });
});
