/**
 * ZeroMQ's wire protocol, ZMTP 3.1: so far its pure codecs. Start with greeting.ts.
 *
 *   greeting ─► frames ─► commands        sessions, patterns and transports stand on these
 */
export {
  type Command,
  decodeCommand,
  encodeCommand,
  type Metadata,
  property,
} from './command.ts';
export {
  encodeFrame,
  type Frame,
  type FrameDecoderOptions,
  ZmtpFrameDecoder,
} from './frame.ts';
export {
  decodeGreeting,
  encodeGreeting,
  type Greeting,
  GREETING_LENGTH,
} from './greeting.ts';
