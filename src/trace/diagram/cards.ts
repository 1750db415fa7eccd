/**
 * Writes the card that a page shows for an event: when, who, the call in Node's words and in the
 * lecture's, the bytes, the line of the program. Pure.
 */
import type { SocketEvent } from '../joined/index.ts';
import { type Markup, tag, textOf } from '../../common/page/index.ts';
import { visible } from '../../common/text/index.ts';
import { callOf } from './calls.ts';
import { preview } from './labels.ts';
import type { Act, Arrow, Lane, Mark, Story } from './story.ts';
import { addressWords, duration, range, size } from './words.ts';

/** Where a card is found. */
export function cardId({ id }: Mark): string {
  return `event-${id}`;
}

/** All cards of an act, as items of a list. */
export function cardsOf(story: Story, act: Act): Markup[] {
  const lanes = new Map(act.lanes.map((lane) => [lane.id, lane]));
  const groups = new Map(act.groups.map((group) => [group.id, group.name]));
  const arrows = new Map<Mark, Arrow[]>();
  for (const arrow of act.arrows) {
    for (const mark of new Set([arrow.from.mark, arrow.to.mark])) {
      if (mark) arrows.set(mark, [...(arrows.get(mark) ?? []), arrow]);
    }
  }
  return act.marks.map((mark) => {
    const lane = mark.lane === undefined ? undefined : lanes.get(mark.lane);
    const who = lane?.name ?? groups.get(mark.group) ?? '';
    return tag(
      'li',
      {
        id: cardId(mark),
        'data-talk': mark.talk,
        'data-lanes': mark.lane,
        tabindex: -1,
      },
      tag(
        'h3',
        {},
        tag('time', {}, textOf(`${Number((mark.t / 1000).toFixed(3))} ms`)),
        textOf(` ${who}: `),
        tag('b', {}, textOf(mark.label[0] ?? mark.event?.type ?? '')),
      ),
      ...payloadOf(mark.event),
      facts(factsOf(story, mark, lanes, arrows.get(mark) ?? [])),
    );
  });
}

type Fact = [name: string, value: Markup];

function facts(rows: readonly Fact[]): Markup {
  return tag(
    'dl',
    {},
    ...rows.flatMap(([name, value]) => [
      tag('dt', {}, textOf(name)),
      tag('dd', {}, value),
    ]),
  );
}

/** The bytes, as many as the trace has. */
function payloadOf(event: SocketEvent | undefined): Markup[] {
  if (!event || !('bytes' in event)) return [];
  const shown = preview(event);
  return shown === undefined ? [] : [tag('pre', { class: 'bytes' }, textOf(shown))];
}

function factsOf(
  { sources }: Story,
  mark: Mark,
  lanes: ReadonlyMap<number, Lane>,
  arrows: readonly Arrow[],
): Fact[] {
  const { event, notes, name } = mark;
  const lane = mark.lane === undefined ? undefined : lanes.get(mark.lane);
  const rows: Fact[] = [];
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined) rows.push([key, textOf(value)]);
  };
  if (event && lane) {
    const { node, lecture } = callOf(event, lane);
    if (!lane.seen) rows.push(['in Node', tag('code', {}, textOf(node))]);
    // A relay sees what came, but not always by which call.
    const known = !lane.seen || !UNKNOWN.has(event.type);
    if (known) rows.push(['in the lecture', tag('code', {}, textOf(lecture))]);
  }
  if (event && 'bytes' in event) add('bytes', bytesOf(event));
  if (event?.type === 'send') add('to', addressWords(event.to)[0]);
  if (event?.type === 'receive') add('from', addressWords(event.from)[0]);
  for (const arrow of arrows) add(...wayOf(arrow, mark, lanes));
  for (const note of new Set(notes)) add('note', note);
  if (event?.at) {
    const { file, line } = event.at;
    const source = sources.get(`${file}:${line}`);
    const place = textOf(`${visible(file)}:${line}`);
    const shown = source === undefined ? [] : [sourceLine(source)];
    rows.push(['line', tag('span', {}, tag('code', {}, place), ...shown)]);
  }
  if (event) add('event', name);
  return rows;
}

const UNKNOWN = new Set<SocketEvent['type']>([
  'socket',
  'bind',
  'receive',
  'read',
  'shutdown',
  'close',
]);

function sourceLine(source: string): Markup {
  return tag('pre', { class: 'source' }, tag('code', {}, textOf(visible(source.trim()))));
}

function bytesOf(event: SocketEvent & { bytes: number; digest: string }): string {
  const digest = `XXH32 ${event.digest}`;
  if (event.type !== 'write' && event.type !== 'read') {
    return `${size(event.bytes)}, ${digest}`;
  }
  const { offset, bytes } = event;
  return bytes === 0
    ? size(0)
    : `${size(bytes)}: ${range(offset, offset + bytes)} of the stream, ${digest}`;
}

/** What became of what was sent here, or where it came from. */
function wayOf(
  { from, to, about }: Arrow,
  mark: Mark,
  lanes: ReadonlyMap<number, Lane>,
): [key: string, value: string] {
  const starts = from.mark === mark;
  const other = starts ? to : from;
  const key = starts ? 'goes' : 'comes';
  const what = other.mark?.label[0];
  if (!other.mark || other.mark === mark || what === undefined) return [key, about];
  const later = other.mark.t - mark.t;
  const when = `${duration(Math.abs(later))} ${later >= 0 ? 'later' : 'earlier'}`;
  const name = lanes.get(other.lane)?.name ?? '';
  return [key, `${starts ? 'to' : 'from'} ${name}: ${what}, ${when}`];
}
