/** Text as it is shown: how wide it is, and without what must not be shown. */
export { visible } from './visible.ts';
export { pad, textWidth } from './width.ts';
