import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import {
  type Comparison,
  comparisonLines,
  headingLines,
  type LaneResult,
  planOf,
} from '../../../../src/network/compare/index.ts';
import { UDP } from './udp-result.ts';

function printed(...results: LaneResult[]): string {
  const comparison = { results } as unknown as Comparison;
  return comparisonLines(comparison, createColors(false)).join('\n');
}

describe('the table of a comparison', () => {
  it('names what the kernel dropped apart from what the link lost', () => {
    expect(printed(UDP)).not.toContain('dropped by this machine');
    const text = printed({ ...UDP, kernelDrops: 3 });
    expect(text).toMatch(/^ lost +10$\n^ {3}dropped by this machine +3$/m);
    expect(text).toContain("This machine's kernel dropped 3 datagrams");
  });

  it('says that a stream was not waited for, and what it would go on doing', () => {
    const tcp = { ...UDP, lane: 'tcp' as const, lost: 5, finished: false };
    const text = printed(UDP, tcp);
    expect(text).toMatch(/^ lost +10 +5 so far$/m);
    expect(text).toContain(
      'TCP, bare: 5 messages had not arrived when we stopped waiting.',
    );
    expect(printed(UDP, { ...tcp, finished: true })).not.toContain('so far');
  });

  it('says whose losses they are, and puts the model below', () => {
    const kernel = { means: 'nft', exact: true } as const;
    expect(headingLines(planOf({ kernel, link: { drop: [3] } }))).toContain(
      'The kernel loses them (nft), and nothing on the way back. Its TCP is cubic.',
    );
    const exact = { results: [UDP], model: [{ ...UDP, lost: 11 }] };
    const text = comparisonLines(exact as unknown as Comparison, createColors(false));
    const model = text.indexOf('The same fates in the model of TCP, in virtual time:');
    expect(text.slice(0, model).join('\n')).toMatch(/^ lost +10$/m);
    expect(text.slice(model).join('\n')).toMatch(/^ lost +11$/m);
  });

  it('says how fast is sent', () => {
    const [first] = headingLines(planOf({ every: 0 }));
    expect(first).toBe('100 messages of 100 bytes, without a pause, in each lane.');
  });
});
