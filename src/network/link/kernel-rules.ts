/**
 * The rules of nft(8) that lose messages by their numbers, and what their counters say. Pure.
 *
 * A message begins with its number, and each packet carries one message. So a rule can read the
 * number in the packet, at a known place after the headers:
 *
 *     ip │ udp 8 or tcp 32 │ frame's length, if any │ number │ …
 *                                                    └ in `lost0`, and not yet in `tried0`: drop it
 *
 * Message k's first sending is lost if its fate says so (model/fate.ts), and so is its first
 * repetition, its second and so on: `lost1` and `tried1` have those of the first one. Copies are
 * sent by nft as well; their mark keeps them from being copied for ever. The numbers of arriving
 * messages are kept for an hour, and how much is left of that hour tells when each arrived.
 */
import * as v from 'valibot';
import { fatesOf, linkOf, type LinkOptions, TCP_HEADERS } from './model/index.ts';

/** A lane in which each packet carries one message with its number. */
export interface NumberedLane {
  transport: 'udp' | 'tcp';
  /** Where the receiver listens. */
  port: number;
  /** How many messages there are, numbered from 1. */
  messages: number;
  /** Bytes that a packet carries, and how many of them come before the number. */
  segment: number;
  before: number;
}

/** What the kernel counted. */
export interface KernelCounts {
  /** In both directions, with headers. */
  packets: number;
  bytes: number;
  /** Packets back that neither open nor close. */
  acknowledgements: number;
  /** Packets with a message that arrived or were dropped, without the copies. */
  data: number;
  copies: number;
  /** When each number first arrived, milliseconds from a moment that is not known. */
  arrivedAt: ReadonlyMap<number, number>;
  /** The numbers that were dropped: when first sent, when sent again, and so on. */
  lost: readonly ReadonlySet<number>[];
}

/** After that many repetitions Linux gives up (tcp_retries2, tcp(7)). */
const MOST_ATTEMPTS = 16;
const MARK = '0x7';
export const ARRIVED = 'arrived';
const TABLE = 'ip socketlab';

/** For each attempt, the messages lost in it and in all attempts before it; and the copies. */
function planned(
  link: LinkOptions,
  { messages, transport }: NumberedLane,
): { lost: number[][]; copied: number[][] } {
  const fateOf = fatesOf(linkOf(link));
  const most = transport === 'udp' ? 1 : MOST_ATTEMPTS;
  const lost: number[][] = [];
  /** By how many copies: 1, 2, 3. */
  const copied: number[][] = [[], [], []];
  for (let k = 1; k <= messages; k += 1) {
    for (let attempt = 0; attempt < most; attempt += 1) {
      const fate = fateOf('there', k, 0, attempt);
      if (fate.lost) {
        (lost[attempt] ??= []).push(k);
        continue;
      }
      if (fate.copies.length > 0) copied[fate.copies.length - 1]!.push(k);
      break;
    }
  }
  return { lost, copied };
}

