/**
 * Joins relays in a row: the address from which one sends is the next one's client. What went
 * through both becomes one conversation, made of what came to the outer side of each. Pure.
 *
 *     client ──► first ──► second ──► target
 *
 *   there   came to the first, went on from the second
 *   back    came to the second, went on from the first
 *
 * Each relay has numbers of its own for datagrams. In a row they have those of the relay that they
 * reached first: what went on from one is found among what came to the other.
 */
import { addressKey, isNameless, reaches } from './addresses.ts';
import { matchDatagrams } from './join-datagrams.ts';
import { type Conversation, type Passing, passing } from './relay-conversations.ts';

type Direction = 'there' | 'back';

interface Link {
  first: Conversation;
  second: Conversation;
  /** Between the first's reaching out and the second's client. */
  away: number;
}

/**
 * @returns the conversations, and whether there are datagrams that would have to be one: a relay
 *   that had forgotten its client has several conversations for one of the other
 */
export function inARow(all: readonly Conversation[]): {
  conversations: Conversation[];
  apart: boolean;
} {
  const links = linksOf(all);
  const next = new Map<Conversation, Conversation>();
  const taken = new Set<Conversation>();
  for (const { first, second } of links) {
    if (next.has(first) || taken.has(second)) continue;
    next.set(first, second);
    taken.add(second);
  }
  const isApart = ({ first, second }: Link): boolean =>
    first.transport === 'udp' && next.get(first) !== second;
  const apart = links.filter(isApart);
  for (const { first, second } of apart) {
    for (const [before, behind] of next) {
      if (before !== first && behind !== second) continue;
      next.delete(before);
      taken.delete(behind);
    }
  }
  const conversations = all
    .filter((conversation) => !taken.has(conversation))
    .map((conversation) => {
      let row = conversation;
      for (let second = next.get(conversation); second; second = next.get(second))
        row = oneOf(row, second);
      return row;
    });
  return { conversations, apart: apart.length > 0 };
}

/**
 * Those that began at about the same time come first: ports are used again. Last come those of a
 * client that had reset its connection before the second relay could ask who it was.
 */
function linksOf(all: readonly Conversation[]): Link[] {
  const byClient = new Map<string, Conversation[]>();
  for (const conversation of all) {
    const key = `${conversation.transport} ${addressKey(conversation.client)}`;
    const others = byClient.get(key);
    if (others) others.push(conversation);
    else byClient.set(key, [conversation]);
  }
  const nameless = all.filter(({ client }) => isNameless(client));
  const links = (callsOf: (first: Conversation) => readonly Conversation[]): Link[] =>
    all
      .flatMap((first) =>
        callsOf(first)
          .filter(({ entry }) => first.exit && reaches(first.target, entry))
          .map((second) => ({
            first,
            second,
            away: Math.abs(second.begun - first.reached),
          })),
      )
      .sort((a, b) => a.away - b.away);
  return [
    ...links(
      ({ transport, exit }) =>
        (exit && byClient.get(`${transport} ${addressKey(exit)}`)) ?? [],
    ),
    ...links(() => nameless),
  ];
}

function oneOf(first: Conversation, second: Conversation): Conversation {
  const { id, transport, client, entry, begun } = first;
  const { target, exit, reached } = second;
  const outer = first.events.filter((event) => isOuter(event));
  const inner = second.events.filter((event) => !isOuter(event));
  const row = [...outer, ...inner].sort((a, b) => a.t - b.t);
  const there = transport === 'udp' && numbersOf(first, second, 'there');
  const back = transport === 'udp' && numbersOf(second, first, 'back');
  const events =
    there && back
      ? row.map((event) => {
          if (!('bytes' in event)) return event;
          return renumbered(event, event.direction === 'there' ? there : back);
        })
      : row;
  const over = Math.max(first.over, second.over);
  const whole = first.whole && second.whole;
  const ends = { client, entry, target, ...(exit && { exit }) };
  return { id, transport, ...ends, begun, reached, over, events, whole };
}

/** At the side of the relay's client. */
function isOuter({ type, direction }: Conversation['events'][number]): boolean {
  return (type === 'came') === (direction === 'there');
}

interface Numbers {
  /** By the number that the farther relay gave, the nearer one's. */
  nearer: ReadonlyMap<number, number>;
  /** The nearer one's, of those that the farther relay lost, each copy. */
  lost: ReadonlySet<number>;
}

function numbersOf(near: Conversation, far: Conversation, direction: Direction): Numbers {
  const went = passing(near, 'went', direction);
  const came = passing(far, 'came', direction);
  const nearer = new Map<number, number>();
  const [lost, kept] = [new Set<number>(), new Set<number>()];
  for (const { send, receive } of matchDatagrams(went, came).matches) {
    nearer.set(receive.packet!, send.packet!);
    ('lost' in receive && receive.lost ? lost : kept).add(send.packet!);
  }
  for (const number of kept) lost.delete(number);
  return { nearer, lost };
}

function renumbered(event: Passing, { nearer, lost }: Numbers): Passing {
  const { packet } = event;
  if (event.type === 'came') return lost.has(packet!) ? { ...event, lost: true } : event;
  // One that nobody sent on has a number that the nearer relay never gives.
  return { ...event, packet: nearer.get(packet!) ?? -packet! };
}
