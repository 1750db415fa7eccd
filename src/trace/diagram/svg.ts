/**
 * Layouts as SVG. Pure. A picture that stands alone contains its style and explains each arrow in a
 * tooltip; in a page (page.ts) arrows and marks are links to what is said about them.
 */
import type { Layout, PlacedArrow, PlacedMark } from './placed.ts';
import {
  type Attributes,
  type Markup,
  tag,
  textOf,
  together,
  verbatim,
} from '../../common/page/index.ts';
import type { Act, Arrow } from './story.ts';
import {
  backed,
  endOf,
  handle,
  label,
  life,
  number,
  silence,
  wayOf,
} from './svg-shapes.ts';

/** What something in the picture is wrapped in. */
export interface Wrapper {
  tag: 'a' | 'g';
  attributes: Attributes;
  /** A tooltip, and what a screen reader says. */
  title?: string;
}

export interface SvgOptions {
  title: string;
  description: string;
  fontSize: number;
  /** Before every id: several pictures may stand in one page. */
  prefix: string;
  /** The style sheet, for a picture that stands alone. */
  style?: string;
  arrow: (arrow: Arrow) => Wrapper;
  mark: (mark: PlacedMark['mark']) => Wrapper;
}

export interface PlacedAct {
  act: Act;
  layout: Layout;
}

/** This many talks have colours of their own (see page/svg.css); then the colours repeat. */
const TINTS = 6;
/** Between two acts. */
const CURTAIN = 28;

export function drawSvg(acts: readonly PlacedAct[], options: SvgOptions): Markup {
  const width = Math.max(...acts.map(({ layout }) => layout.width));
  const heights = acts.map(({ layout }) => layout.height);
  const height = heights.reduce((sum, one) => sum + one, CURTAIN * (acts.length - 1));
  const drawn = acts.map(({ act, layout }, place) => {
    const before = heights.slice(0, place);
    const top = before.reduce((sum, one) => sum + one + CURTAIN, 0);
    return tag(
      'g',
      { class: 'act', transform: `translate(0 ${Math.round(top)})` },
      ...actOf(act, layout, options),
    );
  });
  const { prefix, title, description, fontSize, style } = options;
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'diagram',
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      'font-size': fontSize,
      role: style === undefined ? 'group' : 'img',
      'aria-labelledby': `${prefix}title ${prefix}about`,
    },
    tag('title', { id: `${prefix}title` }, textOf(title)),
    tag('desc', { id: `${prefix}about` }, textOf(description)),
    ...(style === undefined ? [] : [tag('style', {}, verbatim(style))]),
    tag('rect', { class: 'paper', width: Math.ceil(width), height: Math.ceil(height) }),
    together(drawn, '\n'),
  );
}

function actOf(act: Act, layout: Layout, options: SvgOptions): Markup[] {
  const tints = new Map(act.talks.map(({ key }, place) => [key, `c${place % TINTS}`]));
  const tint = (talk: string | undefined): string =>
    talk === undefined ? '' : ` ${tints.get(talk) ?? ''}`;
  const { width, gutter, groups, lanes, lives, silences, ticks, arrows, marks } = layout;
  const classOf = ({ arrow }: PlacedArrow): string =>
    `${kindOf(arrow)}${tint(arrow.talk)}`;
  const timed = [
    ...arrows.map((placed) => ({
      t: placed.arrow.from.mark?.t ?? placed.arrow.to.mark!.t,
      drawn: wrapped(
        options.arrow(placed.arrow),
        `arrow ${classOf(placed)}`,
        placed.label ? backed(placed.label) : [handle(placed)],
      ),
    })),
    ...marks.map((placed) => ({
      t: placed.mark.t,
      drawn: wrapped(
        options.mark(placed.mark),
        `mark ${placed.mark.tone}${tint(placed.mark.talk)}`,
        markShapes(placed),
      ),
    })),
  ].sort((a, b) => a.t - b.t);

  return [
    ...groups.map(({ group, x, width, top, bottom, title }) =>
      tag(
        'g',
        { class: group.traced ? 'group' : 'group outside' },
        tag('rect', {
          x: x + 3,
          y: (group.started ? top : layout.top) - 8,
          width: width - 6,
          height: bottom - (group.started ? top : layout.top) + 22,
          rx: 6,
        }),
        ...(title ? [label(title)] : []),
      ),
    ),
    ...lives.map((placed) =>
      tag(
        'g',
        {
          class: `life ${placed.life.kind}${tint(placed.life.talk)}`,
          'data-lanes': placed.life.lane,
        },
        ...life(placed),
      ),
    ),
    ...silences.map((placed) => silence(placed, width)),
    ...lanes.map(({ lane, titles }) =>
      tag(
        'g',
        { class: lane.traced ? 'lane' : 'lane outside', 'data-lanes': lane.id },
        tag('title', {}, textOf(lane.about)),
        ...titles.map((box, row) =>
          label(box, { class: row === 0 ? 'name' : 'address' }),
        ),
      ),
    ),
    tag(
      'g',
      { class: 'axis' },
      tag(
        'text',
        { x: gutter - 8, y: layout.top - options.fontSize * 2 },
        textOf(layout.unit),
      ),
      ...ticks.flatMap(({ y, label: box }) => [
        tag('line', { x1: gutter - 5, x2: gutter, y1: y, y2: y }),
        number(box),
      ]),
    ),
    // All lines first: a label is never crossed out by an arrow that comes later.
    ...arrows.map((placed) =>
      tag(
        'g',
        {
          class: `way ${classOf(placed)}`,
          'data-talk': placed.arrow.talk,
          'data-lanes': lanesOf(placed.arrow),
          'data-arrow': placed.arrow.id,
        },
        tag('path', { class: 'hit', d: wayOf(placed) }),
        tag('path', { class: 'line', d: wayOf(placed) }),
        ...endOf(placed),
      ),
    ),
    ...timed.map(({ drawn }) => drawn),
  ];
}

function wrapped(
  { tag: name, attributes, title }: Wrapper,
  kind: string,
  inside: Markup[],
): Markup {
  return tag(
    name,
    { ...attributes, class: `${kind} ${attributes['class'] ?? ''}`.trim() },
    ...(title === undefined ? [] : [tag('title', {}, textOf(title))]),
    ...inside,
  );
}

function kindOf({ kind, fate }: Arrow): string {
  const data = kind === 'bytes' || kind === 'datagram';
  return `${kind} ${fate} ${data ? 'data' : 'control'}`;
}

/** For a page that shows some of them alone. */
export function lanesOf({ from, to }: Arrow): string {
  return [...new Set([from.lane, to.lane])].join(' ');
}

function markShapes({ mark, x, y, label: box }: PlacedMark): Markup[] {
  return [
    ...(mark.lane === undefined ? [] : [tag('circle', { cx: x, cy: y, r: 3.5 })]),
    ...(box ? backed(box) : []),
  ];
}
