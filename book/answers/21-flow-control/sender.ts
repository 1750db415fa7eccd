/**
 * Answer: The sender waits for ever for room to be announced, and the receiver, which
 * has announced it, waits for packets. Neither has a reason to say anything. (The
 * receiver of this lesson ends when it has read what has arrived.)
 *
 * Here the sender is played by hand: it fills the room, and takes no notice of what it
 * is told. When it asks, it is told again.
 * See:
 *   sent 0 10, 1 20 and 2 30
 *   the receiver has read the first, and announced room
 *   sent PROBE, answered ACK 3: there is room
 */
import { DatagramSocket } from '../../../src/udp/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const port = await freePort();
const receiver = startLesson('21-flow-control/receiver', '--port', `${port}`);
await receiver.printed('The receiver is ready');

const sender = new DatagramSocket();
const send = async (text: string) =>
  sender.sendto(Buffer.from(text), { host: '127.0.0.1', port });
const heard = async () => String((await sender.recvfrom(2048, { timeout: 20_000 })).data);
for (const packet of ['0 10', '1 20', '2 30']) await send(packet);
console.log('sent 0 10, 1 20 and 2 30');
await receiver.printed('read 10 euros, 10 in all');
console.log('the receiver has read the first, and announced room');
// Three acknowledgements, and the message that announces room.
for (let missed = 0; missed < 4; missed += 1) await heard();
await send('PROBE');
const [, number, room] = (await heard()).split(' ');
const words = Number(room) > 0 ? 'there is room' : 'there is none';
console.log(`sent PROBE, answered ACK ${number}: ${words}`);
await receiver.kill();
await sender.close();
