import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, overlap } from '../../../../src/trace/diagram/boxes.ts';
import { layOut } from '../../../../src/trace/diagram/layout.ts';
import { cells, type Metrics, pixels } from '../../../../src/trace/diagram/metrics.ts';
import type { Layout } from '../../../../src/trace/diagram/placed.ts';
import type { Act } from '../../../../src/trace/diagram/story.ts';
import { tellStory } from '../../../../src/trace/diagram/tell.ts';
import type { JoinedTrace } from '../../../../src/trace/joined/index.ts';
import { randomTrace, sample, SAMPLES } from './traces.ts';
import { runs } from '../../../support/properties.ts';

const METRICS: [name: string, metrics: Metrics][] = [
  ['80 columns', cells(80)],
  ['200 columns', cells(200)],
  ['a wide page', pixels({ width: 884, fontSize: 13, lane: 118 })],
  ['a phone', pixels({ width: 374, fontSize: 11, lane: 84, tight: 66 })],
];

function layouts(trace: JoinedTrace, metrics: Metrics): [act: Act, layout: Layout][] {
  const { acts } = tellStory(trace, { limit: 1000, lanes: metrics.lanes });
  return acts.map((act) => [act, layOut(act, metrics)]);
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

/** Labels that touch another, or the edge of the picture, or are not as wide as they say. */
function badLabels(layout: Layout, metrics: Metrics): string[] {
  const labels = labelsOf(layout).toSorted((a, b) => a.y - b.y);
  return labels.flatMap((label, place) => {
    const touching: string[] = [];
    const { x, y, width, height, text } = label;
    const inside =
      x >= 0 &&
      x + width <= layout.width &&
      y >= 0 &&
      y + height <= layout.height + 0.001;
    if (!inside) touching.push(`${text} is outside`);
    if (Math.abs(width - metrics.textWidth(text)) > 0.01)
      touching.push(`${text} is wider`);
    for (let other = place + 1; other < labels.length; other += 1) {
      if (labels[other]!.y >= y + height) break;
      if (overlap(label, labels[other]!))
        touching.push(`${text} and ${labels[other]!.text}`);
    }
    return touching;
  });
}

/** Labels that reach into what is cut out. */
function tornLabels(layout: Layout): string[] {
  return layout.silences.flatMap(({ torn }) =>
    labelsOf(layout)
      .filter((label) => overlap(label, torn))
      .map(({ text }) => `${text} is torn`),
  );
}

/** Events that stand above others that were before them. */
function badMarks({ marks }: Layout): string[] {
  const sorted = marks.toSorted((a, b) => a.mark.id - b.mark.id);
  return sorted.flatMap(({ mark, y }, place) => {
    const before = sorted[place - 1];
    const ordered = !before || (mark.t >= before.mark.t && y >= before.y);
    return ordered ? [] : [mark.name];
  });
}

/** Arrows that do not begin or end where their events stand, or that go back in time. */
function badArrows(layout: Layout): string[] {
  const placeOf = new Map(layout.marks.map(({ mark, y }) => [mark, y]));
  const laneX = new Map(layout.lanes.map(({ lane, x }) => [lane.id, x]));
  return layout.arrows.flatMap(({ arrow, x1, y1, x2, y2, ending }) => {
    const { from, to, about } = arrow;
    const begins =
      x1 === laneX.get(from.lane) && (!from.mark || y1 === placeOf.get(from.mark));
    const arrives =
      x2 === laneX.get(to.lane) && (!to.mark || y2 === placeOf.get(to.mark));
    const ends = ending === 'cross' || arrives;
    const goesOn = !from.mark || !to.mark || from.mark.t >= to.mark.t || y2 >= y1;
    return begins && ends && goesOn ? [] : [about];
  });
}

function problemsOf(trace: JoinedTrace, metrics: Metrics): string[] {
  return layouts(trace, metrics).flatMap(([, layout]) =>
    badLabels(layout, metrics).concat(
      tornLabels(layout),
      badMarks(layout),
      badArrows(layout),
    ),
  );
}

describe.each(METRICS)('a layout for %s', (_, metrics) => {
  it.each(SAMPLES)('of %s has no two labels that touch', (name) => {
    expect(problemsOf(sample(name), metrics)).toEqual([]);
  });

  it('has no two labels that touch, whatever happened', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        expect(problemsOf(trace, metrics)).toEqual([]);
      }),
      { numRuns: runs(60) },
    );
  });

  it('gives every event its place, every lane and every arrow', () => {
    for (const name of SAMPLES) {
      for (const [act, layout] of layouts(sample(name), metrics)) {
        expect(layout.marks.map(({ mark }) => mark)).toEqual(act.marks);
        expect(layout.arrows.map(({ arrow }) => arrow)).toEqual(act.arrows);
        expect(layout.lanes.map(({ lane }) => lane)).toEqual(act.lanes);
      }
    }
  });
});

describe('a layout', () => {
  const [, metrics] = METRICS[2]!;
  const [[, uppercase]] = layouts(sample('tcp-uppercase'), metrics) as [[Act, Layout]];

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
    const [[, layout]] = layouts(sample('untraced-server'), metrics) as [[Act, Layout]];
    const [asked, refused] = layout.arrows.slice(-2);
    expect(asked!.y2).toBeLessThanOrEqual(refused!.y1);
    expect(refused!.y1).toBeLessThan(refused!.y2);
  });

  it('lets what is lost end before it arrives', () => {
    const [[, layout]] = layouts(sample('udp-fates'), metrics) as [[Act, Layout]];
    const lost = layout.arrows.find(({ arrow }) => arrow.fate === 'lost')!;
    const [receiver] = layout.lanes;
    expect(lost.ending).toBe('cross');
    expect(lost.x2).toBeGreaterThan(receiver!.x);
    expect(lost.x2).toBeLessThan(lost.x1);
  });

  it('draws its lanes nearer together where all of them then fit in', () => {
    const act = layouts(sample('tcp-uppercase'), {
      ...pixels({ width: 374, fontSize: 11, lane: 84 }),
    })[0]![1];
    const near = layouts(
      sample('tcp-uppercase'),
      pixels({ width: 374, fontSize: 11, lane: 84, tight: 66 }),
    )[0]![1];
    expect(near.lanes.length).toBe(act.lanes.length);
    expect(act.width).toBeGreaterThan(374);
    expect(near.width).toBeLessThanOrEqual(374);
  });

  it('grows when its lanes need more than the width', () => {
    const narrow = pixels({ width: 200, fontSize: 11, lane: 84 });
    const [[, layout]] = layouts(sample('tcp-boundaries'), {
      ...narrow,
      lanes: { comfortable: 9, most: 9 },
    }) as [[Act, Layout]];
    const xs = layout.lanes.map(({ x }) => x);
    expect(layout.width).toBeGreaterThan(200);
    expect(xs[1]! - xs[0]!).toBeGreaterThanOrEqual(84);
  });
});
