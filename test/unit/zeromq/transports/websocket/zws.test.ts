/** Between ZMTP's bytes and a WebSocket's messages, in both directions. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseSubprotocol,
  FromWebSocket,
  ToWebSocket,
} from '../../../../../src/zeromq/transports/websocket/zws.ts';
import {
  commandFrame,
  decodeCommand,
  EMPTY,
  encodeFrame,
  encodeGreeting,
  ZmtpFrameDecoder,
} from '../../../../../src/zeromq/zmtp/index.ts';
import { runs } from '../../../../support/properties.ts';

const GREETING = encodeGreeting({
  major: 3,
  minor: 1,
  mechanism: 'NULL',
  asServer: false,
});
const READY = commandFrame({
  name: 'READY',
  metadata: new Map([
    ['Socket-Type', Buffer.from('REQ')],
    ['Identity', Buffer.from('me')],
  ]),
});
const PING = commandFrame({ name: 'PING', timeToLive: 0, context: EMPTY });
const PONG = commandFrame({ name: 'PONG', context: EMPTY });
const frame = (text: string, more = false): Buffer =>
  encodeFrame({ command: false, more, body: Buffer.from(text) });

/** The frames of RFC 6455, taken apart by its own rules. */
function framesOf(bytes: Buffer): { type: number; payload: string }[] {
  const frames: { type: number; payload: string }[] = [];
  for (let at = 0; at < bytes.length;) {
    const type = bytes[at]!;
    const masked = (bytes[at + 1]! & 0x80) !== 0;
    let length = bytes[at + 1]! & 0x7f;
    at += 2;
    if (length === 126) {
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    const mask = masked ? bytes.subarray(at, at + 4) : Buffer.alloc(4);
    at += masked ? 4 : 0;
    const payload = bytes.subarray(at, at + length).map((byte, i) => byte ^ mask[i % 4]!);
    frames.push({ type, payload: Buffer.from(payload).toString('latin1') });
    at += length;
  }
  return frames;
}

/** Others each time, as a client's are. */
let count = 0;
const masks = (): Buffer => {
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE((count += 0x01_9a_7b_c3) >>> 0);
  return mask;
};
const masksOf = (masked: boolean) => (masked ? masks : undefined);

const message = (payload: string) => ({ type: 0x82, payload });

describe('what a session says', () => {
  it.each([true, false])('is a message for each frame; masked: %s', (masked) => {
    const to = new ToWebSocket('ZWS2.0/NULL', masksOf(masked));
    const said = [GREETING, READY, frame('a', true), frame(''), PING, PONG, frame('b')];
    expect(framesOf(to.push(Buffer.concat(said)))).toEqual([
      message(`\u0002${READY.subarray(2).toString('latin1')}`),
      message('\u0001a'),
      message('\u0000'),
      { type: 0x89, payload: '' },
      message('\u0000b'),
    ]);
  });

  it('is without commands where the subprotocol names no mechanism', () => {
    const to = new ToWebSocket('ZWS2.0', undefined);
    const error = commandFrame({ name: 'ERROR', reason: 'no' });
    const bytes = to.push(Buffer.concat([GREETING, READY, frame('hello'), error]));
    expect(framesOf(bytes)).toEqual([message('\u0000me'), message('\u0000hello')]);
  });

  it('is the same whatever pieces it comes in, and whatever its length', () => {
    const bodies = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 300 }));
    const large = fc.constantFrom(125, 126, 254, 255, 65_534, 65_535, 65_536);
    fc.assert(
      fc.property(
        bodies,
        large,
        fc.nat(100),
        fc.boolean(),
        (texts, size, cut, masked) => {
          const all = [...texts, 'x'.repeat(size)];
          const bytes = Buffer.concat([GREETING, ...all.map((text) => frame(text))]);
          const to = new ToWebSocket('ZWS2.0/NULL', masksOf(masked));
          const pieces: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += cut + 1)
            pieces.push(to.push(bytes.subarray(at, at + cut + 1)));
          const told = framesOf(Buffer.concat(pieces));
          expect(told).toEqual(all.map((text) => message(`\0${text}`)));
        },
      ),
      { numRuns: runs(50) },
    );
  });
});

describe('what a session hears', () => {
  const heard = (from: FromWebSocket, ...payloads: string[]) =>
    new ZmtpFrameDecoder().push(
      Buffer.concat(
        payloads.flatMap((text) => from.message(Buffer.from(text, 'latin1'))),
      ),
    );

  it('is a frame for each message', () => {
    const from = new FromWebSocket('ZWS2.0/NULL', 'REP');
    expect(heard(from, '\u0002\u0005READY', '\u0001a', '\u0000')).toEqual([
      { command: true, more: false, body: Buffer.from('\u0005READY') },
      { command: false, more: true, body: Buffer.from('a') },
      { command: false, more: false, body: Buffer.from('') },
    ]);
    expect(heard(from, `\0${'x'.repeat(255)}`)[0]!.body.length).toBe(255);
    expect(heard(from, `\0${'x'.repeat(70_000)}`)[0]!.body.length).toBe(70_000);
  });

  it.each([
    ['REP', 'REQ'],
    ['PUB', 'SUB'],
    ['XSUB', 'PUB'],
    ['PAIR', 'PAIR'],
    ['PULL', 'PUSH'],
    ['ROUTER', 'REQ'],
  ] as const)('of a bare peer of %s begins with READY of %s', (own, theirs) => {
    const from = new FromWebSocket('ZWS2.0', own);
    const [ready, first] = heard(from, '\u0000me', '\u0000me');
    expect(decodeCommand(ready!.body)).toEqual({
      name: 'READY',
      metadata: new Map([
        ['Socket-Type', Buffer.from(theirs)],
        ['Identity', Buffer.from('me')],
      ]),
    });
    expect(first).toEqual({ command: false, more: false, body: Buffer.from('me') });
  });

  it.each([
    ['no flags', 'ZWS2.0/NULL', ''],
    ['flags that nobody knows', 'ZWS2.0/NULL', '\u0004x'],
    ['all flags', 'ZWS2.0/NULL', '\u00ffx'],
    ['more of a command', 'ZWS2.0/NULL', '\u0003x'],
    ['no flags in place of a routing id', 'ZWS2.0', ''],
  ])('is refused with %s', (_, subprotocol, payload) => {
    const from = new FromWebSocket(subprotocol, 'REP');
    expect(() => heard(from, payload)).toThrow(/which ZMTP 3 does not have/);
  });
});

it.each([
  ['ZWS2.0/NULL,ZWS2.0', 'NULL', 'ZWS2.0/NULL'],
  ['ZWS2.0, ZWS2.0/NULL', 'NULL', 'ZWS2.0/NULL'],
  ['ZWS2.0', 'NULL', 'ZWS2.0'],
  ['chat , ZWS2.0', 'NULL', 'ZWS2.0'],
  ['ZWS2.0/PLAIN', 'PLAIN', 'ZWS2.0/PLAIN'],
  ['ZWS2.0', 'PLAIN', undefined],
  ['ZWS2.0/NULL', 'PLAIN', undefined],
  ['zws2.0', 'NULL', undefined],
  [undefined, 'NULL', undefined],
] as const)(
  'of the offers %s, with %s, a server takes %s',
  (offers, mechanism, taken) => {
    expect(chooseSubprotocol(offers, mechanism)).toBe(taken);
  },
);
