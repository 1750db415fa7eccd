/** Traces: what programs did with their sockets, written down, read, and joined. */
export {
  type Arrival,
  type Connection,
  type Datagram,
  type Direction,
  type DatagramFate as Fate,
  type Flow,
  fromZero,
  type JoinedProcess,
  type JoinedSocket,
  type JoinedTrace,
  joinTrace,
  type Line,
  mergeTraces,
  type NamedTrace,
  parseTrace,
  type Piece,
  PREVIEW_BYTES,
  type Problem,
  type SocketEvent,
  type SourceLine,
  TRACE_VERSION,
  type TraceAddress,
  type TraceEvent,
  type TraceFile,
  type TraceLine,
  TraceReader,
  type Transport,
} from './joined/index.ts';
export { loadTrace } from './load-trace.ts';
export {
  beginRecording,
  type Recording,
  type RecordingOptions,
} from './recorder/recording.ts';
export { payloadOf } from './recorder/payload-of.ts';
export { runProgram } from '../common/process/index.ts';
