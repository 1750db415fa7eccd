import { describe, expect, it } from 'vitest';
import {
  parseTold,
  readRequest,
} from '../../../../src/auction/messages/native-messages.ts';

function read(text: string): unknown {
  return readRequest(Buffer.from(text));
}

describe('a request', () => {
  it('is what stands in the JSON; fields that nobody knows are ignored', () => {
    expect(
      read('{"type":"bid","round":3,"amount":7,"id":9,"colour":"red","seq":4}'),
    ).toEqual({ type: 'bid', round: 3, amount: 7, id: 9 });
    expect(read('{"type":"join","version":1,"name":"ann","__proto__":{"id":3}}')).toEqual(
      {
        type: 'join',
        version: 1,
        name: 'ann',
      },
    );
  });

  it('may bid any amount: that is for the rules to judge', () => {
    for (const amount of ['-1', '1.5', '"x"', 'null', '{}', '1e309']) {
      expect(read(`{"type":"bid","round":0,"amount":${amount}}`)).toMatchObject({
        type: 'bid',
      });
    }
  });

  it.each([
    ['', 'not JSON'],
    ['hello', 'not JSON'],
    ['null', 'Expected Object'],
    ['[]', 'type'],
    ['{}', 'type'],
    ['{"type":"marry"}', 'type'],
    ['{"type":"bid","round":0}', 'amount'],
    ['{"type":"bid","round":-1,"amount":1}', 'round'],
    ['{"type":"bid","round":0.5,"amount":1}', 'round'],
    ['{"type":"bid","round":"0","amount":1}', 'round'],
    ['{"type":"bid","round":0,"amount":1,"token":7}', 'token'],
    ['{"type":"join","version":1}', 'name'],
    ['{"type":"join","version":1,"name":"ann","attempt":"short"}', 'attempt'],
    ['{"type":"join","version":1,"name":"ann","after":-1}', 'after'],
    ['{"type":"refused","code":"x","reason":"y"}', 'type'],
    [`{"type":"${'x'.repeat(3000)}"}`, 'type'],
  ])('that is none is refused, and it is said why: %s', (text, why) => {
    const refused = read(text) as { reason: string };
    expect(refused).toMatchObject({ type: 'refused', code: 'bad-message' });
    expect(refused.reason).toContain(why);
    expect(refused.reason.length).toBeLessThanOrEqual(300);
  });

  it('may have secrets of two hundred characters, and no longer ones', () => {
    for (const field of ['attempt', 'code', 'token']) {
      const join = (length: number): unknown =>
        read(
          `{"type":"join","version":1,"name":"ann","${field}":"${'x'.repeat(length)}"}`,
        );
      expect(join(200)).toMatchObject({ type: 'join' });
      expect(join(201)).toMatchObject({ code: 'bad-message' });
    }
  });

  it('that is not text is refused', () => {
    expect(readRequest(Buffer.from([0xff, 0x7b]))).toMatchObject({ code: 'bad-message' });
  });

  it('that is none is refused with its number, if it has one', () => {
    expect(read('{"type":"bid","round":-1,"amount":1,"id":7}')).toMatchObject({ id: 7 });
    for (const id of ['-7', '1.5', '"7"', 'null', '{}']) {
      expect(read(`{"type":"bid","round":-1,"amount":1,"id":${id}}`)).not.toHaveProperty(
        'id',
      );
    }
  });
});

describe('what an auctioneer says', () => {
  it('commands no terminal', () => {
    const refused = { type: 'refused', code: 'x', reason: '\u001B]0;owned\u0007' };
    expect(parseTold(refused)).toEqual({ ...refused, reason: '\\x1b]0;owned\\x07' });
    const sold = {
      type: 'sold',
      seq: 1,
      round: 0,
      item: '\u009B2J',
      winner: '\r',
      price: 1,
    };
    expect(parseTold(sold)).toEqual({ ...sold, item: '\\x9b2J', winner: '\\r' });
  });
});
