import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import {
  compare,
  type CompareOptions,
  type Comparison,
  comparisonJson,
  comparisonLines,
  comparisonPage,
  headingLines,
} from '../../../../src/network/compare/index.ts';

const run = (options: CompareOptions): Promise<Comparison> =>
  compare({ ...options, virtual: true });

/** All that the command can print about it, and write. */
function everything(comparison: Comparison): string {
  return [
    ...headingLines(comparison.plan),
    ...comparisonLines(comparison, createColors(false)),
    JSON.stringify(comparisonJson(comparison)),
    comparisonPage(comparison, 'socketlab compare'),
  ].join('\n');
}

describe('a comparison in virtual time', () => {
  it('prints the same bytes 100 times', async () => {
    const link = { delay: 20, jitter: 7, loss: 0.1, dup: 0.1, reorder: 0.1, seed: 3 };
    const options: CompareOptions = { messages: 30, every: 3, link };
    const first = everything(await run(options));
    for (let again = 1; again < 100; again += 1) {
      expect(everything(await run(options))).toBe(first);
    }
    const other = await run({ ...options, link: { ...link, seed: 4 } });
    expect(everything(other)).not.toBe(first);
  });

  it('is to the digit what the link says', async () => {
    const { results } = await run({ messages: 3, every: 10, link: { delay: 20 } });
    const latencyMs = { p50: 20, p90: 20, p99: 20, max: 20 };
    expect(results).toMatchObject([
      { lane: 'udp', delivered: 3, latencyMs, setUp: { ms: 0, packets: 0 } },
      { lane: 'tcp', delivered: 3, latencyMs, setUp: { ms: 40, packets: 3 } },
      { lane: 'framed', delivered: 3, latencyMs, setUp: { ms: 40, packets: 3 } },
    ]);
    expect(results[1]!.wire).toMatchObject({ packets: 12, acknowledgements: 3 });
  });

  it('loses a message over UDP that TCP sends again, with all that came behind it', async () => {
    const link = { delay: 20, drop: [2] };
    const { results } = await run({ messages: 4, every: 5, link });
    const [udp, tcp] = results;
    expect(udp).toMatchObject({ lost: 1, outOfOrder: 0, blocked: { messages: 0 } });
    expect(udp!.fates).toMatchObject([{ k: 2, attempt: 0, outcome: 'lost' }]);
    expect(tcp).toMatchObject({ lost: 0, outOfOrder: 0, wire: { retransmitted: 1 } });
    expect(tcp!.fates).toMatchObject([
      { k: 2, attempt: 0, outcome: 'lost' },
      { k: 2, attempt: 1, outcome: 'sent' },
    ]);
    expect(tcp!.blocked).toMatchObject({ messages: 2, examples: [{ waitedFor: 2 }] });
    // What was readable at once was one call of the bare lane, and three of the framed one.
    expect(tcp).toMatchObject({ events: 2, boundariesKept: 1 });
    expect(results[2]).toMatchObject({ events: 4, boundariesKept: 4 });
  });

  it('delivers a changed message over UDP only past its checksum', async () => {
    const link = { corruptPastChecksum: 1 };
    const { results } = await run({ messages: 5, lanes: ['udp', 'tcp'], link });
    expect(results[0]).toMatchObject({ corrupted: 5, delivered: 0, events: 5 });
    const corrupt = await run({ messages: 5, lanes: ['udp'], link: { corrupt: 1 } });
    expect(corrupt.results[0]).toMatchObject({ corrupted: 0, lost: 5, events: 0 });
  });

  it('waits in no time for TCP to give up, and says that it did', async () => {
    const comparison = await run({ messages: 2, lanes: ['tcp'], link: { loss: 1 } });
    expect(comparison.results[0]).toMatchObject({
      delivered: 0,
      lost: 2,
      finished: true,
      latencyMs: null,
    });
    const lines = comparisonLines(comparison, createColors(false)).join('\n');
    expect(lines).toContain('TCP, bare gave up: 2 messages never arrived.');
  });

  it('has no timers, so any pause will do', async () => {
    const { plan, results } = await run({ messages: 10, every: 0.05, lanes: ['udp'] });
    expect(plan.every).toBe(0.05);
    expect(results[0]!.sent).toBe(10);
    await expect(run({ every: -1 })).rejects.toThrow('every is from 0 to 10000 ms');
  });

  it('tells what it is, in words and in JSON', async () => {
    const comparison = await run({ messages: 1, link: {} });
    expect(headingLines(comparison.plan)[1]).toMatch(/^Virtual time: nothing is sent/);
    expect(comparisonJson(comparison).options).toMatchObject({ virtual: true });
  });
});
