import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MisuseError } from '../../../../../src/common/index.ts';
import {
  describeLink,
  LINK_KEYS,
  linkFromFlags,
  parseLink,
} from '../../../../../src/network/link/model/describe.ts';
import {
  checkForDatagrams,
  linkOf,
  type LinkOptions,
  PERFECT,
  withSeed,
} from '../../../../../src/network/link/model/options.ts';

function complaint(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(MisuseError);
    expect(error).toMatchObject({ code: 'ERR_BAD_LINK' });
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('the description of a link', () => {
  it('is read with its units', () => {
    const text =
      'loss=10%,dup=3%,reorder=5%,delay=50ms,jitter=5ms,rate=1mbit,corrupt=0.1%,seed=7,drop=3+7';
    expect(parseLink(text)).toEqual({
      loss: 0.1,
      dup: 0.03,
      reorder: 0.05,
      delay: 50,
      jitter: 5,
      rate: 1_000_000,
      corrupt: 0.001,
      seed: 7,
      drop: [3, 7],
    });
  });

  it.each<[string, LinkOptions]>([
    ['', {}],
    ['loss=0.1', { loss: 0.1 }],
    ['loss=0', { loss: 0 }],
    ['loss=100%', { loss: 1 }],
    ['delay=1.5s', { delay: 1500 }],
    ['delay=200us', { delay: 0.2 }],
    ['delay=0', { delay: 0 }],
    ['rate=56kbit', { rate: 56_000 }],
    ['rate=2.5gbit', { rate: 2.5e9 }],
    [' loss = 10% , seed = 7 ', { loss: 0.1, seed: 7 }],
    ['drop=3+7,drop-back=1', { drop: [3, 7], dropBack: [1] }],
    ['queue=5,hold=1s,dup-delay=2ms', { queue: 5, hold: 1000, dupDelay: 2 }],
    [
      'stall=0:1s+500:20ms',
      {
        stall: [
          { offset: 0, milliseconds: 1000 },
          { offset: 500, milliseconds: 20 },
        ],
      },
    ],
    [
      'cut=5,cut-back=6,reset=7,reset-back=8',
      { cut: 5, cutBack: 6, reset: 7, resetBack: 8 },
    ],
  ])('%j is a link', (text, options) => {
    expect(parseLink(text)).toEqual(options);
  });

  it.each([
    ['loss=120%', 'loss is a share from 0% (none) to 100% (all), not 120%'],
    ['loss=1', "loss: '1' is not a share such as 10% or 0.1"],
    ['loss=10', "loss: '10' is not a share such as 10% or 0.1"],
    ['loss=-5%', "loss: '-5%' is not a share such as 10% or 0.1"],
    ['loss=NaN', "loss: 'NaN' is not a share such as 10% or 0.1"],
    ['loss=', "loss: '' is not a share such as 10% or 0.1"],
    ['delay=50', "delay: '50' is not a duration with its unit, such as 50ms or 1.5s"],
    ['delay=5h', "delay: '5h' is not a duration with its unit, such as 50ms or 1.5s"],
    ['delay=7200s', 'delay is from 0 to 3600000 ms, not 7200000'],
    [
      'rate=1mbps',
      "rate: '1mbps' is not bits a second with their unit, such as 1mbit or 56kbit",
    ],
    ['rate=0', 'rate is more than 0 bits a second, not 0'],
    ['seed=seven', "seed: 'seven' is not a whole number"],
    ['seed=-1', "seed: '-1' is not a whole number"],
    ['seed=1.5', "seed: '1.5' is not a whole number"],
    [
      'seed=9007199254740993',
      'seed is a whole number from 0 to 9007199254740991, not 9007199254740992',
    ],
    [
      'drop=0',
      "a packet's number in drop is a whole number from 1 to 9007199254740991, not 0",
    ],
    ['drop=3,7', "'7' is not key=value, such as loss=10% or drop=3+7"],
    ['drop=x', "drop: 'x' is not packets' numbers such as 3+7, counted from 1"],
    ['stall=200ms', "stall: '200ms' is not a byte and a duration, such as 1000:200ms"],
    ['segment=65536', 'segment is a whole number from 0 to 65535, not 65536'],
    ['queue=0', 'queue is a whole number from 1 to 1000000, not 0'],
    ['loss', "'loss' is not key=value, such as loss=10% or drop=3+7"],
    ['loss=1%,loss=2%', 'loss was given twice'],
    ['constructor=1', /^a link has no 'constructor'; it has loss, dup, /],
    ['__proto__=1', /^a link has no '__proto__'; it has loss, dup, /],
    ['los=1%', /^a link has no 'los'; it has loss, dup, .*; all but seed take -back too/],
    ['seed-back=1', /^a link has no 'seed-back'; /],
    ['loss-back=120%', 'lossBack is a share from 0% (none) to 100% (all), not 120%'],
  ])('%j is refused with a reason', (text, reason) => {
    const message = complaint(() => parseLink(text));
    if (typeof reason === 'string') expect(message).toBe(reason);
    else expect(message).toMatch(reason);
  });

  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const duration = fc.double({ min: 0, max: 3_600_000, noNaN: true });
  const ks = fc.array(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), {
    minLength: 1,
  });
  const options = fc.record(
    {
      loss: share,
      dup: share,
      reorder: share,
      corrupt: share,
      corruptPastChecksum: share,
      delay: duration,
      jitter: duration,
      lossBack: share,
      delayBack: duration,
      dupDelay: duration,
      hold: duration,
      rate: fc.double({ min: 0.001, max: 1e12, noNaN: true }),
      queue: fc.integer({ min: 1, max: 1_000_000 }),
      seed: fc.maxSafeNat(),
      drop: ks,
      dropBack: ks,
      segment: fc.integer({ min: 0, max: 65_535 }),
      cut: fc.maxSafeNat(),
      resetBack: fc.maxSafeNat(),
      stall: fc.array(fc.record({ offset: fc.maxSafeNat(), milliseconds: duration }), {
        minLength: 1,
      }),
    },
    { requiredKeys: [] },
  );

  it('is written as it is read, to 15 digits', () => {
    fc.assert(
      fc.property(options, (given) => {
        const once = parseLink(describeLink(given));
        expect(Object.keys(once).sort()).toEqual(Object.keys(given).sort());
        expect(parseLink(describeLink(once))).toEqual(once);
        for (const name of ['loss', 'delay', 'rate'] as const) {
          if (given[name] !== undefined) expect(once[name]).toBeCloseTo(given[name], 2);
        }
        expect([once.seed, once.drop, once.cut]).toEqual([
          given.seed,
          given.drop,
          given.cut,
        ]);
      }),
    );
  });

  it('of whole units comes back as it was', () => {
    const text = 'loss=7%,dup=3%,corrupt=0.1%,delay=50ms,rate=1mbit,seed=7,drop=3+7';
    expect(describeLink(parseLink(text))).toBe(text);
  });

  it('names the seed where chance decides, also the one that nobody gave', () => {
    const shown = (text: string): string => describeLink(withSeed(parseLink(text)));
    expect(shown('loss=10%,delay=2ms')).toBe('loss=10%,delay=2ms,seed=1');
    expect(shown('loss-back=30%')).toBe('loss-back=30%,seed=1');
    expect(shown('jitter=2ms,seed=7')).toBe('jitter=2ms,seed=7');
    expect(shown('loss=0%,delay=50ms,drop=3')).toBe('loss=0%,delay=50ms,drop=3');
    expect(describeLink(withSeed({ loss: 0.1, replay: () => undefined }))).toBe(
      'loss=10%',
    );
  });

  it('does not mention what never happens', () => {
    expect(describeLink({ loss: undefined, cut: Infinity, drop: [] })).toBe('');
  });
});

