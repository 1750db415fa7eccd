/** What stands in the margins of a picture of arrows, one below the other. Pure. */
import { type Markup, tag, textOf } from '../../../common/page/index.ts';
import { CLOCK, LEFT, LINE, RIGHT, type Scale } from './arrow-scale.ts';
import type { Crossing, Recorded, Step } from './record.ts';
import { messagesIn, rangeOf } from './words.ts';

/** How far the labels above may push a label down. */
const FARTHEST = 3 * LINE;
/** How many characters a line in the margin has. */
const WIDEST = 18;

interface Label {
  y: number;
  words: string;
  isLost?: boolean;
}

/** The names of packets where they leave, and the messages where they are delivered. */
export function labels({ steps }: Recorded, { end, shown, y }: Scale): Markup[] {
  const sent = (direction: Crossing['direction']): Label[] =>
    shown
      .filter((one) => one.direction === direction)
      .map(({ leaves, lostAt, name }) => ({
        y: y(leaves),
        words: name,
        isLost: lostAt !== undefined,
      }));
  return [
    ...placed(sent('there'), 0).map((one) => margin('left', LEFT - CLOCK - 4, one)),
    ...placed([...sent('back'), ...delivered(steps, end, y)], WIDEST).map((one) =>
      margin('right', RIGHT + 7, one),
    ),
  ];
}

function margin(side: string, x: number, { isLost = false, words, y }: Label): Markup {
  return write(isLost ? `${side} lost` : side, x, y + 4, words);
}

function delivered(steps: readonly Step[], end: number, y: Scale['y']): Label[] {
  const at = new Map<number, number[]>();
  for (const { fired, time } of steps) {
    const messages = messagesIn(fired?.actions ?? []);
    if (messages.length === 0 || time > end) continue;
    at.set(time, [...(at.get(time) ?? []), ...messages]);
  }
  return [...at].map(([time, messages]) => ({
    y: y(time),
    words: `delivers ${rangeOf(messages)}`,
  }));
}

/**
 * One below the other, as far as there is room.
 * @param widest characters of a line in which those at the same place stand side by side
 */
function placed(labelsOfSide: readonly Label[], widest: number): Label[] {
  const sorted = [...labelsOfSide].sort((a, b) => a.y - b.y);
  const lines: (Required<Label> & { own: number; hidden: number })[] = [];
  for (const { isLost = false, words, y } of sorted) {
    const before = lines.at(-1);
    const at = Math.max(y, (before?.y ?? -Infinity) + LINE);
    const both = `${before?.words}, ${words}`;
    if (before?.own === y && both.length <= widest) {
      before.words = both;
      before.isLost &&= isLost;
    } else if (before && at - y > FARTHEST) before.hidden += 1;
    else lines.push({ y: at, own: y, words, isLost, hidden: 0 });
  }
  return lines.map(({ hidden, isLost, words, y }) => ({
    y,
    isLost,
    words: hidden > 0 ? `${words} +${hidden}` : words,
  }));
}

export function write(name: string, x: number, y: number, words: string): Markup {
  return tag('text', { class: name, x, y }, textOf(words));
}
