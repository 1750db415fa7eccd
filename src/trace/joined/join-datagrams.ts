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
import { partitionPoint } from '../../common/index.ts';
import type { Line } from './format.ts';

/** What one end recorded about a datagram. */
type Payload = Pick<Line<'send'>, 't' | 'bytes' | 'digest' | 'text' | 'hex'>;

interface Match<S, R> {
  send: S;
  receive: R;
}

export interface Matched<S, R> {
  matches: Match<S, R>[];
  /** Arrivals that nobody sent. */
  strays: R[];
}

/** How far back to look for the whole of an arrival that was cut, in datagrams. */
const LOOK_BACK = 32;

/**
 * All that one socket sent to another, and all that arrived there from it; both in order.
 * @param nameOf a name that a datagram has at both ends; unless told otherwise, its digest
 */
export function matchDatagrams<S extends Payload, R extends Payload>(
  sends: readonly S[],
  receives: readonly R[],
  nameOf: (end: S | R) => string = ({ digest }) => digest,
): Matched<S, R> {
  const sent = groupsOf(sends, nameOf);
  const matches: Match<S, R>[] = [];
  const strays: R[] = [];
  for (const [key, arrived] of groupsOf(receives, nameOf)) {
    const candidates = sent.get(key) ?? [];
    sent.set(key, matchEqual(candidates, arrived, matches, strays));
  }
  const left = [...sent.values()].flat().sort(byTime);
  const unknown = matchCut(left, strays.sort(byTime), matches);
  return { matches, strays: unknown };
}

/** @returns the sends that are left over */
function matchEqual<S extends Payload, R extends Payload>(
  sends: readonly S[],
  receives: readonly R[],
  matches: Match<S, R>[],
  strays: R[],
): S[] {
  const free: S[] = [];
  const doubles: R[] = [];
  let next = sends.length - 1;
  // From the last arrival backwards, each to the latest send before it.
  for (const receive of receives.toReversed()) {
    while (next >= 0 && sends[next]!.t > receive.t) free.push(sends[next--]!);
    if (next < 0) doubles.push(receive);
    else matches.push({ send: sends[next--]!, receive });
  }
  while (next >= 0) free.push(sends[next--]!);
  for (const receive of doubles.reverse()) {
    // Sent before it, so a copy of that one; or only after it, when clocks disagree.
    const send = sends[countBefore(sends, receive.t) - 1] ?? free.pop();
    if (send) matches.push({ send, receive });
    else strays.push(receive);
  }
  return free;
}

/** @returns the arrivals that are not the first part of anything sent, either */
function matchCut<S extends Payload, R extends Payload>(
  sends: S[],
  receives: readonly R[],
  matches: Match<S, R>[],
): R[] {
  return receives.filter((receive) => {
    const before = countBefore(sends, receive.t);
    for (let place = before - 1; place >= Math.max(0, before - LOOK_BACK); place -= 1) {
      if (!begins(sends[place]!, receive)) continue;
      matches.push({ send: sends.splice(place, 1)[0]!, receive });
      return false;
    }
    return true;
  });
}

/** How many of them, which are in order, were sent no later than `t`. */
function countBefore(sends: readonly Payload[], t: number): number {
  return partitionPoint(sends.length, (place) => sends[place]!.t <= t);
}

/** Could the arrival be the first part of what was sent? The previews must agree. */
function begins(send: Payload, receive: Payload): boolean {
  if (send.bytes <= receive.bytes) return false;
  const [whole, part] = [send.hex ?? send.text, receive.hex ?? receive.text];
  if (whole === undefined || part === undefined) return false;
  const length = Math.min(whole.length, part.length);
  return whole.slice(0, length) === part.slice(0, length);
}

function byTime(a: { t: number }, b: { t: number }): number {
  return a.t - b.t;
}

/** In the order in which they come. */
export function groupsOf<T>(
  events: readonly T[],
  nameOf: (event: T) => string,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const event of events) {
    const name = nameOf(event);
    const group = groups.get(name);
    if (group) group.push(event);
    else groups.set(name, [event]);
  }
  return groups;
}
