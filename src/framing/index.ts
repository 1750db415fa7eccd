/** Messages on a byte stream. Start with frame.ts; docs/framing.md tells the whole story. */
export {
  DEFAULT_MAX_FRAME_LENGTH,
  encodeFrame,
  encodeFrames,
  FrameDecoder,
  type FrameDecoderOptions,
  HEADER_LENGTH,
} from './frame.ts';
export type { Traffic } from './frame-reader.ts';
export {
  type CloseOptions,
  FramedConnection,
  type FramedConnectionOptions,
  type FramedStatistics,
  type StreamPair,
} from './framed-connection.ts';
export {
  decodeJson,
  decodeText,
  encodeJson,
  encodeText,
  type Validator,
} from './text.ts';
