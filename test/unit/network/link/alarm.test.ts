import { describe, expect, it } from 'vitest';
import { Alarm } from '../../../../src/network/link/alarm.ts';
import { eventually } from '../../../support/eventually.ts';

describe('an alarm', () => {
  it('goes off when it was last set to, once, and not before', async () => {
    const went: number[] = [];
    const alarm = new Alarm((now) => went.push(now));
    const now = performance.now();
    alarm.set(now + 3_600_000, now);
    alarm.set(now + 20, now);
    await eventually(() => expect(went).toHaveLength(1));
    expect(went[0]! - now).toBeGreaterThanOrEqual(19); // a timer counts from its loop's clock
    alarm.set(now + 40, performance.now());
    await eventually(() => expect(went).toHaveLength(2));
    alarm.stop();
  });

  it('that is exact is never early', async () => {
    const late: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const now = performance.now();
      const dueAt = now + 1.5 + round / 20;
      const alarm = new Alarm((then) => late.push(then - dueAt), { exact: true });
      alarm.set(now + 3_600_000, now);
      alarm.set(dueAt, now);
      await eventually(() => expect(late).toHaveLength(round + 1));
    }
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  });

  it('that is exact and stopped does not go off either', async () => {
    const went: string[] = [];
    const [stopped, other] = ['stopped', 'other'].map(
      (n) => new Alarm(() => went.push(n), { exact: true }),
    );
    const now = performance.now();
    stopped!.set(now + 0.5, now);
    other!.set(now + 5, now);
    stopped!.stop();
    await eventually(() => expect(went).toEqual(['other']));
  });

  it('that is stopped does not go off', async () => {
    const went: string[] = [];
    const [stopped, other] = ['stopped', 'other'].map(
      (n) => new Alarm(() => went.push(n)),
    );
    const now = performance.now();
    stopped!.set(now + 5, now);
    other!.set(now + 30, now);
    stopped!.stop();
    await eventually(() => expect(went).toEqual(['other']));
  });
});
