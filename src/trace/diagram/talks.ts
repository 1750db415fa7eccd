/** Talks: connections, and pairs of sockets that send each other datagrams. Pure. */
import type { JoinedSocket } from '../joined/index.ts';
import type { Arrow, Lane, Talk } from './story.ts';

/** Of a connection. */
export function talkOf(connection: number): string {
  return `connection ${connection}`;
}

/** Of two datagram sockets, whichever sends first. */
export function talkBetween(one: number, other: number): string {
  return `datagrams ${Math.min(one, other)} ${Math.max(one, other)}`;
}

/** The talks that are in a picture. */
export function talksOf(
  arrows: readonly Arrow[],
  lanes: readonly Lane[],
  transportOf: (socket: number) => JoinedSocket['transport'],
): Talk[] {
  const names = new Map(lanes.map(({ id, name }) => [id, name]));
  const talks = new Map<string, Talk>();
  // A handshake goes to the welcoming socket, which takes no part in what follows.
  const between = arrows.filter(({ kind }) => kind !== 'handshake' && kind !== 'accept');
  for (const { talk: key, from, to } of [...between, ...arrows]) {
    if (talks.has(key)) continue;
    const name = [from.lane, to.lane].map((lane) => names.get(lane)).join(' and ');
    talks.set(key, { key, name, transport: transportOf(from.lane) });
  }
  return [...talks.values()];
}
