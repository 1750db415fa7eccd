/**
 * Connections as arrows: the handshake, the bytes, and how each direction ends.
 *
 *   welcoming   connection     client
 *       │◄───── handshake ───────│ connect      what connect asked for, accept gives out
 *       ├────────►┃ accept       ┃ connected
 *                 ┃◄── "hello" ──┃ write        one arrow for each piece that a write and a
 *                 ┃◄──── FIN ────┃ half-close   read have in common
 *                 ┃───── RST ───►┃ error
 *
 * The trace sees calls, not packets. It knows that connect asked and that accept returned; when SYN
 * and SYN+ACK passed in between, only the kernel knows. FIN and RST are shown where a call on one
 * side has its consequence on the other.
 *
 * Pure.
 */
import type {
  Connection,
  Direction,
  JoinedTrace,
  Line,
  Piece,
  SocketEvent,
} from '../joined/index.ts';
import { visible } from '../../common/text/index.ts';
import { previewOfFirst, whyDropped } from './labels.ts';
import { type Marks, showRange } from './marks.ts';
import type { Arrow, End, Words } from './story.ts';
import { talkOf } from './talks.ts';
import { count, duration, range, size } from './words.ts';
import { namesBetween, type Spoken, spokenIn } from './zmtp-words.ts';

/** Those of which at least one end is in the picture. */
export function connectionArrows(trace: JoinedTrace, marks: Marks): Arrow[] {
  const maker = new ArrowMaker(trace, marks);
  for (const connection of trace.connections) maker.draw(connection);
  return maker.arrows;
}

type Draft = Pick<Arrow, 'kind' | 'fate' | 'from' | 'to' | 'label' | 'about'>;

class ArrowMaker {
  readonly arrows: Arrow[] = [];
  readonly #trace: JoinedTrace;
  readonly #marks: Marks;

  constructor(trace: JoinedTrace, marks: Marks) {
    this.#trace = trace;
    this.#marks = marks;
  }

  draw(connection: Connection): void {
    this.#handshake(connection);
    for (const direction of connection.directions) {
      this.#bytes(connection.id, direction);
      this.#fin(connection.id, direction);
      this.#rst(connection, direction);
    }
  }

