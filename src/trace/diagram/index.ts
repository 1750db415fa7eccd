/** Diagrams: pictures of a trace. */
export { drawDiagram, type Format, FORMATS } from './draw.ts';
export type { Painter } from './terminal.ts';
