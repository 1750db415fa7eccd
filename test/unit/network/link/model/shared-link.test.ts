/** Several connections and flows of datagrams over one link, in virtual time: what each gets. */
import { describe, expect, it } from 'vitest';
import {
  type Bottlenecks,
  bottlenecksOf,
} from '../../../../../src/network/link/model/bottleneck.ts';
import { unharmed } from '../../../../../src/network/link/model/fate.ts';
import {
  linkOf,
  type LinkOptions,
} from '../../../../../src/network/link/model/options.ts';
import { StreamModel } from '../../../../../src/network/link/model/stream-model.ts';
import { Wire } from '../../../../../src/network/link/model/wire.ts';

const SEGMENT = 1448;
const SECONDS = 60;

interface Flow {
  nextTime: number;
  /** @returns how many bytes of payload arrived */
  advance(now: number): number;
}

/** A connection that always has something to send. */
function stream(options: LinkOptions, bottlenecks?: Bottlenecks): Flow {
  const { there } = linkOf(options);
  const model = new StreamModel<undefined>({
    ...there,
    bottleneck: bottlenecks?.there,
    join: true,
    fate: () => unharmed(there.delay),
  });
  let k = 0;
  const offer = (now: number, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      k += 1;
      model.offer(now, k, SEGMENT, undefined);
    }
  };
  offer(0, 1000);
  return {
    get nextTime() {
      return model.nextTime;
    },
    advance(now) {
      const arrived = model.advance(now);
      offer(now, arrived.length);
      return arrived.length * SEGMENT;
    },
  };
}

/** A sender of datagrams that sends one every this many milliseconds, whatever becomes of them. */
function datagrams(options: LinkOptions, bottlenecks: Bottlenecks, every: number): Flow {
  const { there } = linkOf(options);
  const wire = new Wire<undefined>({ ...there, bottleneck: bottlenecks.there });
  let next = 0;
  return {
    get nextTime() {
      return Math.min(next, wire.nextTime);
    },
    advance(now) {
      for (; next <= now; next += every) {
        wire.offer(next, undefined, SEGMENT + 28, unharmed(there.delay));
      }
      return wire.take(now).length * SEGMENT;
    },
  };
}

/** What each flow got, in bits a second, when the earliest event is always the next. */
function run(flows: readonly Flow[]): number[] {
  const bytes = flows.map(() => 0);
  for (;;) {
    const times = flows.map(({ nextTime }) => nextTime);
    const now = Math.min(...times);
    if (now > SECONDS * 1000) return bytes.map((all) => (all * 8) / SECONDS);
    const index = times.indexOf(now);
    bytes[index]! += flows[index]!.advance(now);
  }
}

const sum = (all: readonly number[]): number => all.reduce((one, other) => one + other);

/** Jain's index: 1 if all have the same, 1/n if one has everything. */
function fairness(all: readonly number[]): number {
  return sum(all) ** 2 / (all.length * sum(all.map((one) => one ** 2)));
}
const RATE = 1e6;
const LINK: LinkOptions = { rate: RATE, queue: 20, delay: 20 };

function shared(): Bottlenecks {
  return bottlenecksOf(linkOf(LINK));
}

describe('connections through one link', () => {
  it.each([1, 2, 4])('carry its rate together, not each: %d', (count) => {
    const bottlenecks = shared();
    const flows = Array.from({ length: count }, () => stream(LINK, bottlenecks));
    const got = run(flows);
    // What is missing are headers, and the beginning.
    expect(sum(got)).toBeGreaterThan(0.95 * RATE);
    expect(sum(got)).toBeLessThan(RATE);
    // 1.00, 0.99 and 0.99, always the same.
    expect(fairness(got)).toBeGreaterThan(0.95);
  });

  it('carry its rate each when each has a link of its own', () => {
    const got = run([stream(LINK), stream(LINK)]);
    expect(sum(got)).toBeGreaterThan(1.9 * RATE);
  });
});

describe('a connection and a flow of datagrams through one link', () => {
  const beside = (every: number): number[] => {
    const bottlenecks = shared();
    return run([stream(LINK, bottlenecks), datagrams(LINK, bottlenecks, every)]);
  };

  it('share it as long as the datagrams leave room', () => {
    const [tcp = 0, udp = 0] = beside(100);
    expect(udp).toBeGreaterThan(0.11 * RATE); // 117 kbit/s, less headers
    expect(tcp).toBeGreaterThan(0.8 * RATE);
  });

  it('do not when the datagrams come at twice its rate: UDP starves TCP', () => {
    const [tcp = 0, udp = 0] = beside(6);
    expect(udp).toBeGreaterThan(0.95 * RATE);
    expect(tcp).toBeLessThan(0.01 * RATE);
  });
});
