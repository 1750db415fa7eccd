/**
 * One run in which a core is put to the test: what is sent, and what happens to which packet. Pure.
 *
 *     seed 17 ──caseOf──► 6 messages, window 3, … and luck that is drawn
 *     data1:lost,ack0.1:twice+30 ──readMishaps──► luck that is written down
 *
 * A packet's name says which one it is (../packet-name.ts), so a random run can be written down,
 * shortened, and run again.
 */
import { misuse } from '../../../common/index.ts';
import { type Fate, fatesOf, linkOf } from '../../link/model/index.ts';
import { fateOf } from '../fate-of.ts';
import { rungOptions, type RungOptions } from '../options.ts';
import { nameParts, packetName } from '../packet-name.ts';
import { rungNamed } from '../rungs/rungs.ts';

export type Role = 'sender' | 'receiver';

export interface Case {
  /** Which end is put to the test. The other one is ours. */
  role: Role;
  messages: number;
  window: number;
  space: number;
  buffer: number;
  /** Milliseconds, as are the next two. */
  timeout: number;
  delay: number;
  readEvery: number;
  /** How long the sender's application takes to write each message; milliseconds too. */
  writeEvery: number;
  /** Whether a copy with another session number, which must be ignored, precedes each packet. */
  strangers: boolean;
}

/** What happens to a packet. */
export interface Mishap {
  what: 'lost' | 'damaged' | 'twice' | 'overtaken';
  /** `twice`: how many ms later the copy comes; `overtaken`: by how many packets. */
  by: number;
}

/** What happens to the packet of this name, if anything does. */
export type Luck = (name: string) => Mishap | undefined;

/** How long a packet waits at most for others to overtake it, milliseconds. */
export const HOLD = 60;
const MOST_OVERTAKING = 3;

/** The first runs are small, so that what is wrong is seen in a small one. */
export function caseOf(
  rung: string,
  role: Role,
  seed: number,
): { run: Case; luck: Luck } {
  const { keeps } = rungNamed(rung);
  // Sequence numbers that soon wrap around. A late packet may then be a whole round behind.
  const isSmall = seed % 3 === 0;
  // A writer with a message in each round trip fills a larger window. Without one, whatever is
  // sent new leaves when an acknowledgement has just come.
  const isPaced = seed > 16 && seed % 7 === 3;
  const wide = isPaced ? 8 : 1 + (seed % 5);
  const window = rung === 'stop-and-wait' ? 1 : wide;
  const delay = 5 + 5 * (seed % 8);
  const run: Case = {
    role,
    messages: seed % 10 === 9 ? 40 : 1 + (seed % 12) + (isPaced ? 12 : 0),
    window,
    space: isSmall ? 2 * window : WHOLE_SPACE,
    buffer: isSmall || isPaced ? window : 1 + (seed % 7),
    timeout: seed % 4 === 3 ? 1000 : 50 + 10 * (seed % 16),
    delay,
    readEvery: keeps && seed % 2 === 1 ? 20 : 0,
    writeEvery: isPaced ? 2 * delay : 0,
    strangers: seed % 5 === 4,
  };
  // Where most acknowledgements are lost, only a timer tells what is missing.
  const isDeaf = isPaced && seed % 2 === 0;
  return { run, luck: drawnLuck(seed, { orderly: isSmall, deaf: isDeaf }) };
}

const WHOLE_SPACE = 2 ** 32;

interface Kind {
  /** Whether packets stay in their order. */
  orderly: boolean;
  /** Whether most first acknowledgements are lost; not of repeats, or a sender would give up. */
  deaf: boolean;
}

function drawnLuck(seed: number, { deaf, orderly }: Kind): Luck {
  // Of eight seeds, one harms nothing, and three only lose packets.
  const kind = seed % 8;
  const loss = kind === 0 ? 0 : ((seed * 7) % 41) / 100;
  const worse = kind > 3 && !orderly;
  const link = {
    seed,
    loss,
    ...(worse && { dup: 0.1, dupDelay: 80, reorder: 0.1 }),
    ...(kind > 3 && { corruptPastChecksum: 0.05 }),
  };
  const usual = fatesOf(linkOf(link));
  const first = deaf ? fatesOf(linkOf({ ...link, lossBack: 0.8 })) : usual;
  return (name) => {
    const parts = nameParts(name)!;
    return mishapOf(fateOf(parts.attempt === 0 ? first : usual, parts));
  };
}

