import { describe, expect, it } from 'vitest';
import {
  caseOf,
  earlier,
  fateFrom,
  mishapsInWords,
  PLAIN,
  readMishaps,
  replayOptions,
} from '../../../../../src/network/reliable/check/case.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';

describe('what happens to packets', () => {
  const text = 'data1:lost,ack0.1:damaged,probe2:twice+30,update3.12:overtaken+2';

  it('is read as it is written', () => {
    expect(mishapsInWords(readMishaps(text))).toBe(text);
    expect(readMishaps('')).toEqual(new Map());
    expect(readMishaps('data4:overtaken').get('data4')).toEqual({
      what: 'overtaken',
      by: 1,
    });
  });

  it.each([
    'data1',
    'lost',
    'data:lost',
    'data1:gone',
    'ack-1:lost',
    'data1:overtaken+4',
    'data1:overtaken+0',
    'data1.:lost',
  ])('is refused where it means nothing: %s', (word) => {
    expect(() => readMishaps(`ack1:lost,${word}`)).toThrow(
      `"${word}" does not say what happens to a packet: write it as data1:lost`,
    );
  });

  it('moves to earlier packets', () => {
    const moved = earlier(readMishaps('data1:lost,ack3.1:lost'), 2);
    expect(mishapsInWords(moved)).toBe('ack1.1:lost');
  });

  it('is a fate of the link', () => {
    const fate = (words: string) => fateFrom(readMishaps(words).get('data0'), 20);
    const happy = { lost: false, delay: 20, copies: [], overtakenBy: 0, flippedAt: -1 };
    expect(fate('')).toEqual(happy);
    expect(fate('data0:lost')).toEqual({ ...happy, lost: true });
    expect(fate('data0:twice+7')).toEqual({ ...happy, copies: [7] });
    expect(fate('data0:overtaken+3')).toEqual({ ...happy, overtakenBy: 3 });
    expect(fate('data0:damaged').flippedAt).toBeGreaterThanOrEqual(0);
  });
});

describe('a run', () => {
  it('is the same under the same seed', () => {
    const names = Array.from({ length: 100 }, (_, k) => `data${k}`);
    const [one, two] = [0, 0].map(() => caseOf('go-back-n', 'sender', 37));
    expect(one!.run).toEqual(two!.run);
    expect(names.map(one!.luck)).toEqual(names.map(two!.luck));
  });

  it.each(RUNGS)('of $name has a window that fits its numbers', ({ name }) => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { run } = caseOf(name, 'receiver', seed);
      expect(2 * run.window).toBeLessThanOrEqual(run.space);
      expect(run.messages).toBeGreaterThan(0);
    }
  });

  it('is told by the options that are not the usual ones', () => {
    const run = { role: 'sender', ...PLAIN } as const;
    expect(replayOptions(run, new Map())).toEqual(['--role sender']);
    const other = { ...run, window: 2, timeout: 50, readEvery: 20, strangers: true };
    expect(replayOptions(other, readMishaps('ack0:lost'))).toEqual([
      '--role sender',
      '--window 2',
      '--timeout 50ms',
      '--read-every 20ms',
      '--fates ack0:lost',
      '--strangers',
    ]);
  });
});
