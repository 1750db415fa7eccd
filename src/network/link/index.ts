export { isAnybodyThere } from './anybody-there.ts';
export {
  DatagramRelay,
  type DatagramRelayOptions,
  openDatagramRelay,
} from './datagram-relay.ts';
export {
  type DatagramCounts,
  type DatagramRelayStatistics,
  datagramSummary,
  type DeliveryEvent,
  describeLink,
  type Direction,
  DIRECTIONS,
  type Fate,
  type FateEvent,
  fateLine,
  type Fates,
  fatesOf,
  isUnhappy,
  type Link,
  LINK_KEYS,
  linkFromFlags,
  linkOf,
  type LinkOptions,
  type Outcome,
  parseLink,
  parseReplay,
  recordHeader,
  recordLine,
  type Seen,
  type Stall,
  type StreamCounts,
  type StreamFateEvent,
  type StreamRelayStatistics,
  streamSummary,
  withSeed,
} from './model/index.ts';
export {
  checkKernelLink,
  isInNamespace,
  type KernelMeans,
  runInNamespace,
  spoilLoopback,
} from './kernel-link.ts';
export { openRelays, Relays, type RelaysOptions } from './relays.ts';
export { openStreamRelay, StreamRelay, type StreamRelayOptions } from './stream-relay.ts';
