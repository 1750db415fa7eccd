/** What a verdict says around its picture. */
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type Case, PLAIN } from '../../../../../src/network/reliable/check/case.ts';
import type { Crossing } from '../../../../../src/network/reliable/check/play.ts';
import { verdictLines } from '../../../../../src/network/reliable/check/words.ts';
import { packetOf } from '../../../../../src/network/reliable/packet.ts';

const ASKED = {
  subject: { file: 'core.ts' },
  rung: 'go-back-n',
  typed: (rest: string) => `socketlab ${rest}`,
};

describe('the heading of the shortest run', () => {
  it.each([
    [{}, 'The shortest run that shows it:'],
    [{ space: 2 }, 'The shortest run that shows it, with sequence numbers from 0 to 1:'],
    [
      { strangers: true },
      'The shortest run that shows it, where a copy with another session number, not drawn, precedes each packet:',
    ],
  ])('tells what the arrows do not show: %j', (more: Partial<Case>, heading) => {
    const packet = packetOf({ kind: 'data', session: 1, seq: 0 });
    const crossing: Crossing = {
      direction: 'there',
      packet,
      sent: 0,
      arrived: [20],
      mishap: undefined,
      read: [],
    };
    const run = { ...PLAIN, role: 'sender' as const, ...more };
    const shortest = { run, mishaps: new Map(), crossings: [crossing] };
    const failure = { seed: 1, rule: 'idle', sentence: 'Wrong.', shortest } as const;
    const verdict = { role: 'sender', runs: 1, failure } as const;
    expect(verdictLines(verdict, ASKED, createColors(false), 120)).toContain(heading);
  });
});
