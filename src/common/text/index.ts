/** Text as it is shown: its width, and control characters made visible. */
export { visible } from './visible.ts';
export { pad, textWidth } from './width.ts';
