import { describe, expect, it } from 'vitest';
import { checkClaims, judge, parseClaim } from '../../../../src/network/compare/index.ts';
import { resultWithEverything } from '../../../../src/network/compare/assert.ts';
import { UDP } from './udp-result.ts';

const says = (text: string, result = UDP): boolean =>
  judge(parseClaim(text), [result]).holds;

describe('a claim', () => {
  it.each([
    'udp.lost==10',
    ' udp.lost == 10 ',
    'udp.lost!=9',
    'udp.lost<11',
    'udp.lost<=10',
    'udp.lost>9.5',
    'udp.lost>=10',
    'udp.latencyMs.p50==52.5',
    'udp.wire.packets==100',
    'udp.modelled==false',
    'udp.blocked.examples.length==0',
  ])('holds: %s', (text) => {
    expect(says(text)).toBe(true);
  });

  it.each(['udp.lost==9', 'udp.lost<10', 'udp.lost>10', 'udp.modelled==true'])(
    'is wrong: %s',
    (text) => {
      expect(judge(parseClaim(text), [UDP])).toMatchObject({ holds: false });
    },
  );

  it.each(['<1000', '>=0', '==0', '!=1000', '!=true'])(
    'about the latency of nothing is wrong, and says why: %s',
    (rest) => {
      const nothing = { ...UDP, latencyMs: null };
      expect(judge(parseClaim(`udp.latencyMs.p99${rest}`), [nothing])).toEqual({
        holds: false,
        verdict: `udp.latencyMs.p99${rest} is wrong: there is no such figure: no message arrived`,
      });
    },
  );

  it('may be that there is no figure', () => {
    const nothing = { ...UDP, latencyMs: null };
    expect(says('udp.latencyMs==null', nothing)).toBe(true);
    expect(says('udp.latencyMs.p50!=null', nothing)).toBe(false);
    expect(says('udp.latencyMs.p50!=null')).toBe(true);
  });

  it.each([
    ['udp.lost==10', 'udp.lost==10 holds'],
    ['udp.lost==9', 'udp.lost==9 is wrong: it is 10'],
    ['udp.latencyMs.p50==null', 'udp.latencyMs.p50==null is wrong: it is 52.5'],
  ])('says what became of it: %s', (text, verdict) => {
    expect(judge(parseClaim(text), [UDP])).toMatchObject({ verdict });
  });

  it.each([
    ['udp.lost=10', 'is not a claim'],
    ['udp.lost==', 'is not a claim'],
    ['udp.lost==ten', 'is not a claim'],
    ['', 'is not a claim'],
  ])('is none: %s', (text, why) => {
    expect(() => parseClaim(text)).toThrow(why);
  });

  it.each([
    ['tcp.lost==0', "the lane 'tcp' is not run, only udp"],
    ['udp.losses==0', "no 'losses'; there are lane, sent"],
    ['udp.latencyMs==1', 'has parts: p50, p90, p99, max'],
    ['udp.lost.more==1', "no 'more'; there are none"],
    ['udp.constructor==1', "no 'constructor'"],
  ])('cannot be judged: %s', (text, why) => {
    expect(() => judge(parseClaim(text), [UDP])).toThrow(why);
  });

  it('about an example that there was not is wrong', () => {
    expect(says('udp.blocked.examples.2.ms>0')).toBe(false);
    expect(says('udp.blocked.examples.2.ms!=0')).toBe(false);
    expect(says('udp.blocked.examples.2.ms==null')).toBe(true);
  });
});

describe('claims, before anything is run', () => {
  const check = (text: string): void =>
    checkClaims(
      [parseClaim(text)],
      (['udp', 'framed'] as const).map(resultWithEverything),
    );

  it.each([
    'udp.lost==10',
    'framed.latencyMs.p99>150',
    'framed.wire.retransmitted>0',
    'framed.setUp.packets==3',
    'framed.blocked.examples.0.waitedFor==2',
    'framed.blocked.examples.2.ms>5',
  ])('can be judged afterwards: %s', (text) => {
    expect(() => check(text)).not.toThrow();
  });

  it.each([
    ['tcp.lost==1', "the lane 'tcp' is not run, only udp, framed."],
    [
      'frame.lost==1',
      "the lane 'frame' is not run, only udp, framed. Did you mean framed?",
    ],
    ['udp.lots==1', /there is no 'lots'; there are lane, .*\. Did you mean lost\?/],
    ['udp.latencyMs.p95==1', "no 'p95'; there are p50, p90, p99, max."],
    ['udp==1', 'udp has parts: lane, sent'],
  ])('are refused: %s', (text, why) => {
    expect(() => check(text)).toThrow(why);
  });
});
