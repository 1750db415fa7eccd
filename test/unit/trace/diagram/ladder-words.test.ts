/** The ladder's packets by name, from no more than the first bytes of each. */
import { describe, expect, it } from 'vitest';
import { encode, type Packet, packetOf } from '../../../../src/network/reliable/index.ts';
import { ladderWords } from '../../../../src/trace/diagram/ladder-words.ts';

type Sent = Parameters<typeof ladderWords>[0];

const PREVIEW = 64;
const data: Packet = packetOf({
  kind: 'data',
  session: 1,
  seq: 3,
  payload: Buffer.from('message 4'),
});

/** As the recorder keeps it. */
function sent(bytes: Uint8Array, kind: 'text' | 'hex' = 'text'): Sent {
  const seen = Buffer.from(bytes.subarray(0, PREVIEW));
  const kept = { [kind]: seen.toString(kind === 'hex' ? 'hex' : 'utf8') };
  return { bytes: bytes.length, ...kept } as unknown as Sent;
}

describe.each(['text', 'hex'] as const)('in a trace with %s', (kind) => {
  it.each<[Partial<Packet>, string]>([
    [{}, 'data3'],
    [{ attempt: 2 }, 'data3.2'],
    [{ kind: 'ack', ack: 4 }, 'ack3: expects 4'],
    [{ kind: 'ack', ack: 2, attempt: 1 }, 'ack3.1: expects 2'],
    [{ kind: 'probe' }, 'probe3'],
    [{ kind: 'update' }, 'update3'],
  ])('a packet with %j is %s', (fields, name) => {
    expect(ladderWords(sent(encode({ ...data, ...fields }), kind))).toBe(name);
  });

  it('nothing else has such a name', () => {
    const bytes = Buffer.from(encode(data));
    const changed = (at: number, byte: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[at] = byte;
      return copy;
    };
    for (const other of [
      Buffer.from('RL'),
      bytes.subarray(0, 32),
      changed(0, 0x51),
      changed(2, 0),
      changed(2, 5),
    ])
      expect(ladderWords(sent(other, kind))).toBeUndefined();
  });
});

it('a number that text cannot hold is known from hex only', () => {
  const bytes = encode({ ...data, seq: 200 });
  expect(ladderWords(sent(bytes))).toBeUndefined();
  expect(ladderWords(sent(bytes, 'hex'))).toBe('data200');
});

it('has no name without a payload in the trace', () => {
  expect(ladderWords({ bytes: 42 } as unknown as Sent)).toBeUndefined();
});
