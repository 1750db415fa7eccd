/** The options of a netcat: whom to talk to, in which pattern, for how long. */
import type { Readable } from 'node:stream';
import type { TextForm } from './message-text.ts';

export type PatternName =
  'req' | 'rep' | 'pub' | 'sub' | 'push' | 'pull' | 'pair' | 'dealer' | 'router';

export interface NetcatOptions {
  type: PatternName;
  /** Endpoints, such as `tcp://127.0.0.1:5678`; at least one of both. */
  bind: readonly string[];
  connect: readonly string[];
  form: TextForm;
  /**
   * Ends after this many messages: received ones; for `push` and `pub` sent ones; for `req`
   * and `rep` answered ones. Without it, ends with the input, or by Ctrl-C.
   */
  count?: number | undefined;
  /** How long to wait for one message, or for somebody to take it, in ms; for ever unless given. */
  timeout?: number | undefined;
  /**
   * How long unsent messages may take after the end, in ms. Unless given, for ever; after a
   * time-out, the same time again.
   */
  linger?: number | undefined;
  /** Messages to keep for one peer, in each direction; 1000 unless given, 0 for no limit. */
  hwm?: number | undefined;
  /** For `sub`: the prefixes that it wants; everything unless given. */
  subscribe?: readonly string[] | undefined;
  /** Peers to wait for before anything is sent; 1 for `pub` unless given, otherwise 0. */
  peers?: number | undefined;
  /** For `rep`: the answer, in which `{}` stands for the question; otherwise a line of input. */
  answer?: string | undefined;
  /** For wss://, in PEM: what a server shows, and whom a client trusts instead of everybody's. */
  tls?: { cert: string | undefined; key: string | undefined; ca: string | undefined };
  /** For `req`, `dealer` and `router`: the name by which a router knows this socket. */
  identity?: string | undefined;
}

/** A netcat's input and output. */
export interface NetcatIo {
  /** What is sent, line by line. Only asked for by sockets that send; destroyed at the end. */
  input: () => Readable;
  /** A message has arrived. The next is not taken before this has been printed. */
  message: (parts: readonly Buffer[]) => Promise<void> | void;
  /** All endpoints are bound or connected to. */
  ready: (endpoints: readonly string[]) => void;
  /** A line that could not be sent, in words; the others go on. */
  complain: (error: unknown) => void;
  /** News about peers that the user may want to see; it is not a failure. */
  note: (text: string) => void;
  /** Once, before anything is sent. At the end of the process it counts the messages not sent. */
  opened?: (unsent: () => number) => void;
  /** Aborts everything at once, and what is not yet sent is thrown away. */
  signal: AbortSignal;
}
