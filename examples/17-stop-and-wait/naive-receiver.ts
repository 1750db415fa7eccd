/**
 * Stop and wait: a receiver of payments without numbers.
 *
 * Shows:    A receiver that acknowledges whatever comes. The acknowledgement of
 *           30 euros is lost, so they are sent again, and the receiver cannot
 *           tell a repeated payment from a second payment of 30 euros.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/17-stop-and-wait/naive-receiver.ts --port 12001
 * Partner:  npx tsx examples/17-stop-and-wait/link.ts
 *           npx tsx examples/17-stop-and-wait/naive-sender.ts
 * See:
 *   The receiver is ready
 *   10 euros, 10 in all
 *   20 euros, 30 in all
 *   30 euros, 60 in all
 *   30 euros, 90 in all
 *   40 euros, 130 in all
 *   ^C
 * Exercise: Make it ignore a payment that equals the one before. Is the total
 *           right then?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

// Simplification: whatever comes is treated as a payment.
let total = 0;
socket.on('message', (packet, sender) => {
  const euros = Number(packet.toString());
  total += euros;
  console.log(`${euros} euros, ${total} in all`);
  socket.send('ACK', sender.port, sender.address);
});
