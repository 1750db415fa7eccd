import { describe, expect, it } from 'vitest';
import { unharmed } from '../../../../../src/network/link/model/fate.ts';
import {
  datagramSummary,
  fateLine,
  streamSummary,
} from '../../../../../src/network/link/model/report.ts';
import {
  type FateEvent,
  noDatagrams,
  noStreams,
  type StreamFateEvent,
} from '../../../../../src/network/link/model/statistics.ts';

const event: FateEvent = {
  time: 1204.4,
  direction: 'there',
  k: 3,
  size: 32,
  fate: unharmed(50),
  outcome: 'sent',
  client: '127.0.0.1:40000',
};

function words(
  change: Partial<FateEvent> | Partial<StreamFateEvent>,
): string | undefined {
  return fateLine({ ...event, ...change })?.replace(/^.*bytes {2}/, '');
}

describe('the line of a packet', () => {
  it('says when, where, which and how long', () => {
    expect(
      fateLine({ ...event, fate: { ...unharmed(0), lost: true }, outcome: 'lost' }),
    ).toBe('     1.204 s  there  #3          32 bytes  lost');
  });

  it('is not written when nothing happened', () => {
    expect(fateLine(event)).toBeUndefined();
  });

  it.each([
    [{ copies: [0] }, '1 extra copy'],
    [{ copies: [0, 1] }, '2 extra copies'],
    [{ overtakenBy: 2 }, 'overtaken by 2'],
    [{ lost: true, flippedAt: 0.5 }, 'lost: its checksum is wrong'],
    [{ flippedAt: 0.5 }, 'a bit of byte 16 flipped'],
    [{ flippedAt: 1 }, 'a bit of byte 31 flipped'],
    [
      { copies: [0], overtakenBy: 1, flippedAt: 0 },
      '1 extra copy, overtaken by 1, a bit of byte 0 flipped',
    ],
  ])('names %j', (fate, text) => {
    expect(words({ fate: { ...unharmed(0), ...fate } })).toBe(text);
  });

  it.each([
    ['queue-full', 'dropped: the queue is full'],
    ['overloaded', 'dropped: the relay is full'],
  ] as const)('names what is not a fate: %s', (outcome, text) => {
    expect(words({ outcome })).toBe(text);
  });

  it('says of a segment where it belongs, and that it is modelled', () => {
    const segment = {
      modelled: true,
      line: 0,
      offset: 64,
      attempt: 0,
      outcome: 'lost',
    } as const;
    const lost = { ...unharmed(0), lost: true };
    expect(words({ ...segment, fate: lost })).toBe(
      'lost  (connection 1, bytes 64 to 95; modelled)',
    );
    expect(words({ ...segment, fate: lost, attempt: 2 })).toBe(
      'lost  (connection 1, bytes 64 to 95, sent for the 3rd time; modelled)',
    );
    expect(words({ ...segment, fate: { ...unharmed(0), flippedAt: 0.5 } })).toMatch(
      /^lost: its checksum is wrong/,
    );
  });

  it.each([
    [1, '2nd'],
    [3, '4th'],
    [10, '11th'],
    [11, '12th'],
    [12, '13th'],
    [20, '21st'],
    [112, '113th'],
  ])('counts: attempt %d is the %s', (attempt, text) => {
    const segment = { modelled: true, line: 0, offset: 0, attempt } as const;
    expect(words({ ...segment, outcome: 'queue-full' })).toContain(
      `for the ${text} time`,
    );
  });
});

describe('the summary', () => {
  const aside = { turnedAway: 0, nobodyThere: 0 };

  it('of datagrams leaves out what did not happen', () => {
    const there = { ...noDatagrams(), received: 10, lost: 2, delivered: 8 };
    const lines = datagramSummary({
      ...aside,
      there,
      back: noDatagrams(),
      clients: 1,
      clientsEver: 1,
    });
    expect(lines).toEqual([
      '                  there        back',
      'received             10           0',
      '− lost                2           0',
      '= passed on           8           0',
    ]);
  });

  it('of streams says that segments are modelled, and who was not there', () => {
    const there = { ...noStreams(), bytes: 5, segments: 1 };
    const lines = streamSummary({
      modelled: true,
      there,
      back: noStreams(),
      connections: 0,
      connectionsEver: 3,
      resets: 2,
      turnedAway: 4,
      nobodyThere: 1,
    });
    expect(lines).toEqual([
      '                          there        back',
      'bytes received                5           0',
      'segments (modelled)           1           0',
      'connections: 3, 2 of them reset',
      'target not reached: 1 time',
      'refused because of too many clients: 4',
    ]);
  });
});
