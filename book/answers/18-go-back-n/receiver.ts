/**
 * Answer: That packet 5 has arrived as well: ACK 7 acknowledges everything before 7. The
 * sender never sends it again, and the payment is missing, though the sender says that
 * everything has been paid.
 *
 * Here the receiver is played by hand, and answers as the exercise asks.
 * See:
 *   received 0 to 7, and not 5
 *   the sender paid all of it
 */
import { DatagramSocket } from '../../../src/udp/index.ts';
import { startLesson } from '../lesson-program.ts';

const receiver = new DatagramSocket();
const { port } = await receiver.bind({ port: 0 });
const sender = startLesson('18-go-back-n/sender', '--port', `${port}`);
const came: number[] = [];
while (came.at(-1) !== 7) {
  const { data, address } = await receiver.recvfrom(2048, { timeout: 20_000 });
  const number = Number(String(data).split(' ')[0]);
  if (number === 5) continue; // lost on its way
  came.push(number);
  await receiver.sendto(Buffer.from(`ACK ${number + 1}`), address);
}
const isMissing = !came.includes(5);
console.log(`received ${came[0]} to ${came.at(-1)}, and ${isMissing ? 'not ' : ''}5`);
await sender.printed('paid 360 euros');
console.log('the sender paid all of it');
await sender.kill();
await receiver.close();
