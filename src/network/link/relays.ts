/**
 * One bad link for both: a datagram relay and a stream relay at the same port, which share the
 * link's rate and its queue.
 */
import { type HostPort, some } from '../../common/index.ts';
import { DatagramRelay, openDatagramRelay } from './datagram-relay.ts';
import {
  bottlenecksOf,
  linkOf,
  type LinkOptions,
  type Seen,
  STREAM_ONLY,
} from './model/index.ts';
import { openStreamRelay, StreamRelay } from './stream-relay.ts';

export interface RelaysOptions {
  listen: HostPort;
  to: HostPort;
  /** Each relay leaves out what cannot happen to streams, or to datagrams. */
  link: LinkOptions;
  /** Told what they see of the two ends. It must not throw, nor keep the bytes. */
  onSeen?: ((transport: 'udp' | 'tcp', seen: Seen) => void) | undefined;
}

export class Relays implements AsyncDisposable {
  readonly datagrams: DatagramRelay;
  readonly streams: StreamRelay;

  /** Only `openRelays` makes one. */
  constructor(datagrams: DatagramRelay, streams: StreamRelay) {
    this.datagrams = datagrams;
    this.streams = streams;
  }

  /** What has happened so far, for people: a line for each of the two that was used. */
  summary(): string[] {
    const lines: string[] = [];
    const [udp, tcp] = [this.datagrams.statistics, this.streams.statistics];
    const came = udp.there.received + udp.back.received;
    if (came > 0) {
      const lost = udp.there.lost + udp.back.lost;
      const twice = udp.there.duplicated + udp.back.duplicated;
      lines.push(`UDP: ${some(came, 'datagram')}, ${lost} lost, ${twice} duplicated`);
    }
    const segments = tcp.there.segments + tcp.back.segments;
    if (segments > 0) {
      const again = tcp.there.retransmissions + tcp.back.retransmissions;
      lines.push(`TCP: ${some(segments, 'segment')}, ${again} sent again (modelled)`);
    }
    return lines;
  }

  async close(): Promise<void> {
    await Promise.all([this.datagrams.close(), this.streams.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * @throws {MisuseError} ERR_BAD_LINK, ERR_BAD_ADDRESS, ERR_ADDRESS_FAMILY
 * @throws EADDRINUSE and other errors of the system
 */
export async function openRelays(options: RelaysOptions): Promise<Relays> {
  const { link, listen, to, onSeen } = options;
  const seenBy = (transport: 'udp' | 'tcp') =>
    onSeen && ((seen: Seen) => onSeen(transport, seen));
  const bottlenecks = bottlenecksOf(linkOf(link));
  const common = { listen, to, bottlenecks };
  const streams = await openStreamRelay({ ...common, link, onSeen: seenBy('tcp') });
  try {
    const datagrams = await openDatagramRelay({
      ...common,
      link: forDatagrams(link),
      onSeen: seenBy('udp'),
    });
    return new Relays(datagrams, streams);
  } catch (error) {
    await streams.close();
    throw error;
  }
}

function forDatagrams(link: LinkOptions): LinkOptions {
  const streamOnly: readonly string[] = STREAM_ONLY;
  return Object.fromEntries(
    Object.entries(link).filter(([name]) => !streamOnly.includes(name)),
  );
}
