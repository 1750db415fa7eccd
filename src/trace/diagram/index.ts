/** Diagrams: what a trace tells, drawn. */
export { drawDiagram, type Format, FORMATS } from './draw.ts';
export type { Painter } from './terminal.ts';
