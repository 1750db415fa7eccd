/** A TCP connection to the auctioneer, or to whatever answers in its place. */
import type { WaitOptions } from '../../common/index.ts';
import { ConnectionSocket } from '../../tcp/index.ts';
import { ANSWER_TIME, type AuctioneerAddress } from './link.ts';

/** @throws ECONNREFUSED and other errors of the system; ERR_TIMED_OUT; the signal's reason */
export async function connect(
  { host, port }: AuctioneerAddress,
  options: WaitOptions = {},
): Promise<ConnectionSocket> {
  const socket = new ConnectionSocket({ noDelay: true });
  try {
    await socket.connect(host === undefined ? { port } : { host, port }, {
      timeout: ANSWER_TIME,
      ...options,
    });
    return socket;
  } catch (error) {
    await socket.close();
    throw error;
  }
}
