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
 * Read next: options.ts, for the ranges.
 */
import { didYouMean } from '../../../common/index.ts';
import { badLink, type LinkOptions, linkOf, PERFECT, type Stall } from './options.ts';

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

/** Every key of a description, in the order in which `describeLink` writes them. */
const KEYS = {
  loss: key('loss', share, 'the share of packets that are lost'),
  dup: key('dup', share, 'the share of packets that arrive twice'),
  'dup-delay': key('dupDelay', duration, 'how much later a copy arrives, at most'),
  reorder: key('reorder', share, 'the share of packets that 1 to 3 later ones overtake'),
  hold: key('hold', duration, 'how long a packet waits to be overtaken, at most'),
  corrupt: key('corrupt', share, 'the share of packets in which one bit is flipped'),
  delay: key('delay', duration, 'how long each packet takes, at least'),
  jitter: key('jitter', duration, 'how much longer a packet may take'),
  rate: key('rate', rate, 'how fast the link sends, in bits a second'),
  queue: key('queue', whole, 'how many packets may wait to be sent'),
  seed: key('seed', whole, 'decides which packets; the same seed gives the same fates'),
  drop: key('drop', list, 'lose these packets towards the target'),
  'drop-back': key('dropBack', list, 'lose these packets on the way back'),
  segment: key('segment', whole, 'bytes in a segment of a stream'),
  stall: key('stall', stalls, 'pause the stream towards the target at this byte'),
  'stall-back': key('stallBack', stalls, 'pause the stream back at this byte'),
  cut: key('cut', whole, 'end the stream towards the target after this many bytes'),
  'cut-back': key('cutBack', whole, 'end the stream back after this many bytes'),
  reset: key('reset', whole, 'reset the connection after this many bytes to the target'),
  'reset-back': key(
    'resetBack',
    whole,
    'reset the connection after this many bytes back',
  ),
} as const;

export type LinkKey = keyof typeof KEYS;

/**
 * For the options of a command: each key with its meaning, the form of its value, and its
 * default.
 */
export const LINK_KEYS: readonly {
  key: LinkKey;
  describe: string;
  wanted: string;
  usual: string;
}[] = Object.entries(KEYS).map(([key, { name, describe, kind }]) => ({
  key: key as LinkKey,
  describe,
  wanted: kind.wanted,
  usual: inWords(PERFECT[name], kind.write),
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
    if (given.has(key)) throw badLink(`${key} is given twice`);
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
      const names = Object.keys(KEYS);
      const meant = didYouMean(name, names);
      const hint = meant === '' ? '' : `.${meant}`;
      throw badLink(`a link has no '${name}'; it has ${names.join(', ')}${hint}`);
    }
    const { name: property, kind } = KEYS[name as LinkKey];
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

function key<Value>(name: Name, kind: Kind<Value>, describe: string) {
  return { name, kind: kind as unknown as Kind<unknown>, describe };
}

function inWords(value: unknown, write: (value: never) => string): string {
  if (value === Infinity) return 'no limit';
  if (Array.isArray(value) && value.length === 0) return 'none';
  return write(value as never);
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
