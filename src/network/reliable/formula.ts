/**
 * What a textbook's formulas say that each rung achieves, in messages a second. Pure.
 *
 *     C    a cycle: the packet's sending, the way there, the answer's sending, the way back
 *     s    the sending of one packet; 0 without a rate
 *     T    the time-out: the fixed one, or for a rung that measures C + 10 ms, doubled each time
 *     N    the window
 *     p    the share of data packets that do not arrive; q: whose answer does not
 *
 *     stop-and-wait       1 / (C + T · q / (1 − q))
 *     go-back-n           1 / (max(C / N, s) + (T + C / 2) · p / (1 − p))
 *     selective-repeat    N / (max(C, N · s) + W), where W is how long the last packet of a window
 *     and those above     waits: T · Σ (1 − (1 − pⁱ)ᴺ), for the i-th time-out
 *     congestion-control  1 / (C · √(2p / 3)), at most 1 / s
 *
 * The first is exact on average (Kurose & Ross 3.4.1, with losses). The second adds to each loss
 * its time-out and half a cycle. The third lets each window wait for the last of its packets, and
 * the next window begin only then, so a window that slides does better. The last is that of
 * Mathis, Semke, Mahdavi and Ott, "The macroscopic behavior of the TCP congestion avoidance
 * algorithm" (1997). It leaves out time-outs and slow start.
 *
 * None of the formulas takes account of reordering, duplicates, full queues or a slow reader.
 */
import { type Link, type OneWay, UDP_HEADERS } from '../link/model/index.ts';
import type { RungOptions } from './options.ts';
import { HEADER } from './packet.ts';
import { RoundTripTime } from './round-trip.ts';
import type { Rung } from './rungs/rungs.ts';

export interface Load {
  link: Link;
  options: RungOptions;
  /** Bytes of a message. */
  size: number;
}

interface Terms {
  cycle: number;
  sending: number;
  lost: number;
  unanswered: number;
  window: number;
  /** How long the sender waits after the i-th attempt, from 0. */
  timeout: (attempt: number) => number;
}

/** Messages a second; undefined if nothing limits them. */
export function messagesPerSecond(rung: Rung, load: Load): number | undefined {
  const formula = FORMULAS[rung.name];
  const terms = termsOf(load, rung);
  if (formula && terms.unanswered === 1) return 0;
  const each = formula?.(terms);
  return each === undefined || each === 0 ? undefined : 1000 / each;
}

/** Milliseconds for each message. */
const FORMULAS: Readonly<Record<string, (terms: Terms) => number>> = {
  'stop-and-wait': ({ cycle, timeout, unanswered }) =>
    cycle + (timeout(0) * unanswered) / (1 - unanswered),
  'go-back-n': ({ cycle, lost, sending, timeout, window }) =>
    Math.max(cycle / window, sending) + ((timeout(0) + cycle / 2) * lost) / (1 - lost),
  'selective-repeat': windowByWindow,
  'round-trip-time': windowByWindow,
  'flow-control': windowByWindow,
  'congestion-control': ({ cycle, lost, sending }) =>
    Math.max(cycle * Math.sqrt((2 * lost) / 3), sending),
};

function windowByWindow({ cycle, lost, sending, timeout, window }: Terms): number {
  let waiting = 0;
  let share = 1;
  for (let attempt = 0; share > 1e-9 && attempt < MOST_ATTEMPTS; attempt += 1) {
    share = 1 - (1 - lost ** (attempt + 1)) ** window;
    waiting += share * timeout(attempt);
  }
  return (Math.max(cycle, window * sending) + waiting) / window;
}

/** As many as the sum needs, unless hardly anything arrives. */
const MOST_ATTEMPTS = 1000;

const MEASURING = new Set(['round-trip-time', 'flow-control']);

function termsOf({ link, options, size }: Load, { name }: Rung): Terms {
  const { back, there } = link;
  const sending = timeOf(size, there);
  const cycle = sending + latency(there) + timeOf(0, back) + latency(back);
  const lost = lossOf(there);
  const measured = new RoundTripTime(options.timeout);
  // After many equal round trips the estimated variation is almost 0.
  for (let sample = 0; sample < 100; sample += 1) measured.add(cycle);
  const timeout = MEASURING.has(name)
    ? (attempt: number) => measured.timeout(attempt)
    : () => options.timeout;
  return {
    cycle,
    sending,
    lost,
    unanswered: 1 - (1 - lost) * (1 - lossOf(back)),
    window: options.window,
    timeout,
  };
}

/** How long the sending of a payload of `size` bytes takes, headers included, milliseconds. */
function timeOf(size: number, { rate }: OneWay): number {
  return ((size + HEADER + UDP_HEADERS) * 8 * 1000) / rate;
}

function latency({ delay, jitter }: OneWay): number {
  return delay + jitter / 2;
}

function lossOf({ corrupt, corruptPastChecksum, loss }: OneWay): number {
  return 1 - (1 - loss) * (1 - corrupt) * (1 - corruptPastChecksum);
}
