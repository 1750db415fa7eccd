/**
 * The way to whoever answers there: our auctioneer, the lecture's server, or one over ZeroMQ.
 *
 * A server that takes text takes whatever comes first for a name: a frame would get the seat of a
 * bidder who never bids. So nothing is sent over TCP before it is known who listens:
 *
 *   a datagram ──► answered         our auctioneer: it has the same port over UDP
 *              ──► port unreachable something else. ZeroMQ greets at once, with ff; the
 *                                   lecture's server waits for a name, and gets one
 *              ──► nothing          a firewall, or a system that reports no such thing: frames,
 *                                   as if it were ours
 */
import { PeerError } from '../../common/index.ts';
import { encodeJson } from '../../framing/index.ts';
import { DatagramSocket } from '../../udp/index.ts';
import { DatagramLink } from './datagram-link.ts';
import { FramedLink } from './framed-link.ts';
import {
  isZeromq,
  LectureLink,
  TextCarrier,
  useZeromq,
  ZeromqCarrier,
} from './lecture-link.ts';
import type { AuctioneerAddress, AuctioneerLink } from './link.ts';

/** `any`: whatever answers there understands, if that can be found out. */
export type Over = 'tcp' | 'udp' | 'lecture' | 'zeromq' | 'any';

/** Milliseconds for an answer over UDP, and how often it is asked for. */
const UDP_TIME = 150;
const UDP_TRIES = 2;
/** The largest datagram over IPv4. */
const READ_SIZE = 65_507;
/** Milliseconds for a greeting. */
const GREETING_TIME = 300;

/**
 * @throws ECONNREFUSED and other errors of the system; ERR_TIMED_OUT
 * @throws {PeerError} ERR_AUCTION_REFUSED by what is no auctioneer, with what to use instead
 */
export async function openLink(
  over: Over,
  address: AuctioneerAddress,
  signal?: AbortSignal,
): Promise<AuctioneerLink> {
  switch (over) {
    case 'tcp':
      return FramedLink.open(address, { signal });
    case 'udp':
      return DatagramLink.open(address);
    case 'lecture':
      return new LectureLink(await TextCarrier.open(address, signal));
    case 'zeromq':
      return new LectureLink(new ZeromqCarrier(address));
    case 'any':
      return (await isSomethingElse(address))
        ? openText(address, signal)
        : FramedLink.open(address, { signal });
  }
}

async function openText(
  address: AuctioneerAddress,
  signal: AbortSignal | undefined,
): Promise<AuctioneerLink> {
  const carrier = await TextCarrier.open(address, signal);
  const greeting = await carrier.greeting(GREETING_TIME).catch(() => Buffer.alloc(0));
  if (greeting.length === 0) return new LectureLink(carrier);
  await carrier.close();
  if (isZeromq(greeting)) throw useZeromq();
  const beginning = JSON.stringify(greeting.toString('latin1').slice(0, 40));
  const why = `what answers there is not an auctioneer: it begins with ${beginning}`;
  throw new PeerError('ERR_AUCTION_REFUSED', why);
}

/** Whether its machine reports that nobody listens there over UDP, by ICMP (RFC 792). */
async function isSomethingElse({ host, port }: AuctioneerAddress): Promise<boolean> {
  const socket = new DatagramSocket({ family: host?.includes(':') ? 'IPv6' : 'IPv4' });
  try {
    await socket.connect(host === undefined ? { port } : { host, port });
    // Ours asks a stranger for a proof, and shows nobody that it was asked.
    const who = encodeJson({ type: 'news', after: 0, token: 'who is there?' });
    for (let time = 0; time < UDP_TRIES; time += 1) {
      await socket.send(who);
      try {
        await socket.recvfrom(READ_SIZE, { timeout: UDP_TIME });
        return false;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return true;
      }
    }
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    await socket.close();
  }
}