  #add(connection: number, draft: Draft, labelAtEnd = false): void {
    if (!draft.from.mark && !draft.to.mark) return;
    this.arrows.push({
      id: 0,
      fortunes: [],
      labelAtEnd,
      talk: talkOf(connection),
      ...draft,
    });
  }

  /** The first event of a type. */
  #event<T extends SocketEvent['type']>(
    socket: number,
    ...types: T[]
  ): Line<T> | undefined {
    return this.#trace.sockets[socket]!.events.find((event): event is Line<T> =>
      (types as string[]).includes(event.type),
    );
  }

  /** A connection that was dropped, or never made, had no socket but the welcoming one. */
  #end(socket: number, event: SocketEvent | undefined): End {
    const { connection, dropped, listener = socket } = this.#trace.sockets[socket]!;
    const { state } = this.#trace.connections[connection!]!;
    const none = dropped !== undefined || state === 'failed' || state === 'waiting';
    return this.#marks.end(none ? listener : socket, event);
  }

  #handshake(connection: Connection): void {
    const { id, transport, client, server, state, failure, accepted, asked } = connection;
    const ask = this.#event(client, 'connect');
    const accept = this.#event(server, 'accept');
    const listener = this.#trace.sockets[server]!.listener ?? server;
    const from = this.#marks.end(client, ask);
    const to = { ...this.#handshaken(connection), lane: listener };
    const traced = this.#trace.processes[this.#trace.sockets[server]!.process]!.traced;
    const took =
      asked !== undefined && accepted !== undefined
        ? ` in ${duration(accepted - asked)}`
        : '';
    // Perhaps nothing was sent: then nobody can have received it.
    const asks = state !== 'failed' || !neverAsked(failure?.code);
    if (asks && (ask || accept)) {
      const label = [transport === 'path' ? 'connect' : 'handshake'];
      if (ask && accept) {
        const about = `connect asked, and accept gave out the connection${took}`;
        this.#add(id, { kind: 'handshake', fate: 'delivered', from, to, label, about });
      } else if (state === 'failed') {
        const { code = '' } = failure ?? {};
        const about = `connect asked, and failed: ${visible(code)}`;
        const fate = FAILED[code] ?? 'lost';
        this.#add(id, { kind: 'handshake', fate, from, to, label, about });
      } else if (this.#trace.sockets[server]!.dropped) {
        const why = whyDropped(this.#trace.sockets[server]!.dropped);
        const about = `the welcoming socket closed it at once: ${why}`;
        this.#add(id, { kind: 'handshake', fate: 'delivered', from, to, label, about });
      } else {
        const about = traced ? notAccepted(connection) : 'the other end was not traced';
        const fate = traced && connection.connected !== undefined ? 'unread' : 'unseen';
        this.#add(id, { kind: 'handshake', fate, from, to, label, about });
      }
    }
    if (accept && listener !== server) {
      const end = this.#marks.end(server, accept);
      const about = 'the welcoming socket hands out a connection socket';
      const from = { ...end, lane: listener };
      this.#add(id, {
        kind: 'accept',
        fate: 'delivered',
        from,
        to: end,
        label: [],
        about,
      });
    }
    if (state === 'failed' && failure?.code === 'ECONNREFUSED') {
      const error = this.#event(client, 'error');
      this.#add(
        id,
        {
          kind: 'rst',
          fate: 'nobody',
          from: { lane: server },
          to: this.#marks.end(client, error),
          label: ['refused'],
          about: 'nobody listens there, and the system says so at once',
        },
        true,
      );
    }
  }

  /**
   * The kernel has made the connection when the client is told, or before: then the arrow has
   * come to its end, even if the server's program is given the connection later. But a relay
   * accepts at once, and the server hears of it when the link's delay is over.
   */
  #handshaken({ client, server, connected, accepted, byRelay }: Connection): End {
    if (byRelay && accepted === undefined) {
      return this.#marks.end(server, this.#trace.sockets[server]!.dropped);
    }
    const first = accepted === undefined || (connected ?? Infinity) < accepted;
    if (connected !== undefined && first && !byRelay) {
      return this.#marks.end(client, this.#event(client, 'connected'));
    }
    // The new socket comes into being a moment before it is given out.
    const made = this.#event(server, 'socket') ?? this.#event(server, 'accept');
    return this.#marks.end(server, made);
  }

  #bytes(id: number, direction: Direction): void {
    const { from, to, writes, reads, pieces } = direction;
    const spoken = spokenIn(direction);
    const perWrite = countBy(pieces, ({ write }) => write);
    const perRead = countBy(pieces, ({ read }) => read);
    for (const piece of pieces) {
      const write = piece.write === undefined ? undefined : writes[piece.write]!;
      const read = piece.read === undefined ? undefined : reads[piece.read]!;
      const [start, stop] = [this.#marks.of(write), this.#marks.of(read)];
      if (!start && !stop) continue;
      const split = write !== undefined && perWrite[piece.write!]! > 1;
      const merged = read !== undefined && perRead[piece.read!]! > 1;
      if (split || merged) {
        showRange(start);
        showRange(stop);
      }
      // Each is told once, at its first piece.
      if (split && piece.start === write.offset) {
        start?.notes.push(`it comes in ${count(perWrite[piece.write!]!, 'piece')}`);
      }
      if (merged && piece.start === read.offset) {
        stop?.notes.push(`it holds ${count(perRead[piece.read!]!, 'piece')}`);
      }
      this.#add(
        id,
        {
          kind: 'bytes',
          fate: piece.fate === 'unsent' ? 'failed' : piece.fate,
          from: this.#end(from, write),
          to: this.#end(to, read),
          label: pieceWords(piece, write, read, split || merged, spoken),
          about: aboutPiece(piece, write, read, direction.unwatched),
        },
        (split && stop !== undefined) || !start,
      );
    }
  }

  #fin(id: number, direction: Direction): void {
    const { from, to, pieces, shutdown, end, unwatched, mixed } = direction;
    const close = this.#event(from, 'close') ?? this.#trace.sockets[from]!.dropped;
    // Another process may hold the connection too, as it shows by writing: then it goes on.
    const isShared =
      !mixed &&
      pieces.some(({ read, write }) => read !== undefined && write === undefined);
    // A program that only closes has also finished sending.
    const given =
      close && !isShared && !isReset(close) && (!end || close.t <= end.t)
        ? close
        : undefined;
    const cause = shutdown ?? (end ? given : undefined);
    if (!cause && !end) return;
    this.#add(id, {
      kind: 'fin',
      ...finFate(cause, end, unwatched),
      from: this.#end(from, cause),
      to: this.#end(to, end),
      label: ['FIN'],
    });
  }

  #rst({ id, brokenByRelay }: Connection, { from, to }: Direction): void {
    const close = this.#event(from, 'close');
    const cause = close?.reset ? close : undefined;
    const noticed = this.#trace.sockets[to]!.events.find(
      (event) =>
        (event.type === 'end' && event.reset) ||
        (event.type === 'error' &&
          (cause ? event.t >= cause.t : event.code === 'ECONNRESET')),
    );
    if (!cause && !noticed) return;
    this.#add(id, {
      kind: 'rst',
      fate: cause && noticed ? 'delivered' : 'unseen',
      from: this.#end(from, cause),
      to: this.#end(to, noticed),
      label: ['RST'],
      about: aboutReset(cause !== undefined, brokenByRelay),
    });
  }
}

