/** Diagrams: what a trace tells, drawn. */
export { layOut } from './layout.ts';
export { cells, type Metrics } from './metrics.ts';
export { tellStory } from './tell.ts';
export { drawInCells } from './terminal.ts';
