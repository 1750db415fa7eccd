import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, overlap } from '../../../src/diagram/boxes.ts';
import { layOut } from '../../../src/diagram/layout.ts';
import { cells, type Metrics, pixels } from '../../../src/diagram/metrics.ts';
import type { Layout } from '../../../src/diagram/placed.ts';
import type { Scene } from '../../../src/diagram/story.ts';
import { tellStory } from '../../../src/diagram/tell.ts';
import type { JoinedTrace } from '../../../src/trace/index.ts';
import { randomTrace, sample, SAMPLES } from './traces.ts';

const METRICS: [name: string, metrics: Metrics][] = [
  ['80 columns', cells(80)],
  ['200 columns', cells(200)],
  ['a wide page', pixels({ width: 884, fontSize: 13, lane: 118 })],
  ['a phone', pixels({ width: 374, fontSize: 11, lane: 84 })],
];

function layouts(trace: JoinedTrace, metrics: Metrics): [scene: Scene, layout: Layout][] {
  const { scenes } = tellStory(trace, { limit: 1000, lanes: metrics.lanes });
  return scenes.map((scene) => [scene, layOut(scene, metrics)]);
}

/** Every text in the picture. */
function labelsOf(layout: Layout): Box[] {
  return [
    ...layout.groups.flatMap(({ title }) => title ?? []),
    ...layout.lanes.flatMap(({ titles }) => titles),
    ...layout.ticks.map(({ label }) => label),
    ...layout.silences.map(({ label }) => label),
    ...layout.marks.flatMap(({ label }) => label ?? []),
    ...layout.arrows.flatMap(({ label }) => label ?? []),
  ];
}

function checkLabels(layout: Layout, metrics: Metrics): void {
  const labels = labelsOf(layout).toSorted((a, b) => a.y - b.y);
  for (const [place, label] of labels.entries()) {
    expect(label.width).toBeCloseTo(metrics.textWidth(label.text));
    expect(label.x, label.text).toBeGreaterThanOrEqual(0);
    expect(label.x + label.width, label.text).toBeLessThanOrEqual(layout.width);
    expect(label.y + label.height, label.text).toBeLessThanOrEqual(layout.height + 0.001);
    for (let other = place + 1; other < labels.length; other += 1) {
      if (labels[other]!.y >= label.y + label.height) break;
      const touch = overlap(label, labels[other]!);
      expect(touch, `${label.text} and ${labels[other]!.text}`).toBe(false);
    }
  }
}

function checkTime(layout: Layout): void {
  const marks = layout.marks.toSorted((a, b) => a.mark.id - b.mark.id);
  for (const [place, { mark, y }] of marks.entries()) {
    const before = marks[place - 1];
    if (!before) continue;
    expect(mark.t).toBeGreaterThanOrEqual(before.mark.t);
    expect(y).toBeGreaterThanOrEqual(before.y);
  }
}

function checkArrows(layout: Layout): void {
  const placeOf = new Map(layout.marks.map(({ mark, y }) => [mark, y]));
  const laneX = new Map(layout.lanes.map(({ lane, x }) => [lane.id, x]));
  for (const { arrow, x1, y1, x2, y2, ending } of layout.arrows) {
    const { from, to } = arrow;
    expect(x1).toBe(laneX.get(from.lane));
    if (from.mark) expect(y1).toBe(placeOf.get(from.mark));
    if (ending === 'cross') continue;
    expect(x2).toBe(laneX.get(to.lane));
    if (to.mark) expect(y2).toBe(placeOf.get(to.mark));
    if (from.mark && to.mark && from.mark.t < to.mark.t) {
      expect(y2).toBeGreaterThanOrEqual(y1);
    }
  }
}

describe.each(METRICS)('a layout for %s', (_, metrics) => {
  it.each(SAMPLES)('of %s has no two labels that touch', (name) => {
    for (const [, layout] of layouts(sample(name), metrics)) {
      checkLabels(layout, metrics);
      checkTime(layout);
      checkArrows(layout);
    }
  });

  it('has no two labels that touch, whatever happened', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        for (const [, layout] of layouts(trace, metrics)) {
          checkLabels(layout, metrics);
          checkTime(layout);
          checkArrows(layout);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives every event its place, every lane and every arrow', () => {
    for (const name of SAMPLES) {
      for (const [scene, layout] of layouts(sample(name), metrics)) {
        expect(layout.marks.map(({ mark }) => mark)).toEqual(scene.marks);
        expect(layout.arrows.map(({ arrow }) => arrow)).toEqual(scene.arrows);
        expect(layout.lanes.map(({ lane }) => lane)).toEqual(scene.lanes);
      }
    }
  });
});

describe('a layout', () => {
  const [, metrics] = METRICS[2]!;
  const [[, uppercase]] = layouts(sample('tcp-uppercase'), metrics) as [[Scene, Layout]];

  it('cuts silence out and says how long it was', () => {
    expect(uppercase.silences.map(({ label }) => label.text)).toEqual([
      '190 ms',
      '49.5 ms',
      '5 ms',
    ]);
  });

  it('keeps a process to the time in which it ran', () => {
    const [server, client] = uppercase.groups;
    expect(client!.top).toBeGreaterThan(server!.top);
    expect(client!.bottom).toBeLessThan(server!.bottom);
  });

  it('stands a label beside its event, on the side where no arrow is', () => {
    const write = uppercase.marks.find(({ label }) => label?.text === 'write 17 B')!;
    expect(write.side).toBe('right');
    expect(write.label!.x).toBeGreaterThan(write.x);
  });

  it('lets no answer leave before its question has come', () => {
    const [[, layout]] = layouts(sample('untraced-server'), metrics) as [[Scene, Layout]];
    const [asked, refused] = layout.arrows.slice(-2);
    expect(asked!.y2).toBeLessThanOrEqual(refused!.y1);
    expect(refused!.y1).toBeLessThan(refused!.y2);
  });

  it('lets what is lost end before it arrives', () => {
    const [[, layout]] = layouts(sample('udp-fates'), metrics) as [[Scene, Layout]];
    const lost = layout.arrows.find(({ arrow }) => arrow.fate === 'lost')!;
    const [receiver] = layout.lanes;
    expect(lost.ending).toBe('cross');
    expect(lost.x2).toBeGreaterThan(receiver!.x);
    expect(lost.x2).toBeLessThan(lost.x1);
  });

  it('grows when its lanes need more than the width', () => {
    const narrow = pixels({ width: 200, fontSize: 11, lane: 84 });
    const [[, layout]] = layouts(sample('tcp-boundaries'), {
      ...narrow,
      lanes: { comfortable: 9, most: 9 },
    }) as [[Scene, Layout]];
    const xs = layout.lanes.map(({ x }) => x);
    expect(layout.width).toBeGreaterThan(200);
    expect(xs[1]! - xs[0]!).toBeGreaterThanOrEqual(84);
  });
});
