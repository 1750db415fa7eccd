/**
 * How often a property is tried: long in CI, which sets LONG_PROPERTIES=1, and a tenth of it
 * where somebody waits. A failure prints the seed that repeats it.
 */
export function runs(many: number): number {
  return process.env['LONG_PROPERTIES'] === '1' ? many : Math.ceil(many / 10);
}
