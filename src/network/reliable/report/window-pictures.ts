/** Draws the window as a strip that slides over the messages: SVG text, from a record. Pure. */
import { fixed, MARGIN, PAGE, svg, WIDTH } from '../../../common/page/index.ts';
import { rangeOf } from '../player/words.ts';
import { lastOf, type View } from './pictures.ts';
import type { RungRecord } from './record.ts';
import { CELLS, sentBy, slidingWindow, type Strip, stripAt } from './strip.ts';

const MOST_CELLS = 80;

/** The window as it slides over the messages. */
export function windowStrips({ flows, rung }: RungRecord): string {
  const { first, strips } = slidingWindow(flows[0]!, MOST_CELLS);
  const count = strips[0]?.cells.length ?? 0;
  const place = { x: MARGIN, size: cellSize(WIDTH - MARGIN, count) };
  const row = place.size + 36;
  const rows = strips.flatMap((strip, index) => [
    `<text x="0" y="${fixed(index * row + 16)}">${fixed(strip.at)} ms: ${strip.words}</text>`,
    ...cellRow(strip, { ...place, y: index * row + 22 }),
  ]);
  const bottom = strips.length * row + 14;
  const numbers = numbersBelow(first + 1, count, { ...place, y: bottom });
  return svg(bottom + 6, `${rung}: the window at some moments`, [...rows, ...numbers]);
}

/**
 * The window at one moment, over the numbers of all that is ever sent; just before something is
 * sent again unless the moment is given.
 */
export function windowAt({ flows, rung }: RungRecord, view: View = {}): string {
  const flow = flows[0]!;
  const again = flow.sendings.find(({ attempt }) => attempt > 0);
  const { frame = PAGE, now = again ? again.at - 0.001 : lastOf(flow.base) / 2 } = view;
  const count = sentBy(flow, Infinity);
  const strip = stripAt(flow, 0, count, { at: now, words: '' });
  const place = { x: 1, size: cellSize(frame.width, count), y: 4 };
  const bottom = place.size + frame.line + 4;
  const numbers = numbersBelow(0, count, { ...place, y: bottom });
  const kinds = Object.entries(CELLS).flatMap(([cell, { meaning }]) => {
    const own = [...strip.cells.keys()].filter((k) => strip.cells[k] === cell);
    return own.length > 0 ? [`${meaning} ${rangeOf(own)}`] : [];
  });
  const at = `at ${fixed(now)} ms`;
  const moment = `<text x="0" y="${bottom + frame.line}">${at}</text>`;
  return svg(
    bottom + frame.line + 4,
    `${rung}: the window ${at}: ${kinds.join('; ')}`,
    [...cellRow(strip, place), ...numbers, moment],
    frame,
  );
}

interface Place {
  x: number;
  y: number;
  /** From one cell to the next. */
  size: number;
}

function cellSize(width: number, count: number): number {
  return Math.min(26, (width - 2) / Math.max(1, count));
}

/** The cells, and the window around some of them. */
function cellRow({ cells, window: [from, to] }: Strip, { size, x, y }: Place): string[] {
  const edge = (k: number): number => fixed(x + k * size - 1);
  const frame =
    `<rect class="window" x="${edge(from)}" y="${y - 3}" width="${fixed((to - from) * size)}" ` +
    `height="${fixed(size + 4)}"/>`;
  const row = cells.map((cell, k) => rect(cell, x + k * size, y, size - 2));
  return to > from ? [...row, frame] : row;
}

/** @param first the number of the first cell */
function numbersBelow(first: number, count: number, { size, x, y }: Place): string[] {
  const wide = count > 16 ? 5 : 1;
  const each = count > 30 ? 10 : wide;
  return Array.from({ length: count }, (_, k) =>
    k === 0 || (first + k) % each === 0
      ? `<text x="${fixed(x + (k + 0.5) * size - 1)}" y="${fixed(y)}" text-anchor="middle">` +
        `${first + k}</text>`
      : '',
  );
}

export function stripLegend(): string {
  const entries = Object.entries(CELLS).map(
    ([cell, { meaning }]) =>
      `<li><svg viewBox="0 0 16 16" aria-hidden="true">${rect(cell, 1, 1, 14)}</svg>` +
      `${meaning}</li>`,
  );
  return `<ul class="legend">${entries.join('')}</ul>`;
}

function rect(cell: string, x: number, y: number, size: number): string {
  return (
    `<rect class="cell ${cell}" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(size)}" ` +
    `height="${fixed(size)}"/>`
  );
}
