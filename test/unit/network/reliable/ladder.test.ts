import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { readEdits } from '../../../../src/network/reliable/edits.ts';
import { ladderJson } from '../../../../src/network/reliable/json.ts';
import {
  climb,
  type LadderOptions,
  ladderPlan,
  type RungResult,
} from '../../../../src/network/reliable/ladder.ts';
import { ladderHeading, ladderLines } from '../../../../src/network/reliable/words.ts';

const plain = pc.createColors(false);
const ROOT = join(import.meta.dirname, '../../../..');

function results(given: LadderOptions): Record<string, RungResult> {
  return Object.fromEntries([...climb(ladderPlan(given))].map((one) => [one.rung, one]));
}

function printed(given: LadderOptions = {}, width = 80): string {
  const plan = ladderPlan(given);
  const lines = [
    ...ladderHeading(plan, width),
    '',
    ...ladderLines(plan, [...climb(plan)], plain, width),
  ];
  return lines.join('\n');
}

describe('docs/ladder.md', () => {
  const page = readFileSync(join(ROOT, 'docs/ladder.md'), 'utf8');

  it('shows what the command prints', () => {
    const [, shown] = /```text\n([^]*?)\n```/.exec(page)!;
    expect(printed()).toBe(shown);
  });

  it('names every rung', () => {
    for (const { rung } of climb(ladderPlan({ messages: 1 }))) {
      expect(page).toContain(`| \`${rung}\``);
    }
  });
});

describe('the ladder', () => {
  it('gets one message through in a round trip, and with a window of 32 gets 32', () => {
    const of = results({ link: { delay: 20 } });
    expect(of['stop-and-wait']!.goodput).toBeCloseTo(25_000, -3);
    expect(of['go-back-n']!.goodput).toBeGreaterThan(30 * 25_000);
  });

  it('has go-back-N repeat what had arrived, and selective repeat not', () => {
    const of = results({
      rungs: ['go-back-n', 'selective-repeat'],
      link: { loss: 0.05, delay: 20 },
    });
    expect(of['go-back-n']!.again).toBeGreaterThan(5 * of['selective-repeat']!.again);
  });

  it('sends everything twice where the time-out is too early, until it is measured', () => {
    const link = { delay: 150 };
    const of = results({ link });
    expect(of['selective-repeat']).toMatchObject({ again: 500, needless: 500 });
    expect(of['round-trip-time']!.again).toBeLessThan(100);
  });

  it('loses messages to a slow reader, until the receiver says how much room it has', () => {
    const of = results({ link: { delay: 5 }, readEvery: 2, buffer: 20 });
    expect(of['round-trip-time']!.dropped).toBeGreaterThan(100);
    expect(of['flow-control']).toMatchObject({ dropped: 0, delivered: 500 });
    expect(of['congestion-control']).toMatchObject({ dropped: 0, delivered: 500 });
  });

  it('delivers message 1 as message 9 when the window is more than half of the numbers', () => {
    const given = {
      rungs: ['selective-repeat'],
      link: { delay: 5, dropBack: [1, 2, 3, 4, 5] },
      space: 8,
    };
    expect(results({ ...given, window: 5 })['selective-repeat']!.wrong).toBe(
      'message 1 was delivered where message 9 was due',
    );
    expect(results({ ...given, window: 4 })['selective-repeat']!.wrong).toBeUndefined();
  });

  it('shares a link fairly with congestion control, and with hardly any repeats', () => {
    const link = { rate: 1e7, queue: 30, delay: 20 };
    const of = results({ senders: 4, window: 64, messages: 2000, link });
    const flow = of['flow-control']!;
    const congestion = of['congestion-control']!;
    expect(congestion).toMatchObject({ end: 'done', delivered: 8000, wrong: undefined });
    expect(congestion.jain).toBeGreaterThan(0.9);
    expect(congestion.jain).toBeGreaterThan(flow.jain!);
    expect(flow.again).toBeGreaterThan(40 * congestion.again);
    expect(congestion.linkUsed).toBeGreaterThan(flow.linkUsed!);
    expect(of['stop-and-wait']!.formula).toBeNull();
  });

  it('loses the same attempts on every rung', () => {
    const of = results({ link: { drop: [3, 7], delay: 20 }, messages: 20 });
    const others = Object.values(of).filter(({ rung }) => rung !== 'go-back-n');
    expect(others.map(({ again, needless }) => [again, needless])).toEqual(
      others.map(() => [2, 0]),
    );
  });

  it('counts as needless what was repeated for want of an acknowledgement', () => {
    const of = results({ rungs: ['stop-and-wait'], link: { dropBack: [3], delay: 20 } });
    expect(of['stop-and-wait']).toMatchObject({ again: 1, needless: 1 });
  });

  it('knows how much of the link was used', () => {
    const of = results({ rungs: ['selective-repeat'], link: { rate: 1e6 } });
    expect(of['selective-repeat']!.linkUsed).toBeCloseTo(1, 1);
    expect(results({ messages: 1, link: {} })['stop-and-wait']!.linkUsed).toBeNull();
  });

  it.each([
    [{ rungs: ['go-back'] }, '"go-back" is not a rung. Did you mean go-back-n?'],
    [{ rungs: ['tcp'] }, '"tcp" is not a rung. The rungs are stop-and-wait, go-back-n,'],
    [{ messages: 0 }, 'messages is a whole number from 1 to 100000, not 0'],
    [{ size: 3 }, 'size is a whole number from 4 to 65442, not 3'],
    [{ messages: 100_000, size: 60_000 }, 'messages × size is at most 100000000 bytes'],
    [{ senders: 101 }, 'senders is a whole number from 1 to 100, not 101'],
    [{ senders: 100, messages: 20_000 }, 'messages × senders is at most 1000000'],
    [{ senders: 2, real: true }, 'several senders share a link in virtual time only'],
    [{ window: 70_000 }, 'window is from 1 to 65535, not 70000'],
    [{ window: 8, space: 8 }, 'window must be less than space, 8, not 8'],
    [{ timeout: 0 }, 'timeout is from 1 to 60000, not 0'],
    [{ link: { loss: 2 } }, 'loss is a share from 0% (none) to 100% (all), not 200%'],
  ])('refuses %j', (given, why) => {
    expect(() => ladderPlan(given)).toThrow(why);
  });
});

