import { describe, expect, it } from 'vitest';
import { datagramCost, streamCost } from '../../../../src/network/compare/cost.ts';
import { noDatagrams, noStreams } from '../../../../src/network/link/model/statistics.ts';

describe('what 100 messages of 100 bytes cost', () => {
  const stream = { ...noStreams(), bytes: 10_000, segments: 100, acknowledgements: 100 };

  it('over UDP: 28 bytes more for each', () => {
    const counts = { ...noDatagrams(), received: 100, receivedBytes: 10_000 };
    expect(datagramCost(counts)).toEqual({
      packets: 100,
      bytes: 12_800,
      acknowledgements: 0,
    });
  });

  // Of Linux, tshark counted 205 packets and 20,676 bytes: docs/compare.md.
  it('over TCP: both ways, with the handshake and the end', () => {
    expect(streamCost(stream, 100, true)).toEqual({
      packets: 3 + 100 + 100 + 3,
      bytes: 60 + 60 + 52 + 100 * 152 + 100 * 52 + 3 * 52,
      acknowledgements: 100,
    });
  });

  it('over TCP: without an end where it was not waited for', () => {
    expect(streamCost(stream, 100, false).packets).toBe(203);
  });

  it('over TCP: each segment as often as it was sent', () => {
    const again = streamCost({ ...stream, retransmissions: 7 }, 100, true);
    expect(again.packets).toBe(206 + 7);
    expect(again.bytes).toBe(streamCost(stream, 100, true).bytes + 7 * 152);
  });
});
