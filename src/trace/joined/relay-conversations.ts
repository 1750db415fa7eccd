/**
 * What a relay has written down, by conversation: one for each client over UDP, and one for each
 * connection over TCP. Pure. Read next: relays-in-a-row.ts.
 */
import type {
  Line,
  RelayEvent,
  SocketEvent,
  TraceAddress,
  TraceEvent,
} from './format.ts';

/** Bytes that came to a relay, or went on. */
export type Passing = Extract<Line<'came'> | Line<'went'>, { bytes: number }>;

export interface Conversation {
  /** Of no other conversation of the trace. */
  id: string;
  transport: 'udp' | 'tcp';
  /** Who speaks to the relay, where; whom it speaks to then, and from where. */
  client: TraceAddress;
  entry: TraceAddress;
  target: TraceAddress;
  exit?: TraceAddress;
  /** When the client began, and when the relay spoke to the target; until when it went on. */
  begun: number;
  reached: number;
  over: number;
  /** Everything else, in order. */
  events: (Line<'came'> | Line<'went'>)[];
  /** The relay ended normally, and wrote down everything. */
  whole: boolean;
}

/** What was recorded of one conversation at its ends. */
export interface Ends {
  conversation: Conversation;
  client: SocketEvent[];
  server: SocketEvent[];
  /** Whether somebody recorded these ends, even if nothing came to them. */
  recorded: { client: boolean; server: boolean };
}

/** @param events of all processes, in the order of time */
export function conversationsIn(events: readonly TraceEvent[]): Conversation[] {
  const found = new Map<string, Conversation>();
  const counts = new Map<number, number>();
  const whole = new Set<number>();
  for (const event of events) {
    const { process, seq, t, type } = event;
    const count = counts.get(process) ?? 0;
    counts.set(process, count + 1);
    // No other event of it is missing.
    if (type === 'exit' && seq === count) whole.add(process);
    if (type === 'relay') {
      const { transport, client, entry, target } = event;
      const id = `${process} ${event.socket}`;
      const times = { begun: t, reached: Infinity, over: Infinity };
      const ends = { client, entry, target };
      found.set(id, { id, transport, ...ends, ...times, events: [], whole: false });
    } else if (type === 'came' || type === 'went') {
      const conversation = found.get(`${process} ${event.socket}`);
      if (!conversation) continue;
      conversation.events.push(event);
      if (!('what' in event)) continue;
      if (event.what === 'close') conversation.over = t;
      if (type === 'came' || !('from' in event) || !event.from) continue;
      conversation.exit = event.from;
      conversation.reached = t;
    }
  }
  for (const [id, conversation] of found) {
    conversation.whole = whole.has(Number(id.split(' ')[0]));
  }
  return [...found.values()];
}

export function isOfRelay(event: TraceEvent): event is RelayEvent {
  return event.type === 'relay' || event.type === 'came' || event.type === 'went';
}

/** Bytes of one direction, at one side of the relay. */
export function passing(
  { events }: Conversation,
  stage: 'came' | 'went',
  direction: 'there' | 'back',
): Passing[] {
  return events.filter(
    (event): event is Passing =>
      event.type === stage && event.direction === direction && 'bytes' in event,
  );
}
