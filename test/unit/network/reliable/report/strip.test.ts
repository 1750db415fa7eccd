import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { climb, ladderPlan } from '../../../../../src/network/reliable/ladder.ts';
import {
  type FlowRecord,
  Recorder,
} from '../../../../../src/network/reliable/report/record.ts';
import {
  slidingWindow,
  stripLines,
} from '../../../../../src/network/reliable/report/strip.ts';

function flowOf(rung: string, lost: number[] | 1): FlowRecord {
  const plan = ladderPlan({
    rungs: [rung],
    messages: 30,
    window: 4,
    link: { delay: 10, ...(lost === 1 ? { loss: 1 } : { drop: lost }) },
  });
  const recorder = new Recorder(plan.options);
  Array.from(climb(plan, recorder));
  return recorder.records[0]!.flows[0]!;
}

/** A letter for each cell: acknowledged, flying, usable, closed. */
function letters(flow: FlowRecord, most = 40): string[] {
  return slidingWindow(flow, most).strips.map(({ cells }) =>
    cells.map(([letter]) => letter).join(''),
  );
}

describe('the window as a strip', () => {
  it('of selective repeat keeps what came after the gap, and slides over all of it', () => {
    expect(letters(flowOf('selective-repeat', [2]))).toEqual([
      'ffffccccccccc',
      // Without a rate all that arrived of the first window is acknowledged at once.
      'afaafcccccccc',
      'afaaacccccccc',
      'aaaaaffffcccc',
    ]);
  });

  it('of go-back-N forgets what came after the gap', () => {
    const strips = letters(flowOf('go-back-n', [2]));
    expect(strips[2]).toMatch(/^affffc+$/);
  });

  it('begins and takes one step where nothing is lost', () => {
    expect(letters(flowOf('stop-and-wait', []))).toEqual(['fccccc', 'afcccc']);
  });

  it('has no first round trip where nothing comes back', () => {
    const { strips } = slidingWindow(flowOf('stop-and-wait', 1), 40);
    expect(strips.map(({ words }) => words)).toEqual([
      'the sender has begun',
      'message 1 is about to be sent again',
      'message 1 has been sent again',
    ]);
  });

  it('begins a little before a gap that comes late, and shows no more than there is room for', () => {
    const { first, strips } = slidingWindow(flowOf('selective-repeat', [20]), 10);
    expect(first).toBe(19 - 8);
    expect(strips.map(({ cells }) => cells.length)).toEqual([10, 10]);
  });
});

describe('the window in a terminal', () => {
  const record = (window: number, messages = 500): Recorder['records'] => {
    const link = { delay: 20, drop: [2] };
    const plan = ladderPlan({ rungs: ['selective-repeat'], messages, window, link });
    const recorder = new Recorder(plan.options);
    Array.from(climb(plan, recorder));
    return recorder.records;
  };

  it('is as docs/ladder.md shows it', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../../docs/ladder.md'));
    expect(page.toString()).toContain(stripLines(record(8), 80).join('\n'));
  });

  it.each([80, 200])('fits into %d columns, and uses them', (width) => {
    const lines = stripLines(record(300), width);
    expect(Math.max(...lines.map((line) => line.length))).toBe(width);
  });

  it('has every number below its message', () => {
    const ruler = stripLines(record(30), 80).at(-1)!;
    for (const number of [10, 20, 30])
      expect(ruler.indexOf(` ${number}`) + 1).toBe('   '.length + number - 1);
  });
});