describe('what the ladder prints', () => {
  it('says which rung gave up', () => {
    const text = printed({ rungs: ['go-back-n'], link: { loss: 1 }, messages: 3 });
    expect(text).toContain('go-back-n gave up: it delivered 0 of 3 messages.');
    expect(text).toMatch(/go-back-n +– +0 kB\/s +147 +0 +– +–$/m);
  });

  it('says what was lost, and what was delivered out of turn', () => {
    const slow = printed(
      { rungs: ['go-back-n'], link: { delay: 5 }, readEvery: 2, buffer: 20 },
      200,
    );
    expect(slow).toMatch(
      /^go-back-n lost \d+ messages for which the reader had no room\.$/m,
    );
    const link = { delay: 5, dropBack: [1, 2, 3, 4, 5] };
    const wrong = printed(
      { rungs: ['selective-repeat'], link, space: 8, window: 5 },
      200,
    );
    expect(wrong).toContain('sequence numbers modulo 8');
    expect(wrong).toContain(
      'selective-repeat: message 1 was delivered where message 9 was due.',
    );
  });

  it.each([
    {},
    { link: { rate: 1e9 } },
    { link: { delay: 300, seed: 7 }, messages: 1000 },
    { senders: 4, window: 64, link: { rate: 1e7, queue: 30 } },
  ])('fits into 80 columns: %j', (given) => {
    for (const line of printed(given).split('\n')) expect(line.length).toBeLessThan(80);
  });

  it('says how many senders there are, and how fair they are', () => {
    const given = { senders: 2, rungs: ['go-back-n'], messages: 10, link: { delay: 5 } };
    const text = printed(given, 200);
    expect(text).toContain(
      '2 senders share the link, each with 10 messages of 1,000 bytes',
    );
    expect(text).toMatch(/goodput +fairness +repeats/);
    expect(text).toMatch(/go-back-n +[\d,]+ kB\/s +1\.000 +0/);
  });

  it('says whose fate was chosen', () => {
    const edits = readEdits('data1,ack2', 'data3');
    const heading = ladderHeading(ladderPlan({ edits }), 80);
    expect(heading.slice(-2)).toEqual([
      'Always lost: data1, ack2',
      'Always delivered: data3',
    ]);
  });

  it('is there for programs too', () => {
    const plan = ladderPlan({
      rungs: ['stop-and-wait'],
      messages: 10,
      link: { delay: 20, drop: [2] },
      edits: readEdits('data3', 'ack4,data5'),
    });
    expect(ladderJson(plan, [...climb(plan)])).toEqual({
      version: 1,
      link: 'delay=20ms,drop=2',
      lose: 'data3',
      save: 'ack4,data5',
      messages: 10,
      size: 1000,
      window: 32,
      timeoutMs: 200,
      buffer: 1024,
      space: 2 ** 32,
      readEveryMs: 0,
      real: false,
      senders: 1,
      rungs: [
        {
          rung: 'stop-and-wait',
          end: 'done',
          delivered: 10,
          wrong: null,
          droppedByReader: 0,
          ms: 9 * 40 + 2 * 200 + 20,
          goodputBytesPerSecond: 12_820.513,
          formulaBytesPerSecond: 25_000,
          jain: null,
          packets: { sent: 12, sentAgain: 2, needless: 0, acknowledgements: 10 },
          linkUsed: null,
        },
      ],
    });
  });
});
