/** What pages are made of: markup in which other people's text is always escaped; curves. */
export {
  axisLine,
  cross,
  evenCeiling,
  fixed,
  type Frame,
  line,
  MARGIN,
  niceCeiling,
  packetMark,
  PAGE,
  type Point,
  scale,
  steps,
  svg,
  timeAxis,
  WIDTH,
} from './chart.ts';
export {
  type Attributes,
  type Markup,
  tag,
  textOf,
  together,
  verbatim,
} from './markup.ts';
export { CURVES_STYLE, numbersTable, pageAround } from './report.ts';