/** A reset behind the handshake is not a refusal: the system had made the connection. */
const FAILED: Readonly<Record<string, Arrow['fate']>> = {
  ECONNREFUSED: 'unseen',
  closed: 'unseen',
  ECONNRESET: 'unread',
};

/** A kernel that says so has made the connection, whatever the server's program does. */
function notAccepted({ connected }: Connection): string {
  return connected === undefined
    ? 'connect asked, and nothing shows whether the connection was made'
    : 'the connection waits in the backlog: the program has not accepted it';
}

function isReset(close: Line<'close'> | Line<'drop'>): boolean {
  return close.type === 'close' && close.reset === true;
}

function aboutReset(isCalled: boolean, byRelay = false): string {
  if (isCalled)
    return 'the connection is broken off; bytes that were not read yet are lost';
  if (byRelay) return 'the relay breaks off the connection at both ends';
  return 'the system breaks the connection off, because bytes came that nobody will read';
}

/** Whether connect failed before anything was sent: no such name, a bad argument, a port in use. */
function neverAsked(code = ''): boolean {
  return /^(?:never asked|ERR_|ENOTFOUND|EAI_|EADDR|EACCES|EPERM|EMFILE|ENFILE)/.test(
    code,
  );
}

/** What became of the end of a stream, and what the picture says about it. */
function finFate(
  cause: { t: number } | undefined,
  end: { t: number } | undefined,
  unwatched: string | undefined,
): Pick<Arrow, 'fate' | 'about'> {
  const about = 'nothing comes after this';
  if (end && cause) {
    const took = `the other side was told in ${duration(end.t - cause.t)}`;
    return { fate: 'delivered', about: `${about}; ${took}` };
  }
  if (end) return { fate: 'unseen', about };
  if (unwatched === undefined) {
    return { fate: 'unread', about: `${about}; the other side never noticed` };
  }
  return { fate: 'unseen', about: `${about}; not seen here: ${unwatched}` };
}

function pieceWords(
  piece: Piece,
  write: Line<'write'> | undefined,
  read: Line<'read'> | undefined,
  ranged: boolean,
  spoken: readonly Spoken[],
): Words {
  const length = piece.stop - piece.start;
  const whole = [read, write].find((end) => end?.offset === piece.start);
  const numbers = range(piece.start, piece.stop);
  const names = namesBetween(spoken, piece.start, piece.stop);
  const text = whole && previewOfFirst(whole, length);
  const whats = names ?? [text ?? size(length)];
  if (piece.fate === 'unsent') {
    return [...whats.map((what) => `never sent: ${what}`), 'never sent'];
  }
  if (piece.fate === 'lost') {
    return [...whats.map((what) => `lost in the relay: ${what}`), 'lost in the relay'];
  }
  if (piece.fate === 'unread') {
    return [...whats.map((what) => `never read: ${what}`), 'never read'];
  }
  if (!ranged) return whats;
  if (!names && text === undefined) return [numbers];
  return [...whats.map((what) => `${numbers} ${what}`), numbers];
}

function aboutPiece(
  { start, stop, fate }: Piece,
  write: Line<'write'> | undefined,
  read: Line<'read'> | undefined,
  unwatched = 'TLS held some of it when the socket was closed',
): string {
  const bytes = `bytes ${range(start, stop)} (${size(stop - start)})`;
  if (fate === 'unsent') return `${bytes} were written and never sent`;
  if (fate === 'lost') return `${bytes} came to the relay, which never passed them on`;
  if (fate === 'unread') return `${bytes} were written and never read`;
  if (!write) return `${bytes}: the writer was not traced`;
  if (!read) return `${bytes}, not seen here: ${unwatched}`;
  return `${bytes} in ${duration(read.t - write.t)}`;
}

function countBy(
  pieces: readonly Piece[],
  key: (piece: Piece) => number | undefined,
): number[] {
  const counts: number[] = [];
  for (const piece of pieces) {
    const place = key(piece);
    if (place !== undefined) counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}
