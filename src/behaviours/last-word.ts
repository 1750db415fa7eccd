/** How a receiver of datagrams learns that no more will come. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatagramSocket } from '../udp/index.ts';
import type { Lab } from './lab.ts';

const LAST = Buffer.from('that was the last');
/** Between two tries, in milliseconds. */
const PAUSE = 20;

/**
 * Receives everything that `sender` has sent to `receiver` and that has survived, in its order.
 *
 * Nobody else can tell that nothing more will come. So the sender says a last word, again and
 * again, for it may be lost like everything else. Datagrams from one socket to another keep
 * their order on one machine, so what has not come before it will not come.
 */
export async function lastWord(
  lab: Lab,
  sender: DatagramSocket,
  receiver: DatagramSocket,
): Promise<Buffer[]> {
  let over = false;
  const saying = (async (): Promise<void> => {
    while (!over && !lab.signal.aborted) {
      await sender.sendto(LAST, receiver.address);
      await sleep(PAUSE);
    }
  })();
  saying.catch(() => {}); // the sender is closed: so is the receiver
  const received: Buffer[] = [];
  for (;;) {
    const { data } = await receiver.recvfrom(65_535);
    if (data.equals(LAST)) break;
    received.push(data);
  }
  over = true;
  await saying;
  return received;
}
