/** Several TCP streams over one link in virtual time: ../virtual.ts has the idea. Pure. */
import {
  ackLossesOf,
  bottlenecksOf,
  fatesOf,
  linkOf,
  Passage,
} from '../../link/index.ts';
import { type BulkPlan, PACKET } from './plan.ts';
import type { BulkRecord, Reading, Sending } from './record.ts';

const EMPTY = Buffer.alloc(PACKET * 700);

export function virtualTcp(plan: BulkPlan): BulkRecord {
  const link = linkOf({ ...plan.link, segment: PACKET });
  const shared = { link, fates: fatesOf(link), ackLosses: ackLossesOf(link) };
  const bottleneck = bottlenecksOf(link).there;
  const opensAt = link.there.delay + link.back.delay;
  const sendings: Sending[] = [];
  const readings: Reading[] = [];
  let acknowledgements = 0;
  const passages = Array.from({ length: plan.streams }, (_, stream) => {
    return new Passage({
      ...shared,
      bottleneck,
      direction: 'there',
      line: stream,
      opensAt,
      onSent: ({ attempt, offset, outcome, size, time, window }) =>
        sendings.push({
          at: time - opensAt,
          stream,
          offset,
          size,
          attempt,
          outcome,
          window,
        }),
      onAcknowledged: () => (acknowledgements += 1),
    });
  });
  for (const passage of passages) {
    for (let left = plan.bytes; left > 0; left -= EMPTY.length) {
      passage.push(opensAt, EMPTY.subarray(0, left));
    }
  }
  // One queue for all: so whatever is due first happens first, in whichever stream it is.
  const nextTime = (): number => Math.min(...passages.map((one) => one.nextTime));
  for (let now = nextTime(); now < Infinity; now = nextTime()) {
    for (const [stream, passage] of passages.entries()) {
      for (const action of passage.advance(now)) {
        if (action.type !== 'bytes') continue;
        const { offset, size, time } = action.delivery;
        readings.push({ at: time - opensAt, stream, bytes: offset + size });
      }
    }
  }
  return {
    lane: 'tcp',
    sendings,
    readings: lastOfEach(readings),
    acknowledgements,
    setUp: opensAt,
    finished: true,
    modelled: true,
  };
}

/** What can be read at the same time is one reading. */
function lastOfEach(readings: readonly Reading[]): Reading[] {
  return readings.filter(({ at, stream }, index) => {
    const next = readings[index + 1];
    return next === undefined || next.at !== at || next.stream !== stream;
  });
}
