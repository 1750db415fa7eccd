/** The shapes of an SVG: arrows with their ends, lives, silences, labels. Pure. */
import type { Box } from './boxes.ts';
import { type Attributes, type Markup, tag, textOf } from '../../common/page/index.ts';
import type { PlacedArrow, PlacedLife, PlacedSilence } from './placed.ts';

/** How far from the middle of a lane an arrow ends: at the edge of a connection's bar. */
const REACH = 5;
const HEAD = { long: 9, wide: 3.6 };
const LOOP = 26;

export function label(box: Box, attributes: Attributes = {}): Markup {
  return tag(
    'text',
    {
      ...attributes,
      x: box.x,
      y: box.y + box.height / 2,
      // Whatever the font is, the text is as wide as the layout thinks.
      textLength: box.width,
      lengthAdjust: 'spacingAndGlyphs',
    },
    textOf(box.text),
  );
}

/** With a ground behind it, so that no line goes through its letters. */
export function backed(box: Box): Markup[] {
  const { x, y, width, height } = box;
  return [
    tag('rect', { class: 'back', x: x - 2, y, width: width + 4, height }),
    label(box),
  ];
}

/** What stands for an arrow without a label, for a pointer and the keyboard. */
export function handle({ x1, y1, x2, y2 }: PlacedArrow): Markup {
  return tag('circle', { class: 'handle', cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, r: 6 });
}

/** On the axis: it ends where the axis begins. */
export function number(box: Box): Markup {
  return tag(
    'text',
    { x: box.x + box.width, y: box.y + box.height / 2 },
    textOf(box.text),
  );
}

/** The line of an arrow, as the `d` of a path. */
export function wayOf({ x1, y1, x2, y2, ending }: PlacedArrow): string {
  if (x1 === x2) return `M${r(x1 + REACH)} ${r(y1)}h${LOOP}V${r(y2)}h${REACH - LOOP}`;
  const { ux, uy, length } = unit(x1, y1, x2, y2);
  const start = Math.min(REACH, length / 3);
  const stop = ending === 'tip' || ending === 'query' ? length - REACH : length;
  return (
    `M${r(x1 + ux * start)} ${r(y1 + uy * start)}` +
    `L${r(x1 + ux * stop)} ${r(y1 + uy * stop)}`
  );
}

/** What the arrow has at its end. */
export function endOf(placed: PlacedArrow): Markup[] {
  const { x1, y1, x2, y2, ending } = placed;
  const { ux, uy } = x1 === x2 ? { ux: -1, uy: 0 } : unit(x1, y1, x2, y2);
  const [x, y] = [x2 - ux * REACH, y2 - uy * REACH];
  switch (ending) {
    case 'tip': {
      const back = { x: x - ux * HEAD.long, y: y - uy * HEAD.long };
      const side = { x: -uy * HEAD.wide, y: ux * HEAD.wide };
      const points = [
        `M${r(back.x + side.x)} ${r(back.y + side.y)}`,
        `L${r(x)} ${r(y)}`,
        `L${r(back.x - side.x)} ${r(back.y - side.y)}`,
      ];
      return [tag('path', { class: 'head', d: points.join('') })];
    }
    case 'cross':
      return [
        tag('path', {
          class: 'cross',
          d: `M${r(x2 - 5)} ${r(y2 - 5)}l10 10m0 -10l-10 10`,
        }),
      ];
    case 'query':
      return [
        tag(
          'g',
          { class: 'query' },
          tag('circle', { cx: x - ux * 7, cy: y - uy * 7, r: 7 }),
          tag('text', { x: x - ux * 7, y: y - uy * 7 }, textOf('?')),
        ),
      ];
    default:
      return [];
  }
}

export function life({
  life: { kind, from, last, talk },
  x,
  top,
  bottom,
}: PlacedLife): Markup[] {
  const length = Math.max(bottom - top, 0);
  const cap = (y: number): Markup =>
    tag('line', { class: 'cap', x1: x - 8, x2: x + 8, y1: y, y2: y });
  const starts = from !== undefined && (kind === 'connected' || kind === 'new');
  const caps = [...(starts ? [cap(top)] : []), ...(last ? [cap(bottom)] : [])];
  if (kind === 'connected' || kind === 'asking') {
    const width = REACH * 2 - 1;
    const bar = { x: x - width / 2, y: top, width, height: length };
    return [tag('rect', bar), ...(talk === undefined ? [] : caps)];
  }
  return [tag('line', { x1: x, x2: x, y1: top, y2: bottom }), ...caps];
}

/** How far a torn edge goes up and down, in pixels. */
const TOOTH = 2.5;

/** A strip torn out of the picture. */
export function silence({ torn, label: box }: PlacedSilence, width: number): Markup {
  const [upper, lower] = [torn.y + TOOTH, torn.y + torn.height - TOOTH];
  const teeth = Math.max(2, Math.round(width / 12));
  const step = width / teeth;
  const edge = (y: number, direction: 1 | -1): string =>
    Array.from({ length: teeth }, (_, tooth) => {
      const up = tooth % 2 === 0 ? -TOOTH : TOOTH;
      return `l${r((step / 2) * direction)} ${up}l${r((step / 2) * direction)} ${-up}`;
    }).join('');
  const d = `M0 ${r(upper)}${edge(upper, 1)}L${r(width)} ${r(lower)}${edge(lower, -1)}Z`;
  return tag('g', { class: 'silence' }, tag('path', { d }), number(box));
}

function unit(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): { ux: number; uy: number; length: number } {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  return { ux: (x2 - x1) / length, uy: (y2 - y1) / length, length };
}

/** One decimal is a tenth of a pixel. */
function r(value: number): number {
  return Math.round(value * 10) / 10;
}
