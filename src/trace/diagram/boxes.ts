/** Boxes of text, and how they find a place without touching each other. Pure. */
import type { Metrics } from './metrics.ts';
import type { Words } from './story.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
}

export type Rectangle = Omit<Box, 'text'>;

export function overlap(a: Rectangle, b: Rectangle): boolean {
  return (
    a.x < b.x + b.width &&
    b.x < a.x + a.width &&
    a.y < b.y + b.height &&
    b.y < a.y + a.height
  );
}

/** The same box, this much further down. */
export function lowered<T extends Rectangle>(box: T, by: number): T {
  return { ...box, y: box.y + by };
}

/** The longest version of the words that fits; if none does, what was sent is shortened. */
export function fit(
  words: Words,
  room: number,
  { textWidth }: Metrics,
): string | undefined {
  for (const text of words) {
    if (textWidth(text) <= room) return text;
    const quote = text.indexOf('"');
    if (quote < 0) continue;
    const cut = cutTo(text, room, textWidth);
    // A few letters of what was sent tell more than none.
    if (cut !== undefined && cut.length > quote + LEAST_LETTERS) return cut;
  }
  const [last] = words.slice(-1);
  return last === undefined ? undefined : cutTo(last, room, textWidth);
}

const LEAST_LETTERS = 4;
const ELLIPSIS = '…';
const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The beginning of a text, in whole characters as people see them. */
function cutTo(
  text: string,
  room: number,
  textWidth: Metrics['textWidth'],
): string | undefined {
  let kept = '';
  for (const { segment } of segments.segment(text)) {
    if (textWidth(kept + segment + ELLIPSIS) > room) break;
    kept += segment;
  }
  return kept === '' ? undefined : kept + ELLIPSIS;
}

/** Everything that stands already, for what comes below it. */
export class Skyline {
  readonly #between: number;
  #boxes: Rectangle[] = [];

  constructor(between: number) {
    this.#between = between;
  }

  /** How far down a box that is placed for y = 0 must move in order to touch nothing. */
  below(box: Rectangle): number {
    let y = -Infinity;
    for (const other of this.#boxes) {
      const beside = other.x >= box.x + box.width || box.x >= other.x + other.width;
      if (!beside) y = Math.max(y, other.y + other.height + this.#between - box.y);
    }
    return y;
  }

  add(box: Rectangle): void {
    this.#boxes.push(box);
  }

  /** Forgets everything above a height that nothing will reach again. */
  forget(height: number): void {
    this.#boxes = this.#boxes.filter((box) => box.y + box.height > height);
  }
}