/** What `nft -f -` reads. */
export function numberedRules(link: LinkOptions, lane: NumberedLane): string {
  const { before, messages, port, segment, transport } = lane;
  const { lost, copied } = planned(link, lane);
  const headers = transport === 'udp' ? 8 : TCP_HEADERS - 20;
  const number = `@th,${(headers + before) * 8},32`;
  const set = (name: string, elements?: readonly number[]): string =>
    `set ${name} { typeof ${number}; ${
      elements
        ? `elements = { ${elements.join(', ')} };`
        : `flags dynamic; size ${messages};`
    } }`;
  const once = (name: string): string =>
    `${number} != @${name} add @${name} { ${number} }`;
  const copies = copied.map((numbers, index) => ({ numbers, times: index + 1 }));
  const copying = copies.filter(({ numbers }) => numbers.length > 0);
  const copy = 'dup to 127.0.0.1 device lo';
  // Only a segment with data and time stamps carries a number there: a SYN has options.
  const carries =
    transport === 'udp'
      ? `udp dport ${port} udp length ${8 + segment}`
      : `tcp dport ${port} tcp doff 8 tcp flags & syn == 0 ip length > ${TCP_HEADERS}`;
  const lines = [
    'counter every { }',
    'counter acknowledgements { }',
    'counter copies { }',
    'counter numbered { }',
    `set ${ARRIVED} { typeof ${number}; flags dynamic, timeout; timeout 1h; size ${messages}; }`,
    ...lost.flatMap((numbers, attempt) => [
      set(`lost${attempt}`, numbers),
      set(`tried${attempt}`),
    ]),
    ...(copying.length > 0 ? [set('copied')] : []),
    ...copying.map(({ numbers, times }) => set(`copied${times}`, numbers)),
    'chain by_number {',
    `  meta mark ${MARK} counter name copies return`,
    '  counter name numbered',
    ...lost.map((_, attempt) => {
      return `  ${number} @lost${attempt} ${once(`tried${attempt}`)} drop`;
    }),
    `  add @${ARRIVED} { ${number} }`,
    ...copying.map(({ times }) => {
      const all = Array.from({ length: times }, () => copy).join(' ');
      return `  ${number} @copied${times} ${once('copied')} meta mark set ${MARK} ${all}`;
    }),
    '}',
    'chain lossy {',
    '  type filter hook input priority 0;',
    // What is dropped at the output is told to the sender (EPERM); at the input it is not.
    ...(transport === 'udp'
      ? [`  ${carries} counter name every`]
      : [
          `  tcp dport ${port} counter name every`,
          `  tcp sport ${port} counter name every`,
          `  tcp sport ${port} tcp flags & (syn | fin | rst) == 0 counter name acknowledgements`,
        ]),
    `  ${carries} jump by_number`,
    '}',
  ];
  // Named before it is deleted: there may be none yet.
  return [
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...lines,
    '}',
    '',
  ].join('\n');
}

const LISTED = v.object({ nftables: v.array(v.record(v.string(), v.unknown())) });
const COUNTER = v.object({
  name: v.string(),
  packets: v.number(),
  bytes: v.number(),
});
const SET = v.object({
  name: v.string(),
  elem: v.optional(v.array(v.unknown()), []),
});
const NUMBERS = v.array(v.number());

/**
 * Reads what nft prints.
 * @param listed the table as JSON
 * @param arrived the set of what arrived as text, because its JSON has whole seconds only
 */
export function countsOf(listed: string, arrived: string): KernelCounts {
  const counters = new Map<string, v.InferOutput<typeof COUNTER>>();
  const sets = new Map<string, ReadonlySet<number>>();
  for (const { counter, set } of v.parse(LISTED, JSON.parse(listed)).nftables) {
    if (counter !== undefined) {
      const one = v.parse(COUNTER, counter);
      counters.set(one.name, one);
    }
    if (set !== undefined) {
      const { elem, name } = v.parse(SET, set);
      if (name.startsWith('tried')) sets.set(name, new Set(v.parse(NUMBERS, elem)));
    }
  }
  const packetsOf = (name: string): number => counters.get(name)?.packets ?? 0;
  const lost: ReadonlySet<number>[] = [];
  for (let tried = sets.get('tried0'); tried; tried = sets.get(`tried${lost.length}`)) {
    lost.push(tried);
  }
  return {
    packets: packetsOf('every'),
    bytes: counters.get('every')?.bytes ?? 0,
    acknowledgements: packetsOf('acknowledgements'),
    data: packetsOf('numbered'),
    copies: packetsOf('copies'),
    arrivedAt: arrivals(arrived),
    lost,
  };
}

const ELEMENT = /(0x[\da-f]+|\d+) (?:timeout \S+ )?expires ((?:\d+(?:ms|[dhms]))+)/g;
const UNITS: Record<string, number> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** `0x3 expires 59m58s996ms`: the less is left, the earlier it came. */
function arrivals(text: string): Map<number, number> {
  const all = text.matchAll(ELEMENT);
  return new Map(
    [...all].map(([, number, left]) => {
      const parts = [...left!.matchAll(/(\d+)(ms|[dhms])/g)];
      const ms = parts.reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit!]!, 0);
      return [Number(number), ms];
    }),
  );
}
