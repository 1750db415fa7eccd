/**
 * Answer: If an acknowledgement is lost, the sender repeats its message until it gives
 * up: the receiver has the message and says nothing more about it.
 *
 * An acknowledgement may be lost just as a message may. To the sender both look the same.
 * See:
 *   says nothing about what has come before: asked 6 times, never answered
 *   answers it again: asked 2 times, answered
 */
import { TimedOutError } from '../../../src/common/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';

const MOST = 6; // how often the sender asks before it gives up

for (const again of [false, true]) {
  const [sender, receiver] = [new DatagramSocket(), new DatagramSocket()];
  const place = await receiver.bind({ port: 0 });

  let asked = 0;
  let answered = false;
  while (!answered && asked < MOST) {
    await sender.sendto(Buffer.from('message 1'), place);
    asked += 1;
    const { address } = await receiver.recvfrom(2048, { timeout: 5000 });
    // The first answer is lost on its way.
    if (asked > 1 && again) await receiver.sendto(Buffer.from('got 1'), address);
    answered = await hasAnswer(sender);
  }
  const what = again ? 'answers it again' : 'says nothing about what has come before';
  const end = answered ? 'answered' : 'never answered';
  console.log(`${what}: asked ${asked} times, ${end}`);
  await Promise.all([sender.close(), receiver.close()]);
}

async function hasAnswer(socket: DatagramSocket): Promise<boolean> {
  try {
    await socket.recvfrom(2048, { timeout: 50 });
    return true;
  } catch (error) {
    if (error instanceof TimedOutError) return false;
    throw error;
  }
}
