/**
 * How often a property is tried: in full in CI, which sets LONG_PROPERTIES=1, and a tenth of
 * that otherwise. With which values: property-seed.ts.
 */
export function runs(many: number): number {
  return process.env['LONG_PROPERTIES'] === '1' ? many : Math.ceil(many / 10);
}