describe('the flags of a link', () => {
  it('are the same keys, and take a comma in a list', () => {
    expect(linkFromFlags({ loss: '10%', drop: '3,7', seed: undefined })).toEqual({
      loss: 0.1,
      drop: [3, 7],
    });
  });

  it('are all known by name, meaning and form', () => {
    const keys = LINK_KEYS.map(({ key }) => key);
    expect(keys).toContain('loss');
    expect(keys).toHaveLength(2 * Object.keys(PERFECT).length + 1); // both ways, and a seed
    for (const { describe: meaning, wanted } of LINK_KEYS) {
      expect(meaning.length).toBeGreaterThan(10);
      expect(wanted.length).toBeGreaterThan(5);
    }
  });
});

describe('the options of a link', () => {
  it('are perfect unless told otherwise', () => {
    const perfect = { there: PERFECT, back: PERFECT, seed: 1, replay: undefined };
    expect(linkOf()).toEqual(perfect);
    expect(linkOf({ loss: undefined })).toEqual(perfect);
  });

  it('hold for both directions, unless one is given for the way back', () => {
    const { there, back } = linkOf(parseLink('loss=10%,delay=2ms,delay-back=3ms'));
    expect(there).toEqual({ ...PERFECT, loss: 0.1, delay: 2 });
    expect(back).toEqual({ ...PERFECT, loss: 0.1, delay: 3 });
    expect(linkOf({ lossBack: 0.3 })).toMatchObject({
      there: PERFECT,
      back: { ...PERFECT, loss: 0.3 },
    });
    expect(linkOf({ loss: 0.3, lossBack: 0 }).back.loss).toBe(0);
  });

  it('that name a packet or a byte name it on the way there alone', () => {
    const stall = [{ offset: 5, milliseconds: 10 }];
    const { back } = linkOf({ drop: [3], stall, cut: 20, reset: 30 });
    expect(back).toEqual(PERFECT);
    const named = { drop: [3], stall, cut: 20, reset: 30 };
    const alone = { dropBack: [3], stallBack: stall, cutBack: 20, resetBack: 30 };
    expect(linkOf(alone)).toMatchObject({ there: PERFECT, back: named });
  });

  it.each(LINK_KEYS.filter(({ back }) => back).map(({ key }) => [key]))(
    '%s is for the way back alone',
    (key) => {
      const value = ['5', '5%', '5ms', '5kbit', '5:5ms'].find((text) => {
        try {
          return parseLink(`${key}=${text}`);
        } catch {
          return undefined;
        }
      });
      const { there, back } = linkOf(parseLink(`${key}=${value}`));
      expect(there).toEqual(PERFECT);
      expect(back).not.toEqual(PERFECT);
      const property = key.replace(/-back$/, '');
      expect(linkOf(parseLink(`${property}=${value}`)).there).toEqual(back);
    },
  );

  it.each([
    { loss: NaN },
    { delay: -1 },
    { rate: NaN },
    { seed: 0.5 },
    { drop: [1.5] },
    { reset: -1 },
  ])('%j are refused', (options) => {
    expect(complaint(() => linkOf(options))).toContain(
      `not ${Object.values(options)[0]!}`,
    );
  });

  it('for streams are refused for datagrams', () => {
    expect(complaint(() => checkForDatagrams({ cut: 5 }))).toContain(
      'cut is for streams',
    );
    expect(() => checkForDatagrams({ loss: 0.5, drop: [3] })).not.toThrow();
  });
});
