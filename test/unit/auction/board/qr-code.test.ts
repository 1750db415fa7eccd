import jsqr from 'jsqr';
import { expect, it } from 'vitest';
import { qrCode } from '../../../../src/auction/board/qr-code.ts';

/** Pixels for each module. */
const SCALE = 4;

/** What a reader that has nothing to do with the writer reads in the picture. */
function read(svg: string): string | undefined {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)![1]);
  const width = size * SCALE;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row += 1) {
      const from = (row * width + Number(x) * SCALE) * 4;
      for (let at = from; at < from + Number(length) * SCALE * 4; at += 4) {
        pixels.fill(0, at, at + 3);
      }
    }
  }
  // The types of jsqr say `export default`, and the module is CommonJS.
  const decode = jsqr as unknown as typeof jsqr.default;
  return decode(pixels, width, width)?.data;
}

it.each([
  'http://192.168.1.5:50020/bid#K7RTQX',
  'http://[2001:db8:1234:5678:9abc:def0:1234:5678]:50020/bid#ACDEFG',
  `http://auction.informatics.university.example:50020/bid#${'A'.repeat(32)}`,
])('%s can be read in the picture of it', (text) => {
  expect(read(qrCode(text).toString())).toBe(text);
});
