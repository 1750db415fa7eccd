/** A QR code as SVG: an address that a phone's camera reads. Source: ISO/IEC 18004. */
import { encode } from 'uqr';

/** The quiet zone on each side, in modules: readers need it. */
const QUIET = 4;

/** Black on white, whatever the page's colours are: many readers accept nothing else. */
export function qrCode(text: string): Buffer {
  const { data, size } = encode(text, { border: QUIET, ecc: 'M' });
  // One path for all, a run of modules at a time.
  const runs = data.flatMap((row, y) =>
    [
      ...row
        .map((dark) => (dark ? '#' : ' '))
        .join('')
        .matchAll(/#+/g),
    ].map(({ 0: { length }, index }) => `M${index} ${y}h${length}v1h-${length}z`),
  );
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" ` +
      `shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/>` +
      `<path d="${runs.join('')}"/></svg>\n`,
  );
}
