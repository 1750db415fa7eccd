/** The pictures beside the player's arrows say what the run says, up to the moment shown. */
import { describe, expect, it } from 'vitest';
import { SCENES } from '../../../../../book/player/scenes.ts';
import { pictureSvg } from '../../../../../src/network/reliable/player/pictures.ts';
import { begin, reduce } from '../../../../../src/network/reliable/player/state.ts';

const GO_BACK_N = begin(SCENES['18-go-back-n']!);

/** What is said to those who do not see it. */
function label(svg: string): string {
  return /aria-label="([^"]*)"/.exec(svg)![1]!;
}

/** Where the line of now is, if there is one. */
function nowIn(svg: string): number {
  return Number(/class="now" d="M([\d.]+) /.exec(svg)?.[1]);
}

describe('the window', () => {
  const at = (now: number, state = GO_BACK_N): string =>
    label(pictureSvg('window', state.recorded, now));

  it('slides as time goes by', () => {
    expect(at(0)).toBe('go-back-n: the window at 0 ms: in flight 0–3; must wait 4–7');
    expect(at(120)).toBe(
      'go-back-n: the window at 120 ms: acknowledged 0–1; in flight 2–5; must wait 6–7',
    );
    expect(at(GO_BACK_N.recorded.end)).toMatch(/ms: acknowledged 0–7$/);
  });

  it('is another after an edit', () => {
    const saved = reduce(GO_BACK_N, { type: 'toggle', packet: 'data2' });
    expect(at(120, saved)).toBe(
      'go-back-n: the window at 120 ms: acknowledged 0–6; in flight 7',
    );
  });

  it('stands before the first repeat where there is no moment', () => {
    const { recorded } = GO_BACK_N;
    const again = recorded.crossings.find(({ packet }) => packet.attempt > 0)!;
    const svg = pictureSvg('window', recorded);
    expect(label(svg)).toContain(`at ${+again.leaves.toFixed(1)} ms`);
    expect(svg.match(/class="cell flying"/g)).toHaveLength(4);
  });

  it('is drawn around what may be in flight', () => {
    const svg = pictureSvg('window', GO_BACK_N.recorded, 120);
    const [, x, width] = /class="window" x="([\d.]+)" y="1" width="([\d.]+)"/.exec(svg)!;
    expect([Number(x), Number(width)]).toEqual([2 * 26, 4 * 26]);
  });
});

describe.each(Object.entries(SCENES))('the pictures of %s', (_, scene) => {
  const { recorded } = begin(scene);

  it('are drawn whole without a moment, and veiled from it on', () => {
    for (const name of scene.pictures.filter((one) => one !== 'window')) {
      const whole = pictureSvg(name, recorded);
      expect(whole).not.toContain('veil');
      const veiled = pictureSvg(name, recorded, recorded.end / 2);
      expect(veiled).toContain('class="veil"');
      expect(label(veiled)).toMatch(/: .*\. At [\d.]+ ms: \w/);
      // All share an axis of time.
      expect(nowIn(veiled)).toBe(
        nowIn(pictureSvg('sequence', recorded, recorded.end / 2)),
      );
    }
  });

  it('have a mark for each packet of data', () => {
    const data = recorded.crossings.filter(({ packet }) => packet.kind === 'data');
    const lost = data.filter(({ lostAt }) => lostAt !== undefined).length;
    const svg = pictureSvg('sequence', recorded);
    expect(svg.match(/<line class="lost"/g)?.length ?? 0).toBe(2 * lost);
    expect(svg.match(/class="(?:first|repeat)"/g)).toHaveLength(data.length - lost);
  });
});

it('the congestion window falls to its threshold when a loss is noticed', () => {
  const { recorded } = begin(SCENES['22-congestion-control']!);
  const [flow] = recorded.pictured.flows;
  const [loss] = flow!.thresholds;
  const values = (now: number): string => label(pictureSvg('congestion', recorded, now));
  expect(values(loss!.at - 1)).toMatch(/congestion window 2\d, threshold 0$/);
  expect(values(loss!.at)).toMatch(/congestion window (\d+), threshold \1$/);
});
