/** Numbers as people read them, and what is made of many. Pure. */

export { count, some } from '../common/index.ts';

/** Milliseconds with as many digits as mean something: `0.21 ms`, `4.3 ms`, `104 ms`. */
export function ms(time: number): string {
  return `${rounded(time)} ms`;
}

export function rounded(time: number): number {
  const digits = time < 1 ? 2 : time < 10 ? 1 : 0;
  return Number(time.toFixed(digits));
}

/** `3.9 MB`: a million bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Half of them are smaller. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}
