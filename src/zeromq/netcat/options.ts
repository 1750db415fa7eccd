/** What a netcat is told: whom to talk to, in which pattern, for how long. */
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
   * The end after so many messages: received ones, for `push` and `pub` sent ones, for `req`
   * and `rep` answered ones. Without it the end of the input is the end, or Ctrl-C.
   */
  count?: number | undefined;
  /** How long to wait for one message, or for somebody to take it, in ms; for ever unless given. */
  timeout?: number | undefined;
  /**
   * How long what is not yet sent may take after the end, in ms. Unless given for ever, but
   * after a time-out as long again.
   */
  linger?: number | undefined;
  /** Messages that are kept for one peer, in each direction; 1000 unless given, 0 for any. */
  hwm?: number | undefined;
  /** For `sub`: the prefixes that it wants; everything unless given. */
  subscribe?: readonly string[] | undefined;
  /** Peers to be there before anything is sent; 1 for `pub` unless given, otherwise 0. */
  peers?: number | undefined;
  /** For `rep`: what it answers, with `{}` for what it was asked; otherwise a line of input. */
  answer?: string | undefined;
  /** For `req`, `dealer` and `router`: the name by which a router knows this socket. */
  identity?: string | undefined;
}

/** How a netcat meets the world. */
export interface NetcatIo {
  /** What is sent, line by line. Only asked for by sockets that send; destroyed at the end. */
  input: () => Readable;
  /** A message has come. The next is not taken before this has been printed. */
  message: (parts: readonly Buffer[]) => Promise<void> | void;
  /** All endpoints are bound or connected to. */
  ready: (endpoints: readonly string[]) => void;
  /** A line that could not be sent, in words; the others go on. */
  complain: (error: unknown) => void;
  /** Something about peers that whoever watches may want to know; nothing has failed by it. */
  note: (text: string) => void;
  /** Aborts everything at once, and what is not yet sent is thrown away. */
  signal: AbortSignal;
}
