/** A run that says more about a busy machine than about sockets shows when its programs start. */
import { describe, expect, it } from 'vitest';
import { slownessOf } from '../../../book/runs.ts';
import { joinTrace, parseTrace } from '../../../src/trace/index.ts';

/** A run whose programs started at these times, in µs. */
function startedAt(...times: number[]): ReturnType<typeof joinTrace> {
  const head = { type: 'trace', version: 1, wall: 0, payload: 'none' };
  const starts = times.map((t, index) => ({
    type: 'process',
    process: index + 1,
    pid: index + 1,
    name: `program-${index + 1}`,
    t,
    wall: t / 1000,
    node: 'v20.20.2',
    platform: 'linux',
  }));
  const lines = [head, ...starts].map((line) => JSON.stringify(line));
  return joinTrace(parseTrace(lines.join('\n')));
}

describe('how slowly programs started', () => {
  it('is the longest time from one start to the next', () => {
    expect(slownessOf(startedAt(0, 200_000, 6_300_000, 6_500_000))).toBe(6100);
  });

  it('is nothing for one program alone, and where nothing was traced', () => {
    expect(slownessOf(startedAt(6_000_000))).toBe(0);
    expect(slownessOf(undefined)).toBe(0);
  });
});