function mishapOf({ copies, flippedAt, lost, overtakenBy }: Fate): Mishap | undefined {
  if (lost) return { what: 'lost', by: 0 };
  if (flippedAt >= 0) return { what: 'damaged', by: 0 };
  if (copies.length > 0) return { what: 'twice', by: Math.round(copies[0]!) };
  return overtakenBy > 0 ? { what: 'overtaken', by: overtakenBy } : undefined;
}

/** The fate that a link replays for it. */
export function fateFrom(mishap: Mishap | undefined, delay: number): Fate {
  const { by, what } = mishap ?? { by: 0, what: undefined };
  return {
    lost: what === 'lost',
    delay,
    copies: what === 'twice' ? [by] : [],
    overtakenBy: what === 'overtaken' ? by : 0,
    flippedAt: what === 'damaged' ? 0.5 : -1,
  };
}

export type Mishaps = ReadonlyMap<string, Mishap>;

/** The same mishaps, for packets whose sequence numbers are lower by this. */
export function earlier(mishaps: Mishaps, by: number): Mishaps {
  return new Map(
    [...mishaps].flatMap(([name, mishap]) => {
      const parts = nameParts(name)!;
      const seq = parts.seq - by;
      return seq < 0 ? [] : [[packetName({ ...parts, seq }), mishap]];
    }),
  );
}

const WHAT = /^(lost|damaged|twice|overtaken)(?:\+(\d{1,5}))?$/;

/**
 * Reads `data1:lost,ack0.1:twice+30,data4:overtaken+2`.
 * @throws {MisuseError} ERR_BAD_ARGUMENT with the word that means nothing
 */
export function readMishaps(text: string): Mishaps {
  const words = text.split(',').filter((word) => word !== '');
  return new Map(
    words.map((word) => {
      const [name = '', happens = ''] = word.split(':');
      const parts = nameParts(name);
      const [, what, by = what === 'overtaken' ? '1' : '0'] = WHAT.exec(happens) ?? [];
      const isTooMany =
        what === 'overtaken' && !(Number(by) >= 1 && Number(by) <= MOST_OVERTAKING);
      if (!parts || what === undefined || isTooMany) {
        throw misuse(
          `${JSON.stringify(word)} does not say what happens to a packet: write it as ` +
            'data1:lost, ack0.1:damaged, data2:twice+30 or data3:overtaken+2 (1 to 3)',
        );
      }
      return [packetName(parts), { what: what as Mishap['what'], by: Number(by) }];
    }),
  );
}

export function mishapsInWords(mishaps: Mishaps): string {
  return [...mishaps]
    .map(([name, { by, what }]) => `${name}:${what}${by > 0 ? `+${by}` : ''}`)
    .join(',');
}

export function optionsOf({ buffer, space, timeout, window }: Case): RungOptions {
  return rungOptions({ buffer, space, timeout, window });
}

/** What a run has unless it says otherwise. */
export const PLAIN: Omit<Case, 'role'> = {
  messages: 5,
  window: 4,
  space: WHOLE_SPACE,
  buffer: 8,
  timeout: 100,
  delay: 20,
  readEvery: 0,
  writeEvery: 0,
  strangers: false,
};

/** The options of `ladder replay` that run it again, without those that are as in PLAIN. */
export function replayOptions(run: Case, mishaps: Mishaps): string[] {
  const { buffer, delay, messages, readEvery, role, space } = run;
  const { strangers, timeout, window, writeEvery } = run;
  const all: readonly [name: string, value: string, usual: string][] = [
    ['messages', `${messages}`, `${PLAIN.messages}`],
    ['window', `${window}`, `${PLAIN.window}`],
    ['space', `${space}`, `${PLAIN.space}`],
    ['buffer', `${buffer}`, `${PLAIN.buffer}`],
    ['timeout', ms(timeout), ms(PLAIN.timeout)],
    ['delay', ms(delay), ms(PLAIN.delay)],
    ['read-every', ms(readEvery), ms(PLAIN.readEvery)],
    ['write-every', ms(writeEvery), ms(PLAIN.writeEvery)],
    ['fates', mishapsInWords(mishaps), ''],
  ];
  return [
    `--role ${role}`,
    ...all.flatMap(([name, value, usual]) =>
      value === usual ? [] : [`--${name} ${value}`],
    ),
    ...(strangers ? ['--strangers'] : []),
  ];
}

function ms(value: number): string {
  return `${value}ms`;
}
