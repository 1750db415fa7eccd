/** Catches wrong arguments that a program in plain JavaScript may give. Pure. */

/** @throws {TypeError} when a call has more arguments than it can have meant */
export function noMore(given: number, most: number): void {
  if (given <= most) return;
  throw new TypeError(
    `Expected ${most} argument${most === 1 ? '' : 's'} but received ${given}`,
  );
}

/** @throws {TypeError} unless it is an object, or not given at all */
export function checkObject(options: unknown): void {
  if (options === undefined || (typeof options === 'object' && options !== null)) return;
  throw new TypeError('Options must be an object');
}
