/** How a receiver of datagrams learns that no more will come. */
import type { DatagramSocket } from '../../udp/index.ts';
import type { Lab } from './lab.ts';

const LAST = Buffer.from('that was the last');
/** Time between two tries, in milliseconds. */
const PAUSE = 20;

/**
 * Receives everything that `sender` has sent to `receiver` and that was not lost, in order.
 *
 * Only the sender knows that nothing more will come. So it sends a last datagram, again and
 * again, since that may be lost too. Datagrams from one socket to another keep their order on
 * one machine, so what has not arrived before the last one will not arrive.
 */
export async function lastWord(
  lab: Lab,
  sender: DatagramSocket,
  receiver: DatagramSocket,
): Promise<Buffer[]> {
  const place = receiver.address;
  const say = (): void => void lab.later(sender.sendto(LAST, place));
  const timer = setInterval(say, PAUSE);
  say();
  try {
    const received: Buffer[] = [];
    for (;;) {
      const { data } = await receiver.recvfrom(65_535);
      if (data.equals(LAST)) return received;
      received.push(data);
    }
  } finally {
    clearInterval(timer);
  }
}
