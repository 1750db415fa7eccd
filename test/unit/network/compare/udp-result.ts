import type { LaneResult } from '../../../../src/network/compare/index.ts';

/** What a UDP lane may come to: ten of a hundred lost, three duplicated. */
export const UDP: LaneResult = {
  lane: 'udp',
  sent: 100,
  delivered: 90,
  events: 93,
  boundariesKept: 93,
  lost: 10,
  duplicated: 3,
  outOfOrder: 5,
  corrupted: 0,
  kernelDrops: 0,
  latencyMs: { p50: 52.5, p90: 55, p99: 80, max: 81 },
  wire: {
    packets: 100,
    bytes: 12_800,
    bytesPerMessage: 128,
    retransmitted: 0,
    acknowledgements: 0,
  },
  setUp: { ms: 0, packets: 0 },
  fates: [],
  blocked: { messages: 0, longestMs: 0, examples: [] },
  finished: true,
  modelled: false,
};
