/**
 * Connects to whatever answers there: our auctioneer, the lecture's server, or one over ZeroMQ.
 *
 * A server that takes text takes whatever comes first for a name: a frame would get the seat of a
 * bidder who never bids. So the connection is made first, and nothing is sent over it before it is
 * known who listens:
 *
 *   a datagram ──► answered         our auctioneer: it has the same port over UDP
 *              ──► port unreachable something else. ZeroMQ greets at once, with ff; the
 *                                   lecture's server waits for a name, and gets one
 *              ──► nothing          a firewall, or a system that reports no such thing: frames,
 *                                   as if it were ours
 */
import { setTimeout as pause } from 'node:timers/promises';
import { PeerError } from '../../common/index.ts';
import { encodeJson } from '../../framing/index.ts';
import type { ConnectionSocket } from '../../tcp/index.ts';
import { DatagramSocket } from '../../udp/index.ts';
import { connect } from './connect.ts';
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

/** `any`: whatever the server understands, if that can be found out. */
export type Over = 'tcp' | 'udp' | 'lecture' | 'zeromq' | 'any';

/** Milliseconds to wait for an answer over UDP, and how often to ask. */
const UDP_TIME = 150;
const UDP_TRIES = 2;
/** The largest datagram over IPv4. */
const READ_SIZE = 65_507;
/** Milliseconds to wait for a greeting. */
const GREETING_TIME = 300;

/**
 * @throws ECONNREFUSED and other errors of the system; ERR_TIMED_OUT
 * @throws {PeerError} ERR_AUCTION_REFUSED if it is not an auctioneer, with what to use instead
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
      return new LectureLink(new TextCarrier(await connect(address, { signal })));
    case 'zeromq':
      return new LectureLink(new ZeromqCarrier(address));
    case 'any': {
      // Connected before it asks: of an auctioneer that is about to start, the question would be
      // refused, and it would be taken for something else.
      const socket = await connect(address, { signal });
      const isOther = await isSomethingElse(address);
      return isOther ? textOver(socket) : new FramedLink(socket);
    }
  }
}

async function textOver(socket: ConnectionSocket): Promise<AuctioneerLink> {
  const carrier = new TextCarrier(socket);
  const greeting = await carrier.greeting(GREETING_TIME).catch(() => Buffer.alloc(0));
  if (greeting.length === 0) return new LectureLink(carrier);
  await carrier.close();
  if (isZeromq(greeting)) throw useZeromq();
  const beginning = JSON.stringify(greeting.toString('latin1').slice(0, 40));
  const why = `the server there is not an auctioneer: it begins with ${beginning}`;
  throw new PeerError('ERR_AUCTION_REFUSED', why);
}

/**
 * Whether its machine reports that nobody listens there over UDP, by ICMP (RFC 792). It is asked
 * again: our auctioneer opens its UDP socket a moment after it can be connected to.
 */
async function isSomethingElse(address: AuctioneerAddress): Promise<boolean> {
  for (let time = 1; ; time += 1) {
    const heard = await whoIsThere(address);
    if (heard === 'answer') return false;
    if (time === UDP_TRIES) return heard === 'refusal';
    if (heard === 'refusal') await pause(UDP_TIME);
  }
}

/** What comes back for a datagram. */
async function whoIsThere({
  host,
  port,
}: AuctioneerAddress): Promise<'answer' | 'refusal' | 'nothing'> {
  const socket = new DatagramSocket({ family: host?.includes(':') ? 'IPv6' : 'IPv4' });
  try {
    await socket.connect(host === undefined ? { port } : { host, port });
    // Our auctioneer asks a stranger for a proof, and shows nobody that it was asked.
    await socket.send(encodeJson({ type: 'news', after: 0, token: 'who is there?' }));
    await socket.recvfrom(READ_SIZE, { timeout: UDP_TIME });
    return 'answer';
  } catch (error) {
    const isRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    return isRefused ? 'refusal' : 'nothing';
  } finally {
    await socket.close();
  }
}
