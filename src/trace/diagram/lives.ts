/** From when to when a socket exists, and in what state. Pure. */
import type { JoinedSocket, JoinedTrace, SocketEvent } from '../joined/index.ts';
import type { Marks } from './marks.ts';
import type { Life, LifeKind, Point } from './story.ts';
import { talkOf } from './talks.ts';

/**
 * What an event makes of its socket.
 *
 *   socket ─ new ─ bind, listen ─ ready ───────────── close
 *   socket ─ new ─ connect ─ asking ─ connected ───── close     a client's
 *   socket ─ new ─ accept ─────────── connected ───── close     a server's
 */
const BECOMES: Partial<Record<SocketEvent['type'], LifeKind>> = {
  bind: 'ready',
  listen: 'ready',
  connected: 'connected',
  accept: 'connected',
};

/** Cut to the picture: what began before it has no `from`, what goes on after it no `to`. */
export function livesOf(
  trace: JoinedTrace,
  socket: JoinedSocket,
  marks: Marks,
  picture: { from: number; to: number },
): Life[] {
  const { id: lane, connection, traced, opened } = socket;
  const common = { lane, ...(connection !== undefined && { talk: talkOf(connection) }) };
  if (!traced || opened === undefined)
    return [{ ...common, kind: 'unknown', last: false }];
  const turns = turnsOf(socket, marks);
  const end = endOf(trace, socket, marks);
  return turns.flatMap(({ at, kind }, place): Life[] => {
    const next = turns[place + 1]?.at ?? end;
    if (at.t > picture.to || (next && next.t < picture.from)) return [];
    const ends = next !== undefined && next.t <= picture.to;
    const last = ends && place === turns.length - 1;
    return [
      {
        ...common,
        kind,
        ...(at.t >= picture.from && { from: at }),
        ...(ends && { to: next }),
        last,
      },
    ];
  });
}

interface Turn {
  at: Point;
  kind: LifeKind;
}

function turnsOf({ events, role }: JoinedSocket, marks: Marks): Turn[] {
  const turns: Turn[] = [{ at: pointOf(events[0]!, marks), kind: 'new' }];
  for (const event of events) {
    const kind = kindAfter(event, role);
    if (kind && kind !== turns.at(-1)!.kind)
      turns.push({ at: pointOf(event, marks), kind });
  }
  return turns;
}

/** It is closed, or its process ends and takes it along. */
function endOf(
  trace: JoinedTrace,
  { events, process }: JoinedSocket,
  marks: Marks,
): Point | undefined {
  const close = events.find(({ type }) => type === 'close');
  if (close) return pointOf(close, marks);
  const { ended } = trace.processes[process]!;
  return ended && { t: ended.t, mark: marks.exitOf(process) };
}

function pointOf(event: SocketEvent, marks: Marks): Point {
  return { t: event.t, mark: marks.of(event) };
}

function kindAfter(event: SocketEvent, role: JoinedSocket['role']): LifeKind | undefined {
  // Over UDP, `connect` only notes whom to send to.
  if (role === 'datagram') {
    return event.type === 'bind' || event.type === 'connected' ? 'ready' : undefined;
  }
  return event.type === 'connect' ? 'asking' : BECOMES[event.type];
}
