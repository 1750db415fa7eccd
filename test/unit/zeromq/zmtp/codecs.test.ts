import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Command,
  decodeCommand,
  decodeGreeting,
  encodeCommand,
  encodeFrame,
  encodeGreeting,
  type Frame,
  property,
  ZmtpFrameDecoder,
} from '../../../../src/zeromq/zmtp/index.ts';
import { everySplit } from '../../../support/every-split.ts';
import { runs } from '../../../support/properties.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

describe('the greeting', () => {
  const NULL = { major: 3, minor: 1, mechanism: 'NULL', asServer: false };
  const VECTOR = bytes(
    `ff 0000000000000000 7f 03 01 4e554c4c ${'00'.repeat(16)} 00 ${'00'.repeat(31)}`,
  );

  it('is these 64 bytes', () => {
    expect(hex(encodeGreeting(NULL))).toBe(hex(VECTOR));
    expect(decodeGreeting(VECTOR)).toEqual(NULL);
  });

  it('takes whatever stands in the padding, the filler, and a newer version', () => {
    const other = Buffer.from(VECTOR);
    other.fill(0x55, 1, 9);
    other.fill(0x55, 33);
    other.set([4, 7], 10);
    expect(decodeGreeting(other)).toEqual({ ...NULL, major: 4, minor: 7 });
  });

  it('is waited for as long as it may still become one', () => {
    for (let length = 0; length < 64; length += 1) {
      expect(decodeGreeting(VECTOR.subarray(0, length))).toBeUndefined();
    }
  });

  it.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n')],
    ['ZMTP 1, after ten bytes', bytes('ff 0000000000000001 00')],
    ['ZMTP 2, after eleven', bytes('ff 0000000000000001 7f 01')],
    ['no mechanism', Buffer.concat([VECTOR.subarray(0, 12), Buffer.alloc(52)])],
    [
      'a mechanism with something behind its end',
      Buffer.concat([VECTOR.subarray(0, 31), bytes('41'), VECTOR.subarray(32)]),
    ],
  ])('refuses %s', (_, wrong) => {
    expect(() => decodeGreeting(wrong)).toThrow(
      expect.objectContaining({ name: 'PeerError', code: 'ERR_ZMTP_GREETING' }),
    );
  });
});

describe('frames', () => {
  it.each<[string, Frame, string]>([
    ['an empty one', { command: false, more: false, body: Buffer.alloc(0) }, '0000'],
    ['a short one', { command: false, more: false, body: bytes('6869') }, '00026869'],
    ['one of many', { command: false, more: true, body: bytes('68') }, '010168'],
    ['a command', { command: true, more: false, body: bytes('68') }, '040168'],
  ])('have the bytes of the specification: %s', (_, frame, wire) => {
    expect(hex(encodeFrame(frame))).toBe(wire);
  });

  it('are long from 256 bytes on', () => {
    const frame = { command: false, more: false };
    const [short, long] = [255, 256].map((length) =>
      encodeFrame({ ...frame, body: Buffer.alloc(length) }),
    );
    expect(hex(short!.subarray(0, 2))).toBe('00ff');
    expect(hex(long!.subarray(0, 9))).toBe('020000000000000100');
  });

  it('may be cut anywhere', () => {
    const frames: Frame[] = [
      { command: true, more: false, body: Buffer.from('\u0005READY') },
      { command: false, more: true, body: Buffer.alloc(0) },
      { command: false, more: false, body: Buffer.alloc(300, 7) },
      { command: false, more: false, body: Buffer.from('x') },
    ];
    let end = 0;
    const values = frames.map((value) => {
      end += encodeFrame(value).length;
      return { value, end };
    });
    const wire = Buffer.concat(frames.map(encodeFrame));
    const make = (): ZmtpFrameDecoder => new ZmtpFrameDecoder();
    expect(
      everySplit({ make, bytes: wire, values, cut: 'ERR_FRAME_CUT' }),
    ).toBeGreaterThan(300);
  });

  it.each([
    ['a reserved flag', '0800'],
    ['a command in parts', '0500'],
  ])('refuses %s by its first byte', (_, wire) => {
    const decoder = new ZmtpFrameDecoder();
    expect(() => decoder.push(bytes(wire).subarray(0, 1))).toThrow(
      expect.objectContaining({ code: 'ERR_ZMTP_FRAME' }),
    );
    expect(() => decoder.push(bytes('00'))).toThrow('flags');
  });

  it('refuses a giant before a byte of it is kept, after those that were whole', () => {
    const decoder = new ZmtpFrameDecoder({ maxFrameLength: 1000 });
    const giant = bytes('0002 6869 02 ffffffffffffffff 00');
    expect(decoder.push(giant)).toEqual([
      { command: false, more: false, body: bytes('6869') },
    ]);
    expect(decoder.failure).toMatchObject({ code: 'ERR_FRAME_TOO_LARGE' });
  });
});

