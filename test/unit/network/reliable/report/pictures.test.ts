import { describe, expect, it } from 'vitest';
import { MARGIN, WIDTH } from '../../../../../src/common/page/index.ts';
import {
  climb,
  type LadderOptions,
  ladderPlan,
} from '../../../../../src/network/reliable/ladder.ts';
import { ladderPage } from '../../../../../src/network/reliable/report/page.ts';
import {
  congestionWindows,
  progress,
  roundTrips,
  sequence,
  shares,
} from '../../../../../src/network/reliable/report/pictures.ts';
import {
  Recorder,
  type RungRecord,
} from '../../../../../src/network/reliable/report/record.ts';
import { windowStrips } from '../../../../../src/network/reliable/report/window-pictures.ts';

function recorded(given: LadderOptions): RungRecord[] {
  const plan = ladderPlan(given);
  const recorder = new Recorder(plan.options);
  Array.from(climb(plan, recorder));
  return recorder.records;
}

function one(rung: string, given: LadderOptions): RungRecord {
  return recorded({ ...given, rungs: [rung] })[0]!;
}

/** Where the crosses are. */
function crosses(picture: string): [x: number, y: number][] {
  const half = /class="lost" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/g;
  return [...picture.matchAll(half)]
    .filter((_, index) => index % 2 === 0)
    .map(([, x1, y1, x2, y2]) => [
      (Number(x1) + Number(x2)) / 2,
      (Number(y1) + Number(y2)) / 2,
    ]);
}

/** The corners of each line that is drawn. */
function heights(picture: string): number[][] {
  return [...picture.matchAll(/<path class="step [^"]*" d="([^"]*)"/g)].map(([, path]) =>
    [...path!.matchAll(/(?:V|M[\d.]+ )([\d.]+)/g)].map(([, y]) => Number(y)),
  );
}

describe('the picture of sequence numbers', () => {
  // Message 3 leaves at 40 ms and is lost; all are acknowledged after 9 × 20 + 200 ms.
  const given = { messages: 10, link: { delay: 10, drop: [3] } };
  const picture = sequence(one('stop-and-wait', given));

  it('has a cross where and when the lost packet left', () => {
    const [at, ...others] = crosses(picture);
    expect(others).toEqual([]);
    expect(at![0]).toBeCloseTo(MARGIN + (40 / 400) * (WIDTH - MARGIN), 1);
    expect(at![1]).toBeCloseTo(320 - (2.5 / 10) * (320 - 14), 0);
  });

  it('has a square for each packet that was sent again', () => {
    expect(picture.match(/class="repeat"/g)).toHaveLength(1);
    expect(picture.match(/class="first"/g)).toHaveLength(9);
  });

  it('has lines that never fall: what is acknowledged, and the end of a fixed window', () => {
    const lines = heights(sequence(one('selective-repeat', { messages: 90 })));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line.length).toBeGreaterThan(5);
      expect(line).toEqual(line.toSorted((a, b) => b - a));
    }
  });

  it('shows the first hundred messages', () => {
    const many = sequence(one('go-back-n', { messages: 150, link: { delay: 10 } }));
    expect(many.match(/class="first"/g)).toHaveLength(100);
  });
});

describe('the pictures of a rung', () => {
  const quick: LadderOptions = { messages: 80, link: { delay: 10, drop: [20] } };

  it('have a congestion window and a threshold only where there are any', () => {
    expect(heights(congestionWindows(one('congestion-control', quick)))).toHaveLength(2);
    expect(congestionWindows(one('flow-control', quick))).toBe('');
  });

  it('have a timer for all, and an estimate for those that measure', () => {
    expect(roundTrips(one('selective-repeat', quick))).not.toContain('SRTT');
    expect(roundTrips(one('round-trip-time', quick))).toContain('SRTT');
  });

  it('have shares that fill each slot of time, where there are several senders', () => {
    expect(shares(one('go-back-n', quick))).toBe('');
    const two = shares(one('go-back-n', { ...quick, senders: 2 }));
    const slots = new Map<string, number>();
    for (const [, x, height] of two.matchAll(
      /class="share .*? x="(.*?)".* height="(.*?)"/g,
    ))
      slots.set(x!, (slots.get(x!) ?? 0) + Number(height));
    expect(slots.size).toBeGreaterThan(1);
    for (const height of slots.values()) expect(height).toBeCloseTo(160 - 14, 0);
  });

  it('have a line of progress for each rung', () => {
    const all = heights(progress(recorded(quick), 80));
    expect(all).toHaveLength(6);
    for (const line of all) expect(line.at(-1)).toBe(14);
  });

  it('have strips of equally many cells', () => {
    const strips = windowStrips(one('go-back-n', quick));
    const moments = strips.match(/ms: /g)!.length;
    expect(moments).toBeGreaterThan(1);
    expect(strips.match(/class="cell /g)!.length % moments).toBe(0);
  });
});

describe('the page of the ladder', () => {
  const plan = ladderPlan({ messages: 40, senders: 2 });
  const page = (command: string): string => {
    const recorder = new Recorder(plan.options);
    const results = [...climb(plan, recorder)];
    return ladderPage(plan, results, recorder.records, command);
  };

  it('is the same in every run', () => {
    expect(page('ladder')).toBe(page('ladder'));
  });

  it('has the arrows of each rung, where one sender has the link for itself', () => {
    const alone = ladderPlan({ messages: 40, rungs: ['go-back-n', 'flow-control'] });
    const drawn = ladderPage(alone, [], [], 'ladder').match(/<svg class="arrows" xmlns/g);
    expect(drawn).toHaveLength(2);
    expect(page('ladder')).not.toContain('<svg class="arrows"');
  });

  it('needs no script and no other host, and shows what was typed as text', () => {
    const typed = page("ladder '<script>'");
    expect(typed).not.toMatch(/<script|https?:|<link|<img/);
    expect(typed).toContain('&lt;script&gt;');
  });
});
