import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import {
  marksInWords,
  sequenceCurve,
  windowCurve,
} from '../../../../src/network/compare/bulk/curves.ts';
import {
  type BulkOptions,
  bulkPlanOf,
} from '../../../../src/network/compare/bulk/plan.ts';
import { queueOf } from '../../../../src/network/compare/bulk/record.ts';
import {
  type BulkComparison,
  compareBulk,
} from '../../../../src/network/compare/bulk/run.ts';
import { highest, sparkline } from '../../../../src/network/compare/bulk/words.ts';
import {
  bulkJob,
  checkClaims,
  judge,
  parseClaim,
} from '../../../../src/network/compare/index.ts';

const SMALL: BulkOptions = { bytes: 100_000, virtual: true };
const run = (options: Partial<BulkOptions>): Promise<BulkComparison> =>
  compareBulk({ ...SMALL, ...options });

describe('much at once', () => {
  it('prints the same bytes 100 times in virtual time', async () => {
    const link = { delay: 10, jitter: 3, loss: 0.05, rate: 5e6, seed: 3 };
    const everything = async (): Promise<string> => {
      const job = bulkJob({ ...SMALL, streams: 2, link });
      const done = await job.run({});
      const lines = [...job.heading, ...done.lines(createColors(false), 80)];
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      return [...lines, JSON.stringify(done.json), done.page('socketlab')].join('\n');
    };
    const first = await everything();
    for (let again = 1; again < 100; again += 1) expect(await everything()).toBe(first);
  });

  it('arrives whole over TCP, and without what the link lost over UDP', async () => {
    const { results } = await run({ link: { delay: 10, drop: [3, 70], rate: 1e7 } });
    const [udp, tcp] = results;
    // 70 packets: 69 of 1,448 bytes, and the last one of 88.
    expect(udp).toMatchObject({
      sentBytes: 100_000,
      bytes: 100_000 - 1448 - 88,
      packets: { sent: 70, sentAgain: 0, lost: 2, queueFull: 0 },
      largestWindow: null,
      jain: null,
    });
    expect(tcp).toMatchObject({
      bytes: 100_000,
      packets: { sent: 72, sentAgain: 2, lost: 2 },
      setUpMs: 20,
    });
    const lost = (one = udp): number[] =>
      one!
        .sendings!.filter(({ outcome }) => outcome === 'lost')
        .map(({ offset }) => offset);
    expect(lost(tcp)).toEqual(lost(udp));
    expect(tcp!.goodputMbit).toBeLessThan(10);
  });

  it('goes as fast as the link over UDP, headers aside, and not faster', async () => {
    const link = { rate: 1e6, queue: 1000 };
    const { results } = await run({ lanes: ['udp'], link });
    // 70 datagrams of 1,476 bytes, since the last one is as long as the others.
    expect(results[0]!.ms).toBeCloseTo((70 * 1476 * 8) / 1000, 1);
  });

  it('shares a link between four connections, and says how evenly', async () => {
    const link = { delay: 10, rate: 5e6 };
    const { results } = await run({ bytes: 500_000, streams: 4, lanes: ['tcp'], link });
    const [tcp] = results;
    expect(tcp!.bytes).toBe(2_000_000);
    expect(tcp!.goodputMbit).toBeLessThan(5);
    expect(tcp!.goodputMbit).toBeGreaterThan(4);
    expect(tcp!.jain).toBeGreaterThan(0.9);
    expect(tcp!.jain).toBeLessThanOrEqual(1);
    expect(tcp!.packets!.queueFull).toBeGreaterThan(0);
    expect(tcp!.longestQueue).toBe(100);
  });

  it('says that TCP gave up, and that UDP did not slow down', async () => {
    const words = async (options: Partial<BulkOptions>): Promise<string> => {
      const done = await bulkJob({ ...SMALL, ...options }).run({});
      return done.lines(createColors(false), 80).join('\n');
    };
    const gaveUp = await words({ link: { loss: 1 } });
    expect(gaveUp).toContain('TCP gave up: 100,000 bytes never arrived.');
    expect(gaveUp).toMatch(/\nTCP, from 0 to \d{3}(\.\d)? s:\n/);
    const nothingToSay = await words({ link: { delay: 10 } });
    expect(nothingToSay).toMatch(/\n\nUDP, from 0 to \d+ ms:\n/);
    expect(nothingToSay).not.toMatch(/\n\n\n/);
    expect(await words({ link: { rate: 1e6, queue: 5 } })).toContain(
      'UDP did not slow down when the queue was full: 64 packets found no room.',
    );
  });

  it('can be claimed about', async () => {
    const plan = bulkPlanOf({ ...SMALL, streams: 2 });
    const job = bulkJob({ ...SMALL, streams: 2, link: {} });
    const claims = [
      'tcp.bytes==200000',
      'tcp.streams.1.bytes==100000',
      'udp.packets.lost==0',
    ];
    checkClaims(claims.map(parseClaim), job.shapes);
    const { results } = await job.run({});
    for (const claim of claims)
      expect(judge(parseClaim(claim), results).holds).toBe(true);
    expect(judge(parseClaim('udp.largestWindow>1'), results).holds).toBe(false);
    expect(() => checkClaims([parseClaim('tcp.lost==0')], job.shapes)).toThrow(
      "no 'lost'",
    );
    expect(plan.lanes).toEqual(['udp', 'tcp']);
  });

  it.each([
    [{ bytes: 1 }, 'bytes is 1kb or more for each stream, not 1 byte'],
    [
      { bytes: 1e8, streams: 2 },
      'bytes is at most 100mb for all streams together, not 200,000,000 bytes',
    ],
    [{ streams: 0 }, 'streams is a whole number from 1 to 16'],
    [{ every: 0.5, virtual: false }, 'every is 0, or from 1 to 1000 ms'],
    [{ lanes: ['framed'] }, 'only the lanes udp and tcp: there are no messages to frame'],
  ])('refuses %j', (options, why) => {
    expect(() => bulkPlanOf({ ...SMALL, ...options })).toThrow(why);
  });
});

