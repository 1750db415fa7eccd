/** The auctioneer's two sockets, TCP's and UDP's, at one port. */
import { type InetAddress, filesForConnections } from '../../../common/index.ts';
import { WelcomingSocket } from '../../../tcp/index.ts';
import { DatagramSocket } from '../../../udp/index.ts';

/**
 * A whole class connects at the same moment. Linux takes no more than its somaxconn,
 * listen(2).
 */
const BACKLOG = 4096;
/**
 * Milliseconds. A class that waits for its last bidder says nothing for minutes: so a router does
 * not forget its connections, and a computer that was switched off does not keep its seat.
 */
const KEEP_ALIVE = 60_000;
/** Datagrams that may wait while a turn of the event loop is busy. */
const DATAGRAM_QUEUE = 20_000;
/**
 * Bytes of those that wait in the system before that. Linux counts 768 or more for each, so its
 * default is full with fewer than three hundred; it grants twice its rmem_max at most, socket(7).
 */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

export interface Sockets {
  welcoming: WelcomingSocket;
  datagrams: DatagramSocket;
  /** How many connections this process may have: each is an open file. */
  files: number;
}

/** The same port for both. One that is free for TCP may be taken for UDP: then another. */
export async function openSockets(
  host: string | undefined,
  port: number,
): Promise<Sockets> {
  for (let attempt = 1; ; attempt += 1) {
    const welcoming = new WelcomingSocket({ noDelay: true, keepAlive: KEEP_ALIVE });
    await welcoming.bind(host === undefined ? { port } : { host, port });
    await welcoming.listen(BACKLOG);
    const { family, host: numeric, port: chosen } = welcoming.address as InetAddress;
    const datagrams = new DatagramSocket({
      family,
      queueLimit: DATAGRAM_QUEUE,
      receiveBuffer: RECEIVE_BUFFER,
    });
    try {
      await datagrams.bind({ host: numeric, port: chosen });
      return { welcoming, datagrams, files: filesForConnections() };
    } catch (error) {
      await closeSockets({ welcoming, datagrams });
      if (port !== 0 || attempt === 10) throw error;
    }
  }
}

export async function closeSockets({
  welcoming,
  datagrams,
}: Omit<Sockets, 'files'>): Promise<void> {
  await Promise.all([welcoming.close(), datagrams.close()]);
}
