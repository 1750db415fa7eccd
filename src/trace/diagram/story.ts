/**
 * The story that a diagram tells: who is there, what happens, what goes from whom to whom.
 * No places yet, only times, and words of several lengths for every label.
 *
 *   server          client          groups   processes
 *     1               1             lanes    sockets
 *     ┊ socket        ┊ socket      marks    what a socket does at a time
 *     │ bind          │
 *     │ ◄──"hello"────│ send        arrows   what goes from one lane to another
 *     │               ┴ close       lives    from when to when a socket is there
 *
 * Pure types. Read next: tell.ts, which makes it from a joined trace; layout.ts, which gives
 * everything its place.
 */
import type { JoinedSocket, Problem, SocketEvent, Transport } from '../joined/index.ts';

export interface Story {
  /** The command that was traced; may be empty. */
  command: string;
  view: View;
  /** One after the other; at least one. */
  acts: Act[];
  /** By `file:line`. */
  sources: ReadonlyMap<string, string>;
  problems: readonly Problem[];
}

/**
 * A part of a story with players of its own: when it begins, all processes of the one before
 * have ended. Most stories have one.
 */
export interface Act {
  from: number;
  to: number;
  groups: Group[];
  lanes: Lane[];
  /** In the order in which they begin. */
  talks: Talk[];
  /** In the order of time. */
  marks: Mark[];
  /** In the order in which they begin. */
  arrows: Arrow[];
  lives: Life[];
}

/** Which part of a trace is told, and what is not. Times in µs. */
interface View {
  from: number;
  to: number;
  /** Events inside, and those of the same sockets before and after. */
  events: number;
  before: number;
  after: number;
  /** Everything that the trace has. */
  total: { events: number; start: number; stop: number };
  /** Sockets that were not asked for, by --socket. */
  notChosen: number;
  /** Of those that were traced and do something here: how many, with room or without. */
  traced: { processes: number; sockets: number };
  /** Sockets that do something here and for which there is no room. */
  noRoom: string[];
  /** How to see what is left out; undefined for the options of the command line. */
  advice: readonly string[] | undefined;
}

export interface Group {
  /** Its place in the joined trace's processes. */
  id: number;
  /** No other group has it. */
  name: string;
  traced: boolean;
  /** Of a process that is not traced: nothing has ever shown that anybody is there. */
  nobody: boolean;
  pid: number | undefined;
  program: string | undefined;
  started: Point | undefined;
  ended: Point | undefined;
}

export interface Lane {
  /** Its place in the joined trace's sockets. */
  id: number;
  group: number;
  /** Counted from the left. Who comes later may take over the column of one that has gone. */
  column: number;
  /** `server:2`: how --socket calls it. */
  name: string;
  traced: boolean;
  /** A relay saw what it did: of its calls nothing is known. */
  seen: boolean;
  /** Above the lane, on two lines, each in several lengths. */
  title: Words;
  address: Words;
  /** In full, for a tooltip. */
  about: string;
  transport: Transport;
  role: JoinedSocket['role'];
  side: JoinedSocket['side'];
  /** Of a connection socket. */
  talk?: string;
}

/**
 * A connection, or all datagrams between two sockets: what has a colour of its own, and what
 * a page can show alone.
 */
export interface Talk {
  key: string;
  /** `client:1 and server:2`. */
  name: string;
  transport: Transport;
}

/** The same in several lengths, the longest first. */
export type Words = readonly string[];

/**
 * quiet    of no great consequence
 * bad      something was lost, refused or broken
 */
export type Tone = 'normal' | 'quiet' | 'bad';

export interface Mark {
  /** Counted through the whole story. */
  id: number;
  /** `server#12`: how --around calls it. */
  name: string;
  /** A lane's id; of an `exit` only the group. */
  lane?: number;
  group: number;
  t: number;
  /** Absent for the end of a process. */
  event?: SocketEvent;
  label: Words;
  tone: Tone;
  talk?: string;
  /** What else there is to say: each a sentence without its full stop. */
  notes: string[];
}

/**
 * bytes       of a stream, written and read
 * datagram
 * handshake   a client's call to a welcoming socket
 * accept      the welcoming socket hands out a connection socket
 * fin         one side has finished sending
 * rst         one side breaks the connection off, or nobody is there to answer
 */
type ArrowKind = 'bytes' | 'datagram' | 'handshake' | 'accept' | 'fin' | 'rst';

/**
 * delivered   both ends are known
 * lost        it was never received (a datagram)
 * nobody      nothing shows that anybody was there to get it
 * failed      the sender's own system refused it, or it was never given to it
 * unread      it was never read, or never noticed, by a program that was traced
 * unseen      one of its ends was not traced
 */
type ArrowFate = 'delivered' | 'lost' | 'nobody' | 'failed' | 'unread' | 'unseen';

export interface Arrow {
  /** Counted through the whole story. */
  id: number;
  kind: ArrowKind;
  fate: ArrowFate;
  from: End;
  to: End;
  label: Words;
  /** `duplicate`, `overtaken`, `truncated`, `corrupted`; empty is the rule. */
  fortunes: Fortune[];
  /** Whether the label stands where the arrow ends: where it begins, others begin, too. */
  labelAtEnd: boolean;
  talk: string;
  /** One sentence. */
  about: string;
}

export type Fortune = 'duplicate' | 'overtaken' | 'truncated' | 'corrupted';

/**
 * One end of an arrow. With a mark it is at that mark's time, on a lane that may be another
 * than the mark's. Without, the time is not known, or lies outside of the picture.
 */
export interface End {
  lane: number;
  mark?: Mark;
  outside?: 'before' | 'after';
}

/**
 * new         there is a socket, and nobody could reach it yet
 * ready       it has its address; a datagram socket or a welcoming socket
 * asking      connect has been called, and the handshake is under way
 * connected   the connection's life, from connect or accept to close
 * unknown     not traced
 */
export type LifeKind = 'new' | 'ready' | 'asking' | 'connected' | 'unknown';

export interface Life {
  lane: number;
  kind: LifeKind;
  talk?: string;
  /** Absent when it begins before the picture, or ends after it. */
  from?: Point;
  to?: Point;
  /** The last of its lane: the socket is given back there. */
  last: boolean;
}

/** A time and, if something is to be seen there, its mark: several may have the same time. */
export interface Point {
  t: number;
  mark?: Mark | undefined;
}
