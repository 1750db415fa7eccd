/**
 * How large things are: in a terminal's cells, or in pixels. This is the only difference between
 * the two that a layout knows. Pure.
 */
import type { LaneRoom } from './columns.ts';
import { textWidth } from '../../common/text/index.ts';

export interface Metrics {
  /** How wide the picture may be; it grows when that is not enough for its lanes. */
  width: number;
  /** How many lanes there is room for. */
  lanes: LaneRoom;
  /** Whether everything stands on whole units. */
  grid: boolean;
  textWidth: (text: string) => number;
  /** A line of text. */
  line: number;
  /** Between two labels, one above the other. */
  between: number;
  /** Between a lane and a label. */
  pad: number;
  /** From the middle of a mark to its edge. */
  dot: number;
  /** From a label's top to the point that it is for. */
  rise: number;
  /** How far above the arrow the bottom of its label is; on the arrow, if undefined. */
  above: number | undefined;
  /** How much later an end that is not known is drawn. */
  drop: number;
  /** How much room the tip of an arrow needs. */
  tip: number;
  /**
   * How far from each other two neighbouring lanes may be; and how near, if the whole picture
   * then has the width that it may have.
   */
  lane: { least: number; most: number; tight: number };
  /**
   * The least and the greatest distance between two events, in lines; and the height of a silence.
   */
  step: { least: number; most: number; silence: number };
  /** Around the whole. */
  border: number;
}

const CELL_GUTTER = 9;

/** A terminal's characters. */
export function cells(width: number): Metrics {
  const lane = { least: 13, most: 44, tight: 13 };
  const fitting = Math.max(2, Math.floor((width - CELL_GUTTER) / lane.least));
  return {
    width,
    lanes: { comfortable: fitting, most: fitting },
    grid: true,
    textWidth,
    line: 1,
    between: 0,
    pad: 2,
    dot: 0,
    rise: 0,
    above: undefined,
    drop: 0,
    tip: 2,
    lane,
    step: { least: 1, most: 3, silence: 3 },
    border: 0,
  };
}

export interface PixelOptions {
  width: number;
  /** The width of a letter. */
  fontSize: number;
  /** The least distance between two lanes. */
  lane: number;
  /** A shorter one, if all of them fit in with it. */
  tight?: number;
}

/** A picture in pixels may be wider than a window: readers can scroll. */
const MOST_LANES = 24;

/** Letters of one width, as in every typewriter font, are 0.6 of their size wide. */
const LETTER = 0.602;

export function pixels({ width, fontSize, lane, tight = lane }: PixelOptions): Metrics {
  const line = Math.round(fontSize * 1.4);
  return {
    width,
    lanes: { comfortable: Math.floor(width / lane), most: MOST_LANES },
    grid: false,
    textWidth: (text) => textWidth(text) * fontSize * LETTER,
    line,
    between: 3,
    pad: fontSize,
    dot: 3.5,
    rise: line / 2,
    above: 3,
    drop: line,
    tip: 10,
    lane: { least: lane, most: 380, tight },
    step: { least: 0.8, most: 4, silence: 2.6 },
    border: fontSize,
  };
}
