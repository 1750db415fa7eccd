/**
 * Go-back-N: the receiver.
 *
 * Shows:    It takes only the packet that is next in order, and throws away
 *           whatever comes too early. Its acknowledgement names the number that
 *           it expects next, so it acknowledges everything before that number.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/18-go-back-n/receiver.ts --port 12001
 * Partner:  npx tsx examples/18-go-back-n/link.ts, then sender.ts
 * See:
 *   The receiver is ready
 *   packet 0: 10 euros, 10 in all
 *   packet 1: 20 euros, 30 in all
 *   packet 2: 30 euros, 60 in all
 *   packet 3: 40 euros, 100 in all
 *   packet 4: 50 euros, 150 in all
 *   packet 5: 60 euros, 210 in all
 *   packet 6: 70 euros, 280 in all
 *   packet 7: 80 euros, 360 in all
 *   ^C
 * Exercise: Make it answer each packet with that packet's number + 1. What does
 *           the sender believe when packet 5 is lost and 6 arrives?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });
const FORM = /^(\d{1,6}) (\d{1,6})$/;

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

// Simplification: one sender, which begins with 0 and is not interrupted.
let expected = 0;
let total = 0;
socket.on('message', (packet, sender) => {
  const [, number, euros] = FORM.exec(packet.toString()) ?? [];
  if (number === undefined) return; // not from our sender
  if (Number(number) === expected) {
    expected += 1;
    total += Number(euros);
    console.log(`packet ${number}: ${euros} euros, ${total} in all`);
  }
  socket.send(`ACK ${expected}`, sender.port, sender.address);
});