describe('the curves of much at once', () => {
  it('show each packet that was lost, and each that was sent again', async () => {
    const { plan, records } = await run({
      lanes: ['tcp'],
      link: { delay: 10, drop: [3] },
    });
    const picture = sequenceCurve(records[0]!, plan, 1000);
    expect(picture.match(/class="lost"/g)).toHaveLength(2); // the two strokes of a cross
    expect(picture.match(/class="repeat"/g)).toHaveLength(1);
    expect(windowCurve(records[0]!, plan, 1000)).toContain('class="step s0"');
  });

  it('show a queue that is full at once, and empties at the rate of the link', async () => {
    const link = { rate: 1e6, queue: 20 };
    const { plan, records } = await run({ lanes: ['udp'], link });
    const queue = queueOf(records[0]!, plan);
    // The first packet is sent at once, the next 20 wait, and the others are dropped.
    const counts = [...Array(21).keys(), ...[...Array(20).keys()].toReversed()];
    expect(queue.map(({ packets }) => packets)).toEqual(counts);
    expect(new Set(queue.slice(0, 21).map(({ at }) => at))).toEqual(new Set([0]));
    // 1,448 bytes and 28 of headers, at 1 Mbit/s.
    const emptied = queue.at(-1)!.at;
    expect(emptied).toBeCloseTo((20 * 1476 * 8) / 1000, 6);
  });

  it('say which packets have marks, if not all have', () => {
    const marks = (packets: number): string => {
      const what = { stream: 0, offset: 0, size: 1, attempt: 0, window: null } as const;
      const sendings = Array.from({ length: packets }, (_, at) => {
        return { ...what, at, outcome: 'sent' as const };
      });
      return marksInWords({ sendings });
    };
    expect(marks(3000)).toBe('');
    expect(marks(6000)).toBe(
      ' One in 2 packets is drawn, and all that were lost or sent again.',
    );
    expect(marks(30_000)).toBe(' One in 10 packets is drawn.');
  });

  it('may have a million points', () => {
    const points = Array.from({ length: 1e6 }, (_, at) => ({ at, value: at % 1000 }));
    expect(highest(points)).toBe(999);
    expect(highest([])).toBe(0);
  });

  it('fit into a line: the last value of each column', () => {
    const points = [1, 2, 4, 8].map((value) => ({ at: value, value }));
    expect(sparkline(points, 8, 8)).toBe('▁▂▂▄▄▄▄█');
    expect(sparkline([{ at: 5, value: 3 }], 10, 4)).toBe(' ███');
  });
});
