export { isAnybodyThere } from './anybody-there.ts';
export {
  DatagramRelay,
  type DatagramRelayOptions,
  openDatagramRelay,
} from './datagram-relay.ts';
export {
  describeLink,
  LINK_KEYS,
  type LinkKey,
  linkFromFlags,
  parseLink,
} from './describe.ts';
export { type Fates, fatesOf, isUnhappy } from './fate.ts';
export {
  checkKernelLink,
  isInNamespace,
  type KernelMeans,
  runInNamespace,
  spoilLoopback,
} from './kernel-link.ts';
export { type Link, linkOf, type LinkOptions, type Stall, withSeed } from './options.ts';
export { type Direction, DIRECTIONS, type Fate } from './packet.ts';
export { openRelays, Relays, type RelaysOptions } from './relays.ts';
export { parseReplay, recordHeader, recordLine } from './replay.ts';
export type {
  DatagramCounts,
  DatagramRelayStatistics,
  DeliveryEvent,
  FateEvent,
  StreamCounts,
  StreamFateEvent,
  StreamRelayStatistics,
} from './statistics.ts';
export { openStreamRelay, StreamRelay, type StreamRelayOptions } from './stream-relay.ts';
export { datagramSummary, fateLine, streamSummary } from './report.ts';
export type { Outcome } from './wire.ts';
