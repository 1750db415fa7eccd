/**
 * Takes a relay out of a trace: the two ends stand in place of its addresses, so that what
 * went through it is joined from end to end, as if it had gone there by itself. Pure.
 *
 *   written   client C ──► entry E   relay   exit X ──► target T   server
 *   joined    client C ──────────────────────────────► target T   server
 *
 * An end that was recorded keeps its events; X becomes C in those of the server, E becomes T in
 * those of the client: relay-ends.ts. An end that was not recorded gets the events that the relay
 * saw of it: seen-by-relay.ts. Datagrams are told apart by the relay's numbers: relayed-packets.ts.
 * Relays in a row are one: relays-in-a-row.ts.
 */
import { addressName } from './addresses.ts';
import type { TraceEvent } from './format.ts';
import type { Problem } from './joined.ts';
import type { TraceFile } from './read-trace.ts';
import { type Conversation, conversationsIn, passing } from './relay-conversations.ts';
import { findEnds } from './relay-ends.ts';
import { eventKey, numberPackets, type Packet } from './relayed-packets.ts';
import { inARow } from './relays-in-a-row.ts';
import { SeenByRelay } from './seen-by-relay.ts';

export interface RelayedConnection {
  /** The conversation's, the same for both ends. */
  id: string;
  /** Whether somebody was there behind the relay, which accepts at once. */
  byRelay: 'accepted' | 'refused';
  /** Neither end reset it: the relay did. */
  brokenOff: boolean;
  /** How many bytes it passed on to the server, and to the client; Infinity if not known. */
  passed: { there: number; back: number };
}

export interface Relayed {
  file: TraceFile;
  /** Of datagrams that went through a relay, by `eventKey`. */
  packets: ReadonlyMap<string, Packet>;
  /** Processes of which a relay saw what they did, by number; and whether it saw all. */
  seen: ReadonlyMap<number, 'all' | 'some'>;
  /** Of connections: what their ends were told of them, by `eventKey`. */
  connections: ReadonlyMap<string, RelayedConnection>;
}

export function throughRelay(file: TraceFile): Relayed {
  if (!file.lines.some(({ type }) => type === 'relay')) {
    return { file, packets: new Map(), seen: new Map(), connections: new Map() };
  }
  const relays = new Set<number>();
  const events: TraceEvent[] = [];
  let most = 0;
  for (const line of file.lines) {
    if (line.type === 'source') continue;
    most = Math.max(most, line.process);
    if (line.type === 'relay') relays.add(line.process);
    if (line.type !== 'process') events.push(line);
  }
  events.sort((a, b) => a.t - b.t);
  const { conversations, apart } = inARow(conversationsIn(events));
  const { ends, replaced } = findEnds(conversations, events);
  const lines = file.lines.flatMap((line) => {
    if (line.type !== 'source' && relays.has(line.process)) return [];
    return [replaced.get(line) ?? line];
  });
  const seen = new SeenByRelay(most + 1, file.head.wall);
  for (const one of ends) seen.add(one);
  const problems = [
    ...file.problems,
    ...tell(conversations, seen.processes.size > 0),
    ...(apart ? [APART] : []),
  ];
  const all = [...lines, ...seen.lines()];
  const connections = new Map<string, RelayedConnection>();
  for (const { client, server, conversation } of ends) {
    const byRelay = isRefused(conversation) ? 'refused' : 'accepted';
    const { id, whole } = conversation;
    const passedOn = (direction: 'there' | 'back'): number =>
      whole ? total(passing(conversation, 'went', direction)) : Infinity;
    const passed = { there: passedOn('there'), back: passedOn('back') };
    const one = { id, byRelay, brokenOff: isBrokenOff(conversation), passed } as const;
    for (const event of [...client, ...server]) {
      if (TOLD.has(event.type)) connections.set(eventKey(event), one);
    }
  }
  return {
    file: { ...file, lines: all, problems },
    packets: numberPackets(ends),
    seen: seen.processes,
    connections,
  };
}

const TOLD: ReadonlySet<string> = new Set(['connected', 'accept', 'drop', 'close']);

/** Once for each relay. */
function tell(conversations: readonly Conversation[], seen: boolean): Problem[] {
  const relays = new Map<string, Conversation[]>();
  for (const conversation of conversations) {
    const { entry, target } = conversation;
    const way = `${addressName(entry)} goes on to ${addressName(target)}`;
    const known = relays.get(way);
    if (known) known.push(conversation);
    else relays.set(way, [conversation]);
  }
  return [...relays].flatMap(([way, through]): Problem[] => {
    const early = through.some(({ transport }) => transport === 'tcp') ? EARLY : '';
    const refused = through.some(isRefused) ? NOBODY : '';
    const known = seen ? SEEN : '';
    const text = `through a relay: what comes to ${way}${early}${refused}${known}`;
    const relay: Problem = { kind: 'relay', text };
    return through.every(({ whole }) => whole) ? [relay] : [relay, KILLED];
  });
}

function isRefused({ events }: Conversation): boolean {
  return events.some((event) => 'what' in event && event.what === 'refused');
}

/** A reset went on that came from nowhere. */
function isBrokenOff({ events }: Conversation): boolean {
  const resets = events.filter((event) => 'what' in event && event.what === 'reset');
  return resets.length > 0 && resets.every(({ type }) => type === 'went');
}

function total(passing: readonly { bytes: number }[]): number {
  return passing.reduce((sum, { bytes }) => sum + bytes, 0);
}

const NOBODY = '; nobody was there, at least for a time';
const EARLY = "; it accepts at once, so a client is connected before the link's delay";
const SEEN = '; an end that nobody recorded is drawn as the relay saw it';
const APART: Problem = {
  kind: 'relay',
  text:
    'two relays in a row, one of which had forgotten its client: some datagrams are joined only ' +
    "as far as each relay; the lanes between them are the relays' own ends",
};
const KILLED: Problem = {
  kind: 'killed',
  text: 'the relay was killed or kept running: its last events may be missing',
};
