/** What a picture shows of the bytes that were sent. */
import { expect, it } from 'vitest';
import { preview } from '../../../../src/trace/diagram/labels.ts';

const PADDED = `0${' '.repeat(63)}`;

it.each([
  ['all of it, spaces too', { bytes: 4, text: '0   ' }, '"0   "'],
  ['all that was kept', { bytes: 65, text: 'x'.repeat(64) }, `"${'x'.repeat(64)}…"`],
  ['of the padding of what is cut, one space', { bytes: 1000, text: PADDED }, '"0 …"'],
  ['that there is none', { bytes: 0 }, '(empty)'],
  ['bytes that are not text', { bytes: 3, hex: 'fe00' }, 'fe 00 …'],
  ['nothing, where nothing was kept', { bytes: 3 }, undefined],
])('%s', (_what, payload, shown) => {
  expect(preview(payload)).toBe(shown);
});
