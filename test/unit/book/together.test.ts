/** Two senders at one link, in the chapter on congestion control. */
import { expect, it } from 'vitest';
import { escaped } from '../../../book/html.ts';
import { playerHtml } from '../../../book/player/section.ts';
import { togetherHtml } from '../../../book/player/together.ts';

const page: string = togetherHtml();

it('shows both windows and both shares, on one axis of time', () => {
  const [windows, shares, ...more] = page.match(/<svg .*?<\/svg>/gs)!;
  expect(more).toEqual([]);
  for (const sender of ['s0', 's1']) {
    expect(windows).toContain(`class="step ${sender}"`);
    expect(shares).toContain(`class="share ${sender}"`);
  }
  const times = (picture: string): string[] => picture.match(/>[\d.]+ m?s</g)!;
  expect(times(windows)).toHaveLength(6);
  expect(times(shares!)).toEqual(times(windows));
});

it('says how evenly they share it', () => {
  const [, fairness] = /rounded,\s+is\s+(\d\.\d\d):/.exec(page)!;
  expect(Number(fairness)).toBeGreaterThan(0.9);
  expect(Number(fairness)).toBeLessThanOrEqual(1);
});

it('stands in the chapter on congestion control alone', () => {
  const options = {
    highlight: (code: string) => code.split('\n').map(escaped),
    find: () => undefined,
  };
  expect(playerHtml('22-congestion-control', options)).toContain(page);
  expect(playerHtml('21-flow-control', options)).not.toContain('id="together"');
});
