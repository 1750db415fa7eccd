/** A TCP connection to the auctioneer, or to whoever is there in its place. */
import type { WaitOptions } from '../../common/index.ts';
import { ConnectionSocket } from '../../tcp/index.ts';
import type { AuctioneerAddress } from './link.ts';

/** Milliseconds. */
const PATIENCE = 10_000;

/** @throws ECONNREFUSED and other errors of the system; ERR_TIMED_OUT; the signal's reason */
export async function connect(
  { host, port }: AuctioneerAddress,
  options: WaitOptions = {},
): Promise<ConnectionSocket> {
  const socket = new ConnectionSocket({ noDelay: true });
  try {
    await socket.connect(host === undefined ? { port } : { host, port }, {
      timeout: PATIENCE,
      ...options,
    });
    return socket;
  } catch (error) {
    await socket.close();
    throw error;
  }
}
