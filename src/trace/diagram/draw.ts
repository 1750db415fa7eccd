/**
 * A joined trace in, a picture out: the one call behind `socketlab diagram`.
 *
 *   joined trace ─ tell.ts ─► story ─ layout.ts ─► layout ─┬─ text-picture.ts   a terminal
 *                               │                          ├─ svg.ts            an image
 *                               │                          └─ page.ts           a page
 *                               └─ mermaid.ts   an order without times
 */
import type { JoinedTrace } from '../joined/index.ts';
import { inAscii } from './ascii.ts';
import { readAssets } from './assets.ts';
import type { LaneRoom } from './columns.ts';
import { layOut } from './layout.ts';
import { drawMermaid } from './mermaid.ts';
import { cells, pixels } from './metrics.ts';
import { leftOutOf, problemsOf, summaryOf } from './notes.ts';
import { drawPage } from './page.ts';
import { namesOf } from './spoken.ts';
import type { Act, Story } from './story.ts';
import { drawSvg } from './svg.ts';
import { tellStory } from './tell.ts';
import type { Painter } from './terminal.ts';
import { drawText } from './text-picture.ts';
import type { ViewOptions } from './view.ts';

export const FORMATS = ['term', 'svg', 'html', 'mermaid'] as const;
export type Format = (typeof FORMATS)[number];

export interface DrawOptions extends Omit<ViewOptions, 'limit'> {
  format: Format;
  /** What to call the trace if nothing else says what was traced. */
  title: string;
  /** In columns of a terminal, or in pixels. */
  width?: number | undefined;
  /** The most events to draw; each format has its own default. */
  limit?: number | undefined;
  /** In a terminal: use only ASCII characters. */
  ascii?: boolean | undefined;
  /** In a terminal: use colours. */
  paint?: Painter | undefined;
}

export interface Drawing {
  text: string;
  /** What is drawn: counts and the time that it spans. */
  summary: string;
  /** What is left out and how to see it, and what the trace does not explain. */
  notes: string[];
}

/** As many events as one looks at in one go. */
const LIMITS: Readonly<Record<Format, number>> = {
  term: 150,
  svg: 300,
  html: 500,
  mermaid: 150,
};
const WIDTHS = { term: 80, svg: 960 };
const SVG = { fontSize: 13, lane: 118 };

/**
 * @throws {MisuseError} ERR_BAD_ARGUMENT when there is no such socket, event or time
 * @throws {MisuseError} ERR_BAD_TRACE when nothing happened at all
 */
export async function drawDiagram(
  trace: JoinedTrace,
  options: DrawOptions,
): Promise<Drawing> {
  const { format, limit = LIMITS[format] } = options;
  const tell = (lanes: LaneRoom): Story => tellStory(trace, { ...options, limit, lanes });
  const [story, text] = await DRAW[format](tell, options);
  return {
    text,
    summary: summaryOf(story),
    notes: [...leftOutOf(story), ...problemsOf(story)],
  };
}

type Tell = (lanes: LaneRoom) => Story;
type Drawn = [story: Story, text: string];

const DRAW: Readonly<
  Record<Format, (tell: Tell, options: DrawOptions) => Drawn | Promise<Drawn>>
> = {
  term: (tell, { title, width = WIDTHS.term, ascii = false, paint = (text) => text }) => {
    const metrics = cells(width);
    const told = tell(metrics.lanes);
    const story = ascii ? inAscii(told) : told;
    return [story, drawText(story, title, metrics, { ascii, paint })];
  },
  svg: async (tell, { title, width = WIDTHS.svg }) => {
    const metrics = pixels({ width, ...SVG });
    const story = tell(metrics.lanes);
    const { svgStyle } = await readAssets();
    const acts = story.acts.map((act) => ({
      act,
      layout: layOut(act, metrics),
    }));
    const svg = drawSvg(acts, {
      title: story.command || title,
      description: [summaryOf(story), ...leftOutOf(story), ...problemsOf(story)].join(
        '. ',
      ),
      fontSize: SVG.fontSize,
      prefix: '',
      style: svgStyle,
      ...tooltips(story.acts),
    });
    return [story, `${svg}\n`];
  },
  html: async (tell, { title }) => {
    const metrics = pixels({ width: WIDTHS.svg, ...SVG });
    return [tell(metrics.lanes), drawPage(tell, title, await readAssets())];
  },
  mermaid: (tell) => {
    const story = tell(cells(WIDTHS.term * 3).lanes);
    return [story, drawMermaid(story)];
  },
};

type Tooltips = Pick<Parameters<typeof drawSvg>[1], 'arrow' | 'mark'>;

/** A page says this in a panel; an image has only a few words for it. */
function tooltips(acts: readonly Act[]): Tooltips {
  const names = namesOf(acts);
  return {
    arrow: (arrow) => ({ tag: 'g', attributes: {}, title: names.arrow(arrow) }),
    mark: (mark) => ({ tag: 'g', attributes: {}, title: names.mark(mark) }),
  };
}
