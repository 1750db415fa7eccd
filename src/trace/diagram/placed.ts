/** What a layout is: everything in a story, with its place. Pure types. */
import type { Box, Rectangle } from './boxes.ts';
import type { Arrow, Group, Lane, Life, Mark } from './story.ts';

export interface Layout {
  width: number;
  height: number;
  /** Between these the events stand. */
  top: number;
  bottom: number;
  /** Where the numbers of the axis end. */
  gutter: number;
  unit: string;
  /** µs that a line stands for, where nothing needs more room. */
  step: number;
  groups: PlacedGroup[];
  lanes: PlacedLane[];
  ticks: PlacedTick[];
  silences: PlacedSilence[];
  lives: PlacedLife[];
  marks: PlacedMark[];
  arrows: PlacedArrow[];
}

export interface PlacedGroup {
  group: Group;
  x: number;
  width: number;
  /** From when to when the process ran. */
  top: number;
  bottom: number;
  title: Box | undefined;
}

export interface PlacedLane {
  lane: Lane;
  x: number;
  /** Two lines at most. In a column that is shared they stand where the lane begins. */
  titles: Box[];
}

export interface PlacedTick {
  t: number;
  y: number;
  label: Box;
}

export interface PlacedSilence {
  top: number;
  bottom: number;
  /** A strip torn out of the picture: no event's label may reach into it. */
  torn: Rectangle;
  label: Box;
}

export interface PlacedLife {
  life: Life;
  x: number;
  top: number;
  bottom: number;
}

export interface PlacedMark {
  mark: Mark;
  x: number;
  y: number;
  label: Box | undefined;
  /** On which side of the lane its label stands. */
  side: Side;
}

export type Side = 'left' | 'right';

/**
 * How an arrow ends.
 *
 * tip      it arrives
 * cross    it goes no further
 * query    nobody knows who is there
 * edge     it leaves the picture
 */
export type Ending = 'tip' | 'cross' | 'query' | 'edge';

export interface PlacedArrow {
  arrow: Arrow;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  ending: Ending;
  label: Box | undefined;
}
