/**
 * Answer: The next payment. If that one is lost on its way, the sender has its
 * acknowledgement all the same, and never sends it again.
 *
 * Here the receiver is played by hand: it acknowledges 10 euros twice, as if an
 * impatient sender had sent them twice. The second acknowledgement arrives while the
 * sender is waiting for that of 20 euros. Numbers on payments alone would not help: the
 * acknowledgement needs one too, as in sender.ts.
 * See:
 *   received 10, and acknowledged it twice
 *   received 20, and did not acknowledge it
 *   received 30: for the sender, 20 has arrived
 */
import { DatagramSocket } from '../../../src/udp/index.ts';
import { startLesson } from '../lesson-program.ts';

const receiver = new DatagramSocket();
const { port } = await receiver.bind({ port: 0 });
const sender = startLesson('17-stop-and-wait/naive-sender', '--port', `${port}`);
const received = async () => receiver.recvfrom(2048, { timeout: 20_000 });

const first = await received();
await receiver.sendto(Buffer.from('ACK'), first.address);
await receiver.sendto(Buffer.from('ACK'), first.address);
console.log(`received ${String(first.data)}, and acknowledged it twice`);
const second = await received();
console.log(`received ${String(second.data)}, and did not acknowledge it`);
const third = await received();
console.log(`received ${String(third.data)}: for the sender, 20 has arrived`);
await sender.kill();
await receiver.close();
