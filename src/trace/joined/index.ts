/** A trace: its format, and both ends joined. Start with format.ts, then join.ts. */
export { isNameless } from './addresses.ts';
export {
  type Line,
  PREVIEW_BYTES,
  type SocketEvent,
  type SourceLine,
  TRACE_VERSION,
  type TraceAddress,
  type TraceEvent,
  type TraceLine,
} from './format.ts';
export { fromZero } from './from-zero.ts';
export { joinTrace } from './join.ts';
export type {
  Arrival,
  Connection,
  Datagram,
  Direction,
  DatagramFate,
  Flow,
  JoinedProcess,
  JoinedSocket,
  JoinedTrace,
  Piece,
  Problem,
  Transport,
} from './joined.ts';
export { mergeTraces, type NamedTrace } from './merge-traces.ts';
export { LONGEST_LINE, parseTrace, type TraceFile, TraceReader } from './read-trace.ts';
