/**
 * The joined model: what happened, with both ends of everything side by side.
 *
 *   processes ── sockets ──┬── connections (TCP, paths): two directions of bytes
 *                          │      writes ═ pieces ═ reads
 *                          └── flows (UDP): datagrams from one socket to another
 *                                 send ─ arrivals
 *
 * Everything refers to everything else by its place in one of the lists of `JoinedTrace`
 * (`process: 2` is `processes[2]`), so that the model is plain data. Times are microseconds
 * since the trace began. Lists are in the order of time.
 *
 * A peer that was not traced gets a process and sockets too, with `traced: false`. They only
 * mark the other end: the trace does not know what that peer did.
 *
 * Pure types. Read next: join.ts, which makes it.
 */
import type { Line, SocketEvent, TraceAddress } from './format.ts';

export interface JoinedTrace {
  /** The time of day at t = 0, in ms since 1970. */
  wall: number;
  command: readonly string[];
  /** The time of the first and the last event. */
  start: number;
  stop: number;
  /** In the order in which they began; those that were not traced stand last. */
  processes: JoinedProcess[];
  sockets: JoinedSocket[];
  connections: Connection[];
  flows: Flow[];
  /** Lines of the programs by `file:line`, for every `at`. */
  sources: ReadonlyMap<string, string>;
  /** What the trace does not explain, or explains only in part. Usually empty. */
  problems: Problem[];
}

export interface JoinedProcess {
  id: number;
  name: string;
  traced: boolean;
  /** Absent for what was not traced. */
  pid?: number;
  /** A relay saw what it did; nobody recorded it. */
  seenByRelay?: true;
  program?: string;
  started?: number;
  /** Absent when it was killed, or still ran when the trace ended. */
  ended?: { t: number; code: number };
  /** In the order in which they came into being. */
  sockets: number[];
}

export type Transport = 'udp' | 'tcp' | 'path';

export interface JoinedSocket {
  id: number;
  process: number;
  /** Its number in its process, as in the trace; 0 for what was not traced. */
  number: number;
  traced: boolean;
  transport: Transport;
  role: 'datagram' | 'welcoming' | 'connection';
  /** Of a connection socket: who called, and who was called. */
  side?: 'client' | 'server';
  /** The last known. A server bound to every address keeps its 0.0.0.0 or ::. */
  local?: TraceAddress;
  /** Of a connection, and of a connected datagram socket. */
  remote?: TraceAddress;
  /** Of a connection socket that was accepted: the welcoming socket. */
  listener?: number;
  /** Of a connection that the welcoming socket closed at once: `maxConnections`. */
  dropped?: Line<'drop'>;
  /** Of a connection socket: its connection. */
  connection?: number;
  /** Absent for what was not traced. */
  opened?: number;
  /** Absent when the trace does not say. */
  closed?: number;
  /** Everything that happened to it, in order. */
  events: SocketEvent[];
}

/** A connection, or the attempt at one. */
export interface Connection {
  id: number;
  transport: 'tcp' | 'path';
  /** The socket that called connect. */
  client: number;
  /** The accepted socket; for a refused attempt a stand-in at the address called. */
  server: number;
  /**
   * `open`      made, and never seen to close
   * `closed`    made, and closed by at least one end
   * `failed`    never made: `failure` says why
   * `waiting`   asked for, and neither made nor failed before the trace ended
   */
  state: 'open' | 'closed' | 'failed' | 'waiting';
  /** When the client asked, when it was told, when the server's program was given it. */
  asked?: number;
  connected?: number;
  accepted?: number;
  /** A relay stands between: it had accepted before the server heard of it, or refused. */
  byRelay?: 'accepted' | 'refused';
  /** The relay broke it off, and none of its ends did. */
  brokenByRelay?: true;
  failure?: { t: number; code: string };
  /** The two streams: what the client sends, what the server sends. */
  directions: [client: Direction, server: Direction];
}

/** One stream of bytes, from one socket to the other. */
export interface Direction {
  from: number;
  to: number;
  writes: Line<'write'>[];
  reads: Line<'read'>[];
  /** Which bytes of which write came with which read, in the order of the stream. */
  pieces: Piece[];
  /** Bytes that the sender's program wrote and the receiver's was given, if they were traced. */
  sent?: number;
  received?: number;
  /** When the sender said that nothing more comes; when the receiver was told. */
  shutdown?: Line<'shutdown'>;
  end?: Line<'end'>;
  /** Why nothing can be said of what the receiver did not read; see watched.ts. */
  unwatched?: string;
  /** One end was recorded above TLS, the other beneath it: their bytes are not the same. */
  mixed?: true;
}

/**
 * A range of a stream that one write and one read have in common. One write that came in three
 * reads makes three pieces, two writes that came in one read make two.
 *
 * `delivered`  written and read
 * `unsent`     written, and never given to the system
 * `lost`       written, and read by a relay that never passed it on: it broke the connection off
 * `unread`     written, and never read by a receiver that was watched to its end
 * `unseen`     one of the two ends was not traced, or not to its end: its part is not known
 */
export interface Piece {
  /** Offsets in the stream: start ≤ byte < stop. */
  start: number;
  stop: number;
  /** Places in `writes` and `reads`. */
  write?: number;
  read?: number;
  fate: 'delivered' | 'unsent' | 'lost' | 'unread' | 'unseen';
}

/** All datagrams from one socket to another. */
export interface Flow {
  id: number;
  from: number;
  to: number;
  /** In the order of sending. */
  datagrams: Datagram[];
  /** Why nothing can be said of what the receiver did not receive; see watched.ts. */
  unwatched?: string | undefined;
}

/**
 * `delivered`   sent, and arrived at least once
 * `lost`        sent to a socket that existed and was watched to its end, and never received; or
 *               lost by a relay, which wrote it down
 * `nobody`      sent to an address where the trace knows of no socket at that time, and from
 *               which nothing ever came
 * `failed`      refused by the sender's own system, or never given to it: `send.error` says why
 * `unseen`      one of the two ends was not traced, or not to its end
 */
export type DatagramFate = 'delivered' | 'lost' | 'nobody' | 'failed' | 'unseen';

export interface Datagram {
  /** Absent when the sender was not traced. */
  send?: Line<'send'>;
  /** More than one: duplicated on its way. Empty: see `fate`. */
  arrivals: Arrival[];
  fate: DatagramFate;
}

export interface Arrival {
  receive: Line<'receive'>;
  /** One that was sent later arrived earlier. */
  overtaken: boolean;
  /** Fewer bytes arrived than were sent. */
  truncated: boolean;
  /** Other bytes arrived than were sent: a relay knows that it is the same datagram. */
  corrupted: boolean;
}

export interface Problem {
  /**
   * `cut`        a line of the file was cut off or is not an event, and was left out
   * `gap`        events of a process are missing between two others
   * `killed`     a process has no exit: it was killed, and its last events may be missing
   * `clock`      two clocks disagree, or something arrived before it was sent
   * `unmatched`  something arrived that nobody sent, though its sender was traced
   * `bytes`      what was read is not what was written there
   * `unfollowed` something went on where nobody was watching
   * `relay`      nothing is wrong: the two ends stand in place of a relay's addresses
   */
  kind:
    'cut' | 'gap' | 'killed' | 'clock' | 'unmatched' | 'bytes' | 'unfollowed' | 'relay';
  /** One sentence. */
  text: string;
  process?: number;
  socket?: number;
  t?: number;
}
