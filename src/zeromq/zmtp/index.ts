/** ZMTP 3.1, bytes in and events out. Start with session.ts. */
export {
  type Command,
  decodeCommand,
  decodeMetadata,
  encodeCommand,
  type Metadata,
  property,
} from './command.ts';
export { encodeFrame, type Frame, ZmtpFrameDecoder } from './frame.ts';
export { COMMAND, LONG, MORE, ZmtpFrameReader } from './frame-reader.ts';
export { decodeGreeting, encodeGreeting, GREETING_LENGTH } from './greeting.ts';
export {
  commandFrame,
  type Credentials,
  HandshakeError,
  type Mechanism,
  type NoVerdict,
  type Verdict,
} from './mechanisms/mechanism.ts';
export { NullMechanism } from './mechanisms/null.ts';
export { PlainClient, PlainServer } from './mechanisms/plain.ts';
export {
  asBuffer,
  EMPTY,
  type Envelope,
  isSubscription,
  type Message,
  type MessageLike,
  NO_ENVELOPE,
  type Outgoing,
  partsOf,
  toOutgoing,
} from './message.ts';
export {
  LONGEST_HANDSHAKE_COMMAND,
  MOST_PARTS,
  type Peer,
  Session,
  type SessionSink,
} from './session.ts';
export {
  mayTalk,
  partnerOf,
  SocketType,
  TYPE_NAMES,
  type TypeName,
} from './socket-types.ts';
