import { describe, expect, it } from 'vitest';
import { LARGEST_SEGMENT } from '../../../../../src/network/link/model/headers.ts';
import type { Delivery } from '../../../../../src/network/link/model/reassembly.ts';
import {
  type Ack,
  type Packet,
  Receiver,
  type ReceiverOptions,
} from '../../../../../src/network/link/model/receiver.ts';

const DELAY = 10;

/** A packet of one segment; sent at a time of its own. */
function packet(index: number, sentAt: number, size = LARGEST_SEGMENT): Packet<number> {
  const segment = {
    item: index,
    index,
    k: index + 1,
    offset: index * size,
    size,
    offeredAt: 0,
    attempts: 1,
    sentAt,
    arrivedAt: Infinity,
    acknowledged: false,
  };
  const number = index + 1;
  const more = { weight: 1, repeated: false, duplicate: false };
  return { segments: [segment], sentAt, number, ...more };
}

function receiver(more: Partial<ReceiverOptions> = {}): {
  one: Receiver<number>;
  arrive: (packet: Packet<number>, now?: number) => Ack<number> | undefined;
} {
  const one = new Receiver<number>({ delay: DELAY, ackDelay: DELAY, ...more });
  const delivered: Delivery<number>[] = [];
  return {
    one,
    arrive: (what, now = what.sentAt + DELAY) => one.arrive(what, now, delivered),
  };
}

/** A receiver whose window has grown as far as it does without a measurement. */
function settled(): ReturnType<typeof receiver> & { next: number } {
  const made = receiver();
  let next = 0;
  while (made.arrive(packet(next, 0), DELAY)) next += 1;
  made.one.acknowledge();
  return { ...made, next: next + 1 };
}

describe('a receiver of full segments', () => {
  it('acknowledges each at once while its window grows, from 64 to 80 KB', () => {
    const { arrive, one } = receiver();
    expect(one.room).toBe(65_160);
    const first = arrive(packet(0, 0))!;
    expect(first.room - LARGEST_SEGMENT).toBe(65_160 + 2 * LARGEST_SEGMENT);
    const { one: full, next } = settled();
    expect(full.room - next * LARGEST_SEGMENT).toBe(80 * 1024);
  });

  it('then acknowledges every second one, or the first after 40 ms', () => {
    const { arrive, next, one } = settled();
    expect(arrive(packet(next, 0), 15)).toBeUndefined();
    expect(one.nextTime).toBe(55);
    const both = arrive(packet(next + 1, 0), 16)!;
    expect(both.packets.map(({ number }) => number)).toEqual([next + 1, next + 2]);
    expect(one.nextTime).toBe(Infinity);
  });

  it('makes room for more than twice of what it reads in a round trip', () => {
    const { arrive, one } = receiver();
    for (let index = 0; index < 120; index += 1)
      arrive(packet(index, index / 2), index / 2 + DELAY);
    // 40 packets in each round trip of 20 ms: more than twice of that, and than the first 80 KB.
    expect(one.room - 120 * LARGEST_SEGMENT).toBeGreaterThan(2 * 40 * LARGEST_SEGMENT);
  });
});

describe('an acknowledgement', () => {
  it('is not delayed for a segment that is not full', () => {
    const { arrive, next } = settled();
    const small = packet(next, 0, 100);
    small.segments[0]!.offset = next * LARGEST_SEGMENT;
    expect(arrive(small, 15)).toBeDefined();
  });

  it('is not delayed while something is missing, nor when it comes', () => {
    const { arrive, next } = settled();
    expect(arrive(packet(next + 1, 0), 15)).toBeDefined();
    expect(arrive(packet(next + 2, 0), 16)).toBeDefined();
    expect(arrive(packet(next, 0), 17)).toBeDefined();
  });

  it('reports a duplicate at once, and 16 more are not delayed', () => {
    const { arrive, next, one } = settled();
    const twice = packet(next, 0);
    arrive(twice, 15);
    one.acknowledge();
    expect(arrive(twice, 20)?.packets.at(-1)).toMatchObject({ duplicate: true });
    for (let more = 1; more <= 15; more += 1) {
      expect(arrive(packet(next + more, 20 + 5 * more))).toBeDefined();
    }
    expect(arrive(packet(next + 16, 105))).toBeUndefined();
  });

  it('tells of those as well whose own were lost', () => {
    const { arrive } = receiver({ ackIsLost: (n) => n === 1 });
    expect(arrive(packet(0, 0))).toBeUndefined();
    expect(arrive(packet(1, 1))?.packets.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('echoes the time stamp of what arrived in order, not of an old duplicate (RFC 7323)', () => {
    const { arrive } = receiver();
    expect(arrive(packet(0, 3))?.echoed).toBe(3);
    expect(arrive(packet(2, 5))?.echoed).toBe(3);
    const repeated = packet(1, 7);
    expect(arrive(repeated)?.echoed).toBe(7);
    expect(arrive({ ...repeated, sentAt: 90 })?.echoed).toBe(7);
  });

  it('echoes that of a duplicate of the last one, as Linux does, unless it is older', () => {
    const { arrive } = receiver();
    arrive(packet(0, 3));
    const last = packet(1, 7);
    expect(arrive(last)?.echoed).toBe(7);
    expect(arrive({ ...last, sentAt: 90 })?.echoed).toBe(90);
    expect(arrive({ ...last, sentAt: 80 })?.echoed).toBe(90);
  });
});
