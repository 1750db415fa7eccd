/** What happens to packets, and what TCP does about it. Start with fate.ts. */
export { Bottleneck, type Bottlenecks, bottlenecksOf } from './bottleneck.ts';
export { describeLink, LINK_KEYS, linkFromFlags, parseLink } from './describe.ts';
export {
  type AnyAction,
  type AnyPassage,
  DirectPassage,
  isPerfect,
} from './direct-passage.ts';
export {
  type AckLosses,
  ackLossesOf,
  type Fates,
  fatesOf,
  flipBit,
  isUnhappy,
  type Who,
} from './fate.ts';
export {
  checkForDatagrams,
  type Link,
  linkOf,
  type LinkOptions,
  type OneWay,
  PERFECT,
  type Stall,
  STREAM_ONLY,
  withSeed,
} from './options.ts';
export { type Direction, DIRECTIONS, type Fate } from './packet.ts';
export { type Action, Passage } from './passage.ts';
export { LARGEST_SEGMENT, SYN_HEADERS, TCP_HEADERS, UDP_HEADERS } from './headers.ts';
export { parseReplay, recordHeader, recordLine } from './replay.ts';
export { datagramSummary, fateLine, streamSummary } from './report.ts';
export {
  countOutcome,
  type DatagramCounts,
  type DatagramRelayStatistics,
  type DeliveryEvent,
  type FateEvent,
  noDatagrams,
  noStreams,
  type Seen,
  type StreamCounts,
  type StreamFateEvent,
  type StreamRelayStatistics,
} from './statistics.ts';
export type { Sent } from './stream-model.ts';
export { Timeline } from './timeline.ts';
export { type Outcome, Wire } from './wire.ts';
