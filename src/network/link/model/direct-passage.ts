/**
 * A passage over a perfect link whose fates nobody asks for: bytes go through as they come, and
 * segments are only counted. A model of each would be ten times slower, and say the same. Pure.
 *
 * Read next: passage.ts, for all other links.
 */
import { LARGEST_SEGMENT } from './headers.ts';
import type { Link } from './options.ts';
import { type Action, OBJECTS, type Passage, RESET_PAUSE } from './passage.ts';

type Bytes = Extract<Action, { type: 'bytes' }>;

/** Bytes that are not modelled have no delivery to report. */
export type AnyAction =
  Exclude<Action, Bytes> | (Omit<Bytes, 'delivery'> & Partial<Pick<Bytes, 'delivery'>>);

/** What both have in common. */
export interface AnyPassage extends Pick<
  Passage,
  'gaveUp' | 'nextTime' | 'push' | 'end' | 'reset'
> {
  advance(now: number): AnyAction[];
}

export class DirectPassage implements AnyPassage {
  readonly gaveUp = false;
  readonly #segment: number;
  readonly #onSegments: (count: number) => void;
  #waiting: { time: number; action: AnyAction }[] = [];
  #offset = 0;
  #closed = false;
  #broken = false;

  /**
   * @param segment bytes in a segment; 0 for as they come
   * @param onSegments told of segments that pass; simplification: each is acknowledged at once
   */
  constructor(segment: number, onSegments: (count: number) => void) {
    this.#segment = segment;
    this.#onSegments = onSegments;
  }

  get nextTime(): number {
    return this.#waiting[0]?.time ?? Infinity;
  }

  push(time: number, data: Buffer): number {
    if (this.#closed) return 0;
    const weight = data.length + OBJECTS;
    this.#waiting.push({ time, action: { type: 'bytes', data, weight } });
    this.#onSegments(this.#segmentsOf(data.length));
    this.#offset += data.length;
    return weight;
  }

  end(time: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.push({ time, action: { type: 'end' } });
  }

  reset(now: number): void {
    if (this.#broken) return;
    this.#closed = true;
    this.#broken = true;
    const time = this.#offset > 0 ? now + RESET_PAUSE : now;
    this.#waiting.push({ time, action: { type: 'reset' } });
  }

  advance(now: number): AnyAction[] {
    const later = this.#waiting.findIndex(({ time }) => time > now);
    const due = this.#waiting.splice(0, later < 0 ? Infinity : later);
    return due.map(({ action }) => action);
  }

  #segmentsOf(size: number): number {
    const segment = this.#segment;
    if (segment === 0) return Math.ceil(size / LARGEST_SEGMENT);
    const number = (offset: number): number => Math.floor(offset / segment);
    return number(this.#offset + size - 1) - number(this.#offset) + 1;
  }
}

/** Whether nothing happens to any packet, and none takes time. */
export function isPerfect({ there, back, replay }: Link): boolean {
  if (replay) return false;
  return [there, back].every((way) => {
    const { corrupt, corruptPastChecksum, cut, delay, drop, dup } = way;
    const { jitter, loss, rate, reorder, reset, stall } = way;
    return (
      loss + dup + reorder + corrupt + corruptPastChecksum + delay + jitter === 0 &&
      drop.length + stall.length === 0 &&
      Math.min(rate, cut, reset) === Infinity
    );
  });
}
