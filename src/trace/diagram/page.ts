/**
 * A story as one page that needs nothing else: no other file, no server, no other host. Pure.
 *
 *   what was traced, what is shown, what is left out
 *   [ everything ▾ ]                                      shows one connection alone
 *   ┌ picture ──────────────────┐ ┌ panel ────────────┐   two layouts of the picture: one for
 *   │                           │ │ what the arrow is │   wide screens and paper, one for phones
 *   └───────────────────────────┘ └───────────────────┘
 *   every event, in order: a list, into which arrows and marks are links
 *
 * What programs sent stands in it only as text (common/page/markup.ts), and the page's policy
 * forbids every script but ours (Content-Security-Policy), so that not even a mistake there
 * could run any.
 */
import type { Assets } from './assets.ts';
import { type Markup, tag, textOf, verbatim } from '../../common/page/index.ts';
import { cardId, cardsOf } from './cards.ts';
import type { LaneRoom } from './columns.ts';
import { layOut } from './layout.ts';
import { pixels } from './metrics.ts';
import { leftOutOf, problemsOf, summaryOf } from './notes.ts';
import { namesOf, type Spoken } from './spoken.ts';
import type { Act, Arrow, Mark, Story } from './story.ts';
import { drawSvg, lanesOf, type Wrapper } from './svg.ts';

/** On a wide screen and on paper; on a phone. */
const SIZES = {
  wide: { width: 884, fontSize: 13, lane: 118, tight: 100 },
  narrow: { width: 374, fontSize: 11, lane: 84, tight: 66 },
};

type Kind = keyof typeof SIZES;

/**
 * @param tell the story, for this many lanes
 * @param title of the page: the name of the trace, most likely
 */
