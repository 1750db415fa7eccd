export {
  DatagramRelay,
  type DatagramRelayOptions,
  type DatagramRelayStatistics,
  openDatagramRelay,
} from './datagram-relay.ts';
export {
  describeLink,
  LINK_KEYS,
  type LinkKey,
  linkFromFlags,
  parseLink,
} from './describe.ts';
export { type Fate, type Fates, fatesOf, isUnhappy } from './fate.ts';
export {
  type Direction,
  DIRECTIONS,
  type Link,
  linkOf,
  type LinkOptions,
  type Stall,
} from './options.ts';
export { parseReplay, recordHeader, recordLine } from './replay.ts';
export type {
  DatagramCounts,
  DeliveryEvent,
  FateEvent,
  StreamCounts,
  StreamFateEvent,
} from './statistics.ts';
export {
  openStreamRelay,
  StreamRelay,
  type StreamRelayOptions,
  type StreamRelayStatistics,
} from './stream-relay.ts';
export type { Outcome } from './wire.ts';
