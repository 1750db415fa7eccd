/**
 * Finds the arrival of each datagram. Datagrams have no numbers, so they are told apart by
 * their digests and, if several are the same, by order and time.
 *
 *   sent       a     b     b'    c     d
 *   arrived       a     b     c     c     e      b or b' was lost, c was duplicated, d was lost,
 *                                                 and nobody sent e
 *
 * If a payload was sent several times, an arrival belongs to the latest datagram that was sent
 * before it and has no arrival yet: a program repeats itself because earlier ones were lost.
 * This matches as many as possible. A further arrival of a payload whose datagrams all have
 * one is a duplicate.
 */
import type { Line } from './format.ts';

type Send = Line<'send'>;
type Receive = Line<'receive'>;

interface Match {
  send: Send;
  receive: Receive;
  /** Fewer bytes arrived than were sent. */
  truncated: boolean;
}

export interface Matched {
  matches: Match[];
  /** Arrivals that nobody sent. */
  strays: Receive[];
}

/** How far back to look for the whole of an arrival that was cut, in datagrams. */
const LOOK_BACK = 32;

/** All that one socket sent to another, and all that arrived there from it; both in order. */
export function matchDatagrams(
  sends: readonly Send[],
  receives: readonly Receive[],
): Matched {
  const sent = byDigest(sends);
  const matches: Match[] = [];
  const strays: Receive[] = [];
  for (const [key, arrived] of byDigest(receives)) {
    const candidates = sent.get(key) ?? [];
    sent.set(key, matchEqual(candidates, arrived, matches, strays));
  }
  const left = [...sent.values()].flat().sort(byTime);
  const unknown = matchCut(left, strays.sort(byTime), matches);
  return { matches, strays: unknown };
}

/** @returns the sends that are left over */
function matchEqual(
  sends: readonly Send[],
  receives: readonly Receive[],
  matches: Match[],
  strays: Receive[],
): Send[] {
  const free: Send[] = [];
  const doubles: Receive[] = [];
  let next = sends.length - 1;
  // From the last arrival backwards, each to the latest send before it.
  for (const receive of receives.toReversed()) {
    while (next >= 0 && sends[next]!.t > receive.t) free.push(sends[next--]!);
    if (next < 0) doubles.push(receive);
    else matches.push({ send: sends[next--]!, receive, truncated: false });
  }
  while (next >= 0) free.push(sends[next--]!);
  for (const receive of doubles.reverse()) {
    // Sent before it, so a copy of that one; or only after it, when clocks disagree.
    const send = sends[countBefore(sends, receive.t) - 1] ?? free.pop();
    if (send) matches.push({ send, receive, truncated: false });
    else strays.push(receive);
  }
  return free;
}

/** @returns the arrivals that are no first part of anything sent either */
function matchCut(
  sends: Send[],
  receives: readonly Receive[],
  matches: Match[],
): Receive[] {
  return receives.filter((receive) => {
    const before = countBefore(sends, receive.t);
    for (let place = before - 1; place >= Math.max(0, before - LOOK_BACK); place -= 1) {
      if (!begins(sends[place]!, receive)) continue;
      matches.push({ send: sends.splice(place, 1)[0]!, receive, truncated: true });
      return false;
    }
    return true;
  });
}

/** How many of them, which are in order, were sent no later than `t`. */
function countBefore(sends: readonly Send[], t: number): number {
  let [low, high] = [0, sends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sends[middle]!.t <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Could the arrival be the first part of what was sent? The previews must agree. */
function begins(send: Send, receive: Receive): boolean {
  if (send.bytes <= receive.bytes) return false;
  const [whole, part] = [send.hex ?? send.text, receive.hex ?? receive.text];
  if (whole === undefined || part === undefined) return false;
  const length = Math.min(whole.length, part.length);
  return whole.slice(0, length) === part.slice(0, length);
}

function byTime(a: { t: number }, b: { t: number }): number {
  return a.t - b.t;
}

function byDigest<T extends Send | Receive>(events: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const event of events) {
    const group = groups.get(event.digest);
    if (group) group.push(event);
    else groups.set(event.digest, [event]);
  }
  return groups;
}
