/**
 * Reads and writes a link as text: `loss=10%,delay=50ms,jitter=5ms,rate=1mbit,seed=7`. Pure.
 *
 * The same keys and values are used as flags of a command (`--loss 10% --delay 50ms`), after
 * `--through`, and in the first line of recorded fates. Every value has a unit, because readers
 * would disagree on what `loss=10` and `delay=1` mean.
 *
 *     share     10%  0.1            duration   50ms  1.5s  200us
 *     rate      1mbit  56kbit       numbers    3+7 (after a flag also 3,7)
 *     stall     1000:200ms          at byte 1000, for 200 ms
 *
 * Each key except `seed` also has a form for the way back alone: `loss=10%,loss-back=30%`.
 *
 * Read next: options.ts, for the ranges.
 */
import { didYouMean } from '../../../common/index.ts';
import {
  badLink,
  linkOf,
  type LinkOptions,
  type OneWay,
  PERFECT,
  POINTED,
  type Stall,
  USUAL_SEED,
} from './options.ts';

type Name = Exclude<keyof LinkOptions, 'replay'>;

interface Kind<Value> {
  parse: (text: string) => Value | undefined;
  write: (value: Value) => string;
  /** For the error message: what the value should look like. */
  wanted: string;
}

const share: Kind<number> = {
  parse: (text) => {
    const match = /^(\d+(?:\.\d+)?(?:e-\d+)?)(%?)$/.exec(text);
    if (!match) return undefined;
    const value = Number(match[1]);
    // Without a percent sign, 1 means one per cent to some readers and all to others.
    if (match[2] === '') return value < 1 ? value : undefined;
    return value / 100;
  },
  write: (value) => `${shortest(value * 100)}%`,
  wanted: 'a share such as 10% or 0.1',
};

const MILLISECONDS: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };
const duration: Kind<number> = {
  parse: (text) => withUnit(text, MILLISECONDS),
  write: (value) => `${shortest(value)}ms`,
  wanted: 'a duration with its unit, such as 50ms or 1.5s',
};

const BITS: Record<string, number> = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 };
const rate: Kind<number> = {
  parse: (text) => withUnit(text, BITS),
  write: (value) => {
    const unit = Object.keys(BITS).findLast((name) => value >= BITS[name]!) ?? 'bit';
    return `${shortest(value / BITS[unit]!)}${unit}`;
  },
  wanted: 'bits a second with their unit, such as 1mbit or 56kbit',
};

const whole: Kind<number> = {
  parse: (text) => (/^\d+$/.test(text) ? Number(text) : undefined),
  write: String,
  wanted: 'a whole number',
};

const list: Kind<readonly number[]> = {
  parse: (text) =>
    /^\d+([+,]\d+)*$/.test(text) ? text.split(/[+,]/).map(Number) : undefined,
  write: (value) => value.join('+'),
  wanted: "packets' numbers such as 3+7, counted from 1",
};

const stalls: Kind<readonly Stall[]> = {
  parse: (text) => {
    const parsed = text.split(/[+,]/).map((one) => {
      const [offset = '', length = ''] = one.split(':');
      return { offset: whole.parse(offset), milliseconds: duration.parse(length) };
    });
    return parsed.every(isStall) ? parsed : undefined;
  },
  write: (value) =>
    value
      .map(({ offset, milliseconds }) => `${offset}:${duration.write(milliseconds)}`)
      .join('+'),
  wanted: 'a byte and a duration, such as 1000:200ms',
};

interface Key {
  /** The property of the options. */
  name: Name;
  kind: Kind<unknown>;
  describe: string;
  /** What it is unless given. */
  usual: string;
  /** For the way back alone. */
  back: boolean;
}

/** Every key of a description, in the order in which `describeLink` writes them. */
const KEYS: Readonly<Record<string, Key>> = Object.fromEntries([
  ...twoWays('loss', 'loss', share, 'the share of packets that are lost'),
  ...twoWays('dup', 'dup', share, 'the share of packets that arrive twice'),
  ...twoWays(
    'dup-delay',
    'dupDelay',
    duration,
    'the longest time between a packet and its copy',
  ),
  ...twoWays(
    'reorder',
    'reorder',
    share,
    'the share of packets overtaken by 1 to 3 later ones',
  ),
  ...twoWays(
    'hold',
    'hold',
    duration,
    'the longest time that a packet waits to be overtaken',
  ),
  ...twoWays(
    'corrupt',
    'corrupt',
    share,
    'the share of packets lost because a flipped bit makes the checksum wrong',
  ),
  ...twoWays(
    'corrupt-past-checksum',
    'corruptPastChecksum',
    share,
    'the share of datagrams delivered with a flipped bit, as if without a checksum',
  ),
  ...twoWays('delay', 'delay', duration, 'the shortest time that a packet takes'),
  ...twoWays(
    'jitter',
    'jitter',
    duration,
    'the most that is added to the delay, at random',
  ),
  ...twoWays(
    'rate',
    'rate',
    rate,
    'how many bits the link carries in a second, for all packets together',
  ),
  ...twoWays('queue', 'queue', whole, 'how many packets may wait to be sent'),
  [
    'seed',
    {
      name: 'seed',
      kind: whole as Kind<unknown>,
      describe: 'decides which packets are hit; the same seed gives the same fates',
      usual: String(USUAL_SEED),
      back: false,
    },
  ],
  ...twoWays('drop', 'drop', list, 'lose these packets towards the target'),
  ...twoWays(
    'segment',
    'segment',
    whole,
    'bytes in a segment of a stream; 0 for what each write holds, up to 1448',
  ),
  ...twoWays(
    'stall',
    'stall',
    stalls,
    'pause the stream towards the target at this byte',
  ),
  ...twoWays(
    'cut',
    'cut',
    whole,
    'end the stream towards the target after this many bytes',
  ),
  ...twoWays(
    'reset',
    'reset',
    whole,
    'reset the connection after this many bytes towards the target',
  ),
]);

