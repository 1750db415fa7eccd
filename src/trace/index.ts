/** Traces: what programs did with their sockets, written down, read, and joined. */
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
export type {
  Arrival,
  Connection,
  Datagram,
  Direction,
  Fate,
  Flow,
  JoinedProcess,
  JoinedSocket,
  JoinedTrace,
  Piece,
  Problem,
  Transport,
} from './joined.ts';
export { mergeTraces, type NamedTrace } from './merge-traces.ts';
export { joinTrace } from './join.ts';
export { loadTrace } from './load-trace.ts';
export { parseTrace, type TraceFile, TraceReader } from './read-trace.ts';
export { beginRecording, type Recording, type RecordingOptions } from './recording.ts';
export { runProgram } from './run-program.ts';