describe('commands', () => {
  it.each<[string, Command, string]>([
    [
      'READY',
      { name: 'READY', metadata: new Map([['Socket-Type', Buffer.from('REQ')]]) },
      '05 5245414459 0b 536f636b65742d54797065 00000003 524551',
    ],
    [
      'SUBSCRIBE',
      { name: 'SUBSCRIBE', topic: Buffer.from('1') },
      '09535542534352494245 31',
    ],
    ['CANCEL', { name: 'CANCEL', topic: Buffer.alloc(0) }, '0643414e43454c'],
    [
      'PING',
      { name: 'PING', timeToLive: 500, context: Buffer.from('c') },
      '0450494e47 0005 63',
    ],
    ['PONG', { name: 'PONG', context: Buffer.from('c') }, '04504f4e47 63'],
    ['ERROR', { name: 'ERROR', reason: 'no' }, '054552524f52 02 6e6f'],
    [
      'HELLO',
      { name: 'HELLO', username: Buffer.from('u'), password: Buffer.from('pw') },
      '0548454c4c4f 01 75 02 7077',
    ],
    ['WELCOME', { name: 'WELCOME' }, '0757454c434f4d45'],
  ])('have the bytes of the specification: %s', (_, command, wire) => {
    expect(hex(encodeCommand(command))).toBe(wire.replaceAll(' ', ''));
    expect(decodeCommand(bytes(wire))).toEqual(command);
  });

  it("understand libzmq's ERROR, in which a letter is missing", () => {
    const error = decodeCommand(bytes('5e52524f52 03 343030'));
    expect(error).toEqual({ name: 'ERROR', reason: '400' });
  });

  it('find a property in any case, and leave unknown commands to others', () => {
    const metadata = new Map([['socket-TYPE', Buffer.from('SUB')]]);
    expect(property(metadata, 'Socket-Type')?.toString()).toBe('SUB');
    expect(property(metadata, 'Identity')).toBeUndefined();
    expect(decodeCommand(bytes('03 4a4f42 00'))).toBeUndefined();
  });

  it.each([
    ['nothing at all', ''],
    ['half a name', '05 5245'],
    ['a property without a name', '05 5245414459 00 00000000'],
    ['a property twice', '05 5245414459 01 41 00000000 01 61 00000000'],
    ['a value of 4 GiB', '05 5245414459 01 41 ffffffff'],
    ['half a HELLO', '05 48454c4c4f 01 75 02 70'],
    ['a WELCOME with luggage', '07 57454c434f4d45 00'],
    ['a PING without a time', '04 50494e47 00'],
    ['a PING with a novel', `04 50494e47 0000 ${'61'.repeat(17)}`],
  ])('refuse %s', (_, wire) => {
    expect(() => decodeCommand(bytes(wire))).toThrow(
      expect.objectContaining({ name: 'PeerError', code: 'ERR_ZMTP_COMMAND' }),
    );
  });

  it('are read or refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
        try {
          const command = decodeCommand(Buffer.from(body));
          if (command) expect(decodeCommand(encodeCommand(command))).toEqual(command);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_ZMTP_COMMAND' });
        }
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe('a decoder of ZMTP frames', () => {
  it('refuses what is not bytes, and what comes after the end', () => {
    const decoder = new ZmtpFrameDecoder();
    const misuse = expect.objectContaining({
      name: 'MisuseError',
      code: 'ERR_BAD_ARGUMENT',
    });
    expect(() => decoder.push('\0\0' as never)).toThrow(misuse);
    expect(decoder.push(bytes('00 01 41'))).toHaveLength(1);
    decoder.end();
    expect(() => decoder.push(bytes('00 01 41'))).toThrow(misuse);
  });
});