/** Every property of one direction has a key for the way back alone. */
function twoWays<N extends keyof OneWay>(
  key: string,
  name: N,
  kind: Kind<OneWay[N]>,
  describe: string,
): [string, Key][] {
  const one = {
    kind: kind as unknown as Kind<unknown>,
    usual: inWords(PERFECT[name], kind),
  };
  const pointed = POINTED.includes(name);
  const usual = pointed ? one.usual : `as --${key}`;
  return [
    [key, { ...one, name, describe, back: false }],
    [
      `${key}-back`,
      {
        ...one,
        name: `${name}Back`,
        describe: pointed
          ? describe.replace('towards the target', 'on the way back')
          : `${describe}, on the way back`,
        usual,
        back: true,
      },
    ],
  ];
}

/**
 * For the options of a command: each key with its meaning, the form of its value, and its
 * default.
 */
export const LINK_KEYS: readonly {
  key: string;
  describe: string;
  wanted: string;
  usual: string;
  back: boolean;
}[] = Object.entries(KEYS).map(([key, { kind, describe, usual, back }]) => ({
  key,
  describe,
  wanted: kind.wanted,
  usual,
  back,
}));

/**
 * Reads `loss=10%,seed=7`. An empty text is a perfect link.
 * @throws {MisuseError} ERR_BAD_LINK with what is wrong and what to write instead
 */
export function parseLink(text: string): LinkOptions {
  const given = new Map<string, string>();
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [name = '', ...rest] = part.split('=');
    if (rest.length === 0) {
      throw badLink(`'${part}' is not key=value, such as loss=10% or drop=3+7`);
    }
    const key = name.trim();
    if (given.has(key)) throw badLink(`${key} was given twice`);
    given.set(key, rest.join('=').trim());
  }
  return linkFromFlags(Object.fromEntries(given));
}

/**
 * Reads values by their keys, as a command line gives them: `{ loss: '10%', seed: '7' }`.
 * @throws {MisuseError} ERR_BAD_LINK
 */
export function linkFromFlags(
  given: Readonly<Record<string, string | undefined>>,
): LinkOptions {
  const options: { [Name in keyof LinkOptions]?: unknown } = {};
  for (const [name, text] of Object.entries(given)) {
    if (text === undefined) continue;
    if (!Object.hasOwn(KEYS, name)) {
      const meant = didYouMean(name, Object.keys(KEYS));
      const hint = meant === '' ? '' : `.${meant}`;
      const names = LINK_KEYS.filter(({ back }) => !back).map(({ key }) => key);
      const both = `${names.join(', ')}; all but seed take -back too`;
      throw badLink(`a link has no '${name}'; it has ${both}${hint}`);
    }
    const { name: property, kind } = KEYS[name]!;
    const value = kind.parse(text);
    if (value === undefined) throw badLink(`${name}: '${text}' is not ${kind.wanted}`);
    options[property] = value;
  }
  linkOf(options as LinkOptions); // checks the ranges
  return options as LinkOptions;
}

/** The shortest text from which `parseLink` reads the same options, without `replay`. */
export function describeLink(options: LinkOptions): string {
  return Object.entries(KEYS)
    .flatMap(([name, { name: property, kind }]) => {
      const value = options[property];
      if (value === undefined || value === Infinity) return [];
      if (Array.isArray(value) && value.length === 0) return [];
      return [`${name}=${kind.write(value as never)}`];
    })
    .join(',');
}

function inWords<Value>(value: Value, { write }: Kind<Value>): string {
  if (value === Infinity) return 'no limit';
  if (Array.isArray(value) && value.length === 0) return 'none';
  return write(value);
}

function withUnit(text: string, units: Record<string, number>): number | undefined {
  if (text === '0') return 0;
  const match = /^(\d+(?:\.\d+)?(?:e-\d+)?)([a-z]+)$/.exec(text);
  const factor = units[match?.[2] ?? ''];
  return match && factor !== undefined ? Number(match[1]) * factor : undefined;
}

function isStall(given: {
  offset: number | undefined;
  milliseconds: number | undefined;
}): given is Stall {
  return given.offset !== undefined && given.milliseconds !== undefined;
}

/** Rounds away binary arithmetic's last digits: 0.07 × 100 is 7.000000000000001. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(15)));
}
