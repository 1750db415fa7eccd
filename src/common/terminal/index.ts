/** Output for a terminal: its width and colours, a progress line, tables. */
export { jsonLine } from './json-line.ts';
export { note, tellUser } from './tell-user.ts';
export { withProgress } from './progress.ts';
export { type Output, Screen } from './screen.ts';
export { tableOf } from './table.ts';
export { ownTerminal, type Paint, type Terminal, WIDTH } from './terminal.ts';
export { columnsOf, wrapped } from './wrapped.ts';
