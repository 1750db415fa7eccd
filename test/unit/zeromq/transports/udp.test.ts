/** A RADIO's datagrams: a group and a body. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRadio, encodeRadio } from '../../../../src/zeromq/transports/udp.ts';
import { runs } from '../../../support/properties.ts';

it('are a length, the group and the body', () => {
  const bytes = encodeRadio([Buffer.from('ab'), Buffer.from('xyz')]);
  expect(bytes).toEqual(Buffer.from('\x02abxyz'));
});

it('any group and body come out as they went in', () => {
  const parts = fc.tuple(fc.uint8Array({ maxLength: 255 }), fc.uint8Array());
  fc.assert(
    fc.property(parts, ([group, body]) => {
      const wanted = [Buffer.from(group), Buffer.from(body)];
      expect(decodeRadio(encodeRadio([group, body]))).toEqual(wanted);
    }),
    { numRuns: runs(1000) },
  );
});

it('whose group is longer than they are, are none', () => {
  expect(decodeRadio(Buffer.from('\x03ab'))).toBeUndefined();
  expect(decodeRadio(Buffer.alloc(0))).toBeUndefined();
});
