import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import {
  compare,
  type Comparison,
  comparisonLines,
  comparisonPage,
  headingLines,
  type LaneResult,
  planOf,
} from '../../../../src/network/compare/index.ts';
import type { LinkOptions } from '../../../../src/network/link/index.ts';
import { UDP } from './udp-result.ts';

function printed(...results: LaneResult[]): string {
  const comparison = { plan: planOf({}), results } as unknown as Comparison;
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
    const plan = planOf({ kernel, link: { drop: [3] } });
    const exact = { plan, results: [UDP], model: [{ ...UDP, lost: 11 }] };
    const text = comparisonLines(exact as unknown as Comparison, createColors(false));
    const model = text.indexOf('The same fates in the model of TCP, in virtual time:');
    expect(text.slice(0, model).join('\n')).toMatch(/^ lost +10$/m);
    expect(text.slice(model).join('\n')).toMatch(/^ lost +11$/m);
  });

  it('speaks of a relay only where there is one', async () => {
    const tcp = { ...UDP, lane: 'tcp' as const, modelled: true };
    const relay = '~ modelled: a relay cannot see';
    const model = '~ modelled: no packet was sent.';
    expect(printed(tcp)).toContain(relay);
    const kernel = { means: 'nft', exact: true } as const;
    const plan = planOf({ kernel, link: { drop: [3] } });
    const both = { plan, records: [], results: [UDP], model: [tcp] };
    const virtual = await compare({ virtual: true, messages: 3, link: {} });
    for (const comparison of [both as unknown as Comparison, virtual]) {
      const text = comparisonLines(comparison, createColors(false)).join('\n');
      expect(text).toContain(model);
      expect(text).not.toContain('relay');
    }
    const page = comparisonPage(virtual, 'socketlab compare');
    expect(page).toContain(model);
    expect(page).not.toContain('relay');
  });

  it('says that a message waited for one that was overtaken, not sent again', async () => {
    const text = async (link: LinkOptions): Promise<string> => {
      const options = { virtual: true, messages: 20, every: 5, link };
      const comparison = await compare(options);
      return comparisonLines(comparison, createColors(false)).join('\n');
    };
    const overtaken = await text({ delay: 20, reorder: 0.2, seed: 3 });
    expect(overtaken).toContain(', which had been overtaken');
    expect(overtaken).not.toContain('sent again: what was lost');
    expect(overtaken).toContain('UDP waited for nothing: what was overtaken arrived');
    expect(overtaken).not.toContain('which was sent again');
    expect(await text({ delay: 20, drop: [4] })).toContain('for 4, which was sent again');
  });

  it('says on the page whether a seed or a record decided', async () => {
    const page = async (link: LinkOptions): Promise<string> =>
      comparisonPage(await compare({ virtual: true, messages: 3, link }), 'compare');
    expect(await page({ loss: 0.1 })).toContain('The link and its seed decide');
    const recorded = await page({ replay: () => undefined });
    expect(recorded).toContain('The record says');
    expect(recorded).not.toContain('seed decide');
  });

  it('says how fast is sent', () => {
    const [first] = headingLines(planOf({ every: 0 }));
    expect(first).toBe('100 messages of 100 bytes, without a pause, in each lane.');
  });
});
