import { describe, expect, it } from 'vitest';
import { readEdits } from '../../../../../src/network/reliable/edits.ts';
import { ladderPlan, simulationOf } from '../../../../../src/network/reliable/ladder.ts';
import {
  arrowsLegend,
  arrowsSvg,
  depthOf,
  nowSvg,
} from '../../../../../src/network/reliable/player/arrows.ts';
import { record } from '../../../../../src/network/reliable/player/record.ts';
import { rungNamed } from '../../../../../src/network/reliable/rungs/rungs.ts';

function recorded(name: string, lose = '', more = {}) {
  const link = { delay: 20, rate: 1e6 };
  const plan = { link, messages: 8, window: 4, timeout: 100, ...more };
  return record({
    ...simulationOf(ladderPlan({ ...plan, edits: readEdits(lose) })),
    rung: rungNamed(name),
  });
}

/** Of each label of a side, where it stands. */
function labels(svg: string, side: string): { y: number; words: string }[] {
  const found = svg.matchAll(
    new RegExp(`<text class="${side}(?: lost)?" x="[^"]+" y="([^"]+)">([^<]+)`, 'g'),
  );
  return [...found].map(([, y, words]) => ({ y: Number(y), words: words! }));
}

describe('the picture of a run', () => {
  it('has an arrow for each packet, and a cross where one was lost', () => {
    const run = recorded('go-back-n', 'data2');
    const svg = arrowsSvg(run, 'a run');
    const arrows = svg.match(/class="shaft"/g)?.length;
    expect(arrows).toBe(run.crossings.length);
    expect(svg.match(/class="cross"/g)).toHaveLength(1);
    expect(svg).toContain('<title>data2, sent at ');
    expect(svg).toContain('role="img" aria-label="a run"');
    expect(svg).not.toContain('button');
  });

  it('makes a button of each arrow for a page that wants it', () => {
    const svg = arrowsSvg(recorded('go-back-n', 'data2'), 'a run', {
      buttons: true,
      edited: new Set(['data2']),
    });
    expect(svg).toMatch(/class="there lost edited" [^>]*data-packet="data2"/);
    expect(svg).toContain('is lost. Save it."');
    expect(svg).toMatch(/data-packet="data0" aria-label="data0, [^"]+ Lose it."/);
  });

  it.each(['stop-and-wait', 'go-back-n', 'selective-repeat', 'congestion-control'])(
    'has labels of %s that do not stand on each other',
    (name) => {
      // All leave at the same moment.
      const burst = recorded(name, 'data1', { link: { delay: 20 }, messages: 12 });
      for (const side of ['left', 'right']) {
        const placed = labels(arrowsSvg(burst, name), side);
        expect(placed.length).toBeGreaterThan(3);
        for (const [index, { y }] of placed.entries())
          expect(y - (placed[index - 1]?.y ?? -Infinity)).toBeGreaterThanOrEqual(11.9);
      }
    },
  );

  it('says how many labels there is no room for', () => {
    const burst = recorded('go-back-n', '', { link: { delay: 20 }, window: 8 });
    const left = labels(arrowsSvg(burst, 'a burst'), 'left').map(({ words }) => words);
    expect(left).toEqual(['data0', 'data1', 'data2', 'data3 +4']);
  });

  it('has room for the longest label', () => {
    const link = { delay: 60, rate: 1e6 };
    const run = recorded('round-trip-time', 'data8', { link, messages: 12 });
    const svg = arrowsSvg(run, 'a run');
    const longest = Math.max(...labels(svg, 'right').map(({ words }) => words.length));
    const [, left] = /<text class="right" x="([^"]+)"/.exec(svg) ?? [];
    const [, width] = /viewBox="0 0 (\d+) /.exec(svg) ?? [];
    expect(longest).toBe('ack5, delivers 6 +2'.length);
    // A character of 11 pixels is less than 6 wide, on average.
    expect(Number(left) + 6 * longest).toBeLessThanOrEqual(Number(width));
  });

  it('draws time downward, as far as there is any', () => {
    const run = recorded('selective-repeat');
    expect(depthOf(run, 0)).toBeGreaterThan(0);
    expect(depthOf(run, run.end)).toBeLessThan(1);
    expect(depthOf(run, run.end / 2)).toBeCloseTo(
      (depthOf(run, 0) + depthOf(run, run.end)) / 2,
      6,
    );
  });

  it('ends somewhere, however long the run is', () => {
    const svg = arrowsSvg(recorded('go-back-n', '', { messages: 400 }), 'long');
    expect(svg.match(/class="shaft"/g)).toHaveLength(300);
    expect(svg).toContain('… and 500 more packets');
  });

  it('ends somewhere, however long the sender waits between two attempts', () => {
    const attempts = Array.from({ length: 40 }, (_, k) =>
      k === 0 ? 'data0' : `data0.${k}`,
    );
    const run = recorded('round-trip-time', attempts.join(','));
    expect(run.end).toBeGreaterThan(300_000); // 660,000 pixels
    const svg = arrowsSvg(run, 'long');
    expect(svg.length).toBeLessThan(100_000);
    expect(svg).toMatch(/… and \d+ more packets/);
    expect(nowSvg(run, run.end)).toContain('class="now"');
    expect(depthOf(run, 0)).toBeGreaterThan(0);
  });

  it('veils what is to come, and not the labels of this moment', () => {
    const run = recorded('go-back-n');
    const [first] = run.crossings;
    const now = first!.arrivals[0]!;
    const [label] = labels(arrowsSvg(run, 'a run'), 'right');
    const [, veiled] = /class="veil" d="M0 ([\d.]+)H/.exec(nowSvg(run, now))!;
    expect(label!.words).toBe('ack0, delivers 1');
    expect(Number(veiled)).toBeGreaterThan(label!.y);
  });

  it('has a clock on its lifeline where a timer expires, once for each moment', () => {
    const clocks = (svg: string): string[] =>
      [...svg.matchAll(/<title>(A time-out[^<]+)<\/title><g class="ring">/g)].map(
        ([, words]) => words!,
      );
    const run = recorded('go-back-n', 'data2,data2.1');
    const rung = run.steps.filter(({ fired }) => fired?.event.type === 'timer');
    expect(clocks(arrowsSvg(run, 'a run'))).toEqual(
      rung.map(({ time }) => `A time-out of the sender at ${+time.toFixed(1)} ms.`),
    );
    expect(rung).toHaveLength(2);
    // Four timers of selective repeat at the same moment, because all leave at the same moment.
    const together = recorded('selective-repeat', 'data0,data1,data2,data3', {
      link: { delay: 20 },
    });
    expect(clocks(arrowsSvg(together, 'a run'))).toHaveLength(1);
    const buttons = arrowsSvg(run, 'a run', { buttons: true });
    expect(buttons).toMatch(/role="img" aria-label="A time-out of the sender at /);
    expect(clocks(arrowsSvg(recorded('go-back-n'), 'a run'))).toEqual([]);
    expect(arrowsLegend()).toContain('<g class="ring">');
  });

  it('shows what is on its way, and what is not', () => {
    const run = recorded('go-back-n');
    const [first] = run.crossings;
    expect(nowSvg(run, 10)).toContain('data-moving="data0"');
    expect(nowSvg(run, 10, false)).not.toContain('data-moving');
    expect(nowSvg(run, first!.arrivals[0]!)).not.toContain('"data0"');
    expect(nowSvg(run, run.end)).not.toContain('data-moving');
  });
});