export function drawPage(
  tell: (room: LaneRoom) => Story,
  title: string,
  assets: Assets,
): string {
  const story = tell(pixels(SIZES.wide).lanes);
  const narrow = tell(pixels(SIZES.narrow).lanes);
  const { svgStyle, pageStyle, script, hash } = assets;
  const style = svgStyle + pageStyle;
  const policy =
    `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; ` +
    `img-src data:; base-uri 'none'; form-action 'none'`;
  const head = tag(
    'head',
    {},
    tag('meta', { charset: 'utf-8' }),
    tag('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    tag('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    tag('meta', { name: 'color-scheme', content: 'light dark' }),
    tag('link', { rel: 'icon', href: 'data:,' }),
    tag('title', {}, textOf(`${title} – socketlab diagram`)),
    tag('style', {}, verbatim(style)),
  );
  const body = tag(
    'body',
    {},
    ...introduction(story, title),
    tools(story),
    tag(
      'main',
      { class: 'stage' },
      tag(
        'div',
        {},
        picture('wide', story, title),
        // The same events in the same order: only the lanes may share their places.
        picture('narrow', narrow, title),
      ),
      panel(),
    ),
    tag(
      'section',
      { class: 'events', id: 'events' },
      tag('h2', {}, textOf('Every event, in order')),
      ...story.acts.map((act) => tag('ol', {}, ...cardsOf(story, act))),
    ),
    tag('script', {}, verbatim(script)),
  );
  return `<!doctype html>\n${tag('html', { lang: 'en' }, head, body)}\n`;
}

function introduction(story: Story, title: string): Markup[] {
  const notes = [...leftOutOf(story), ...problemsOf(story)];
  return [
    tag('a', { class: 'skip', href: '#events' }, textOf('to the list of all events')),
    tag(
      'header',
      {},
      tag('h1', {}, textOf(story.command || title)),
      tag('p', { class: 'quiet' }, textOf(summaryOf(story))),
      ...(notes.length === 0
        ? []
        : [tag('div', { class: 'notes' }, tag('ul', {}, ...notes.map(item)))]),
    ),
  ];
}

function item(text: string): Markup {
  return tag('li', {}, textOf(text));
}

function tools({ acts }: Story): Markup {
  const talks = acts.flatMap((act) => act.talks);
  const lanes = acts.flatMap((act) => act.lanes);
  return tag(
    'div',
    { class: 'tools' },
    tag(
      'label',
      {},
      textOf('Show '),
      tag(
        'select',
        { id: 'show' },
        tag('option', { value: 'all' }, textOf('everything')),
        tag(
          'optgroup',
          { label: 'connections, and pairs that send datagrams' },
          ...talks.map(({ key, name, transport }) =>
            tag(
              'option',
              { value: `talk ${key}` },
              textOf(`${NAMES[transport]}: ${name}`),
            ),
          ),
        ),
        tag(
          'optgroup',
          { label: 'sockets' },
          ...lanes.map(({ id, about }) =>
            tag('option', { value: `lane ${id}` }, textOf(about)),
          ),
        ),
      ),
    ),
    tag('span', { id: 'shown', class: 'quiet', role: 'status' }),
    legend(),
  );
}

const NAMES = { udp: 'UDP', tcp: 'TCP', path: 'path' } as const;

const LEGEND = [
  'Time runs downwards, on one axis for all lanes. A longer pause is cut out, and the gap says how long it was.',
  'A lane is a socket: dotted until it has its address, a bar while it is connected.',
  'A full arrowhead carries bytes; an open one is a handshake, an accept, a FIN or a RST.',
  'Dashed: one end was not traced, or nobody is there. A cross: it was never received, or never read.',
  'Point at an arrow, tap it, or reach it with Tab; the arrow keys go on from there.',
];

function legend(): Markup {
  return tag(
    'details',
    { class: 'legend' },
    tag('summary', {}, textOf('How to read it')),
    tag('ul', {}, ...LEGEND.map(item)),
  );
}

function panel(): Markup {
  return tag(
    'aside',
    { id: 'panel', class: 'panel empty', 'aria-live': 'polite', 'aria-label': 'details' },
    tag(
      'button',
      { id: 'close', class: 'close', type: 'button', 'aria-label': 'close' },
      textOf('×'),
    ),
    tag(
      'p',
      { class: 'quiet' },
      textOf(
        'Point at an arrow, or reach it with Tab, to see here what it carried, and the call.',
      ),
    ),
  );
}

function picture(kind: Kind, story: Story, title: string): Markup {
  const metrics = pixels(SIZES[kind]);
  const acts = story.acts.map((act) => ({ act, layout: layOut(act, metrics) }));
  const spoken = namesOf(story.acts);
  const svg = drawSvg(acts, {
    title,
    description: `${summaryOf(story)}. Every event is in the list below.`,
    fontSize: SIZES[kind].fontSize,
    prefix: `${kind}-`,
    arrow: arrowLink(spoken),
    mark: markLink(spoken, story.acts),
  });
  return tag('div', { class: `picture ${kind}` }, svg);
}

function arrowLink({ arrow: titleOf }: Spoken): (arrow: Arrow) => Wrapper {
  return (arrow) => {
    const { from, to, fate, kind, talk, id } = arrow;
    const cards = [...new Set([from.mark, to.mark])].flatMap((mark) =>
      mark ? [cardId(mark)] : [],
    );
    return {
      tag: 'a',
      title: titleOf(arrow),
      attributes: {
        href: `#${cards[0]}`,
        'data-cards': cards.join(' '),
        'data-kind': kind,
        'data-fate': fate,
        'data-talk': talk,
        'data-lanes': lanesOf(arrow),
        'data-arrow': id,
      },
    };
  };
}

function markLink(
  { mark: titleOf }: Spoken,
  acts: readonly Act[],
): (mark: Mark) => Wrapper {
  const told = new Set(
    acts.flatMap(({ arrows }) => arrows.flatMap(({ from, to }) => [from.mark, to.mark])),
  );
  return (mark) => ({
    tag: 'a',
    title: titleOf(mark),
    attributes: {
      // The keyboard reaches it through its arrow.
      class: told.has(mark) ? 'told' : undefined,
      tabindex: told.has(mark) ? -1 : undefined,
      href: `#${cardId(mark)}`,
      'data-cards': cardId(mark),
      'data-talk': mark.talk,
      'data-lanes': mark.lane,
    },
  });
}
