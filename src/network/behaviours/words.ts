/** Formats numbers for people. Pure. */

export { count, some } from '../../common/index.ts';

/** Milliseconds, rounded to meaningful digits: `0.21 ms`, `4.3 ms`, `104 ms`. */
export function ms(time: number): string {
  return `${rounded(time)} ms`;
}

export function rounded(time: number): number {
  if (time < 1) return Number(time.toFixed(2));
  return Number(time.toFixed(time < 10 ? 1 : 0));
}

/** `3.9 MB`, where 1 MB is a million bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
