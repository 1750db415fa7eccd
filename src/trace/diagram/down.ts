/**
 * From top to bottom: every event at its moment, with its labels, clear of all above. Pure.
 *
 *          skyline of what stands above
 *   ▁▁▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁
 *              ↓ as far as the time says, and then as far as the labels need
 *   301.0      ┤ send 17 B
 */
import type { Across } from './across.ts';
import { Axis, linesFor, scaleFor } from './axis.ts';
import { type Box, lowered, type Rectangle, Skyline } from './boxes.ts';
import type { Metrics } from './metrics.ts';
import { type Moment, Moments } from './moments.ts';
import type { PlacedMark, PlacedSilence, PlacedTick } from './placed.ts';
import type { Act, Arrow, Mark } from './story.ts';
import { duration } from './words.ts';

export interface Down {
  top: number;
  bottom: number;
  axis: Axis;
  /** µs that a line stands for. */
  step: number;
  ticks: PlacedTick[];
  silences: PlacedSilence[];
  marks: Map<Mark, PlacedMark>;
  arrowLabels: Map<Arrow, Box>;
  /** The headings of lanes that take over a column. */
  titles: Map<number, Box[]>;
}

export function placeDown(act: Act, across: Across, metrics: Metrics): Down {
  const { marks } = act;
  const { step, line, grid } = metrics;
  const gaps = marks.slice(1).map((mark, place) => mark.t - marks[place]!.t);
  const scale = scaleFor(gaps, step.most);
  const snap = (y: number): number => (grid ? Math.round(y) : y);
  const moments = new Moments(act, across, metrics);
  const skyline = new Skyline(metrics.between);
  for (const { titles } of across.lanes) for (const box of titles) skyline.add(box);
  const down: Down = {
    // What began before comes in from above.
    top: across.head - line * (grid ? 1 : 0.6),
    bottom: across.head,
    axis: new Axis(),
    step: scale.step,
    ticks: [],
    silences: [],
    marks: new Map(),
    arrowLabels: new Map(),
    titles: new Map(),
  };
  let y = across.head;
  // Nothing is said about the time before the first event.
  let before = marks[0]?.t ?? 0;
  for (const mark of marks) {
    const lines = linesFor(mark.t - before, scale, mark.t > before ? step.least : 0);
    if (lines === undefined) {
      const silence = placeSilence(y, mark.t - before, { across, metrics, skyline });
      down.silences.push(silence);
      skyline.add(silence.label);
      skyline.add(silence.torn);
      y = silence.bottom;
    } else y += snap(lines * line);

    const moment = moments.of(mark);
    const boxes = boxesOf(moment);
    for (const box of boxes) y = Math.max(y, skyline.below(box));
    settle(moment, y, down);
    for (const box of boxes) {
      const placed = lowered(box, y);
      skyline.add(placed);
      down.bottom = Math.max(down.bottom, placed.y + placed.height);
    }
    const label = tickLabel(mark.t, y, across, metrics);
    const same = down.ticks.at(-1)?.label.text === label.text;
    if (!same && skyline.below(label) <= 0) {
      down.ticks.push({ t: mark.t, y, label });
      skyline.add(label);
    }
    down.axis.add(mark.t, y);
    skyline.forget(y - FAR * line);
    before = mark.t;
  }
  down.bottom = snap(down.bottom + line * (grid ? 0 : 0.5));
  return down;
}

/** No label belongs to a moment more than this many lines above it. */
const FAR = 20;

function settle(moment: Moment, y: number, down: Down): void {
  const { mark, x, side, label } = moment;
  down.marks.set(mark, { mark, x, y, side, label: label && lowered(label, y) });
  for (const [arrow, box] of moment.arrows) down.arrowLabels.set(arrow, lowered(box, y));
  for (const { lane, boxes } of moment.newcomers) {
    down.titles.set(
      lane,
      boxes.map((box) => lowered(box, y)),
    );
  }
}

function boxesOf({ label, arrows, newcomers, dots }: Moment): Rectangle[] {
  return [
    ...dots,
    ...(label ? [label] : []),
    ...arrows.map(([, box]) => box),
    ...newcomers.flatMap(({ boxes }) => boxes),
  ];
}

interface Sky {
  across: Across;
  metrics: Metrics;
  skyline: Skyline;
}

/** Below `y`, and below the last labels of what was before it. */
function placeSilence(
  y: number,
  length: number,
  { across: { gutter, width: whole }, metrics, skyline }: Sky,
): PlacedSilence {
  const { step, line, grid, textWidth, pad } = metrics;
  const rows = line * step.silence;
  const [from, to] = grid ? [line, rows] : [rows / 4, (rows * 3) / 4];
  const torn = { x: gutter, y: from, width: whole - gutter, height: to - from };
  const top = Math.max(y, skyline.below(torn));
  const bottom = top + rows;
  const text = duration(length);
  const width = textWidth(text);
  const x = Math.max(0, gutter - pad - width);
  const label = { x, y: (top + bottom - line) / 2, width, height: line, text };
  return {
    top,
    bottom,
    torn: lowered(torn, top),
    label: grid ? { ...label, y: Math.ceil(label.y) } : label,
  };
}

function tickLabel(
  t: number,
  y: number,
  { clock, gutter }: Across,
  { textWidth, pad, rise, line }: Metrics,
): Box {
  const text = clock.write(t);
  const width = textWidth(text);
  return { x: gutter - pad - width, y: y - rise, width, height: line, text };
}
