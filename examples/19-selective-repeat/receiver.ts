/**
 * Selective repeat: the receiver.
 *
 * Shows:    It keeps what comes early, until what is missing has come, and
 *           acknowledges each packet by that packet's own number.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/19-selective-repeat/receiver.ts --port 12001
 * Partner:  npx tsx examples/18-go-back-n/link.ts
 *           npx tsx examples/19-selective-repeat/sender.ts
 * See:
 *   The receiver is ready
 *   packet 0: 10 euros, 10 in all
 *   packet 1: 20 euros, 30 in all
 *   packet 2: 30 euros, 60 in all
 *   packet 3: 40 euros, 100 in all
 *   packet 4: 50 euros, 150 in all
 *   packet 6: kept until 5 comes
 *   packet 7: kept until 5 comes
 *   packet 5: 60 euros, 210 in all
 *   packet 6: 70 euros, 280 in all
 *   packet 7: 80 euros, 360 in all
 *   ^C
 * Exercise: Why does it acknowledge a packet that it has already?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });
const WINDOW = 4;
const FORM = /^(\d{1,6}) (\d{1,6})$/;

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

// Simplification: one sender, which begins with 0 and is not interrupted.
let expected = 0;
let total = 0;
const kept = new Map<number, number>();
socket.on('message', (packet, sender) => {
  const [, number, euros] = FORM.exec(packet.toString()) ?? [];
  if (number === undefined) return; // not from our sender
  const distance = Number(number) - expected;
  if (distance >= WINDOW) return; // no room for it yet
  if (distance >= 0) kept.set(Number(number), Number(euros));
  if (distance > 0)
    console.log(`packet ${number}: kept until ${expected} comes`);
  for (; kept.has(expected); expected += 1) take(expected);
  socket.send(`ACK ${number}`, sender.port, sender.address);
});

function take(number: number): void {
  const euros = kept.get(number)!;
  kept.delete(number);
  total += euros;
  console.log(`packet ${number}: ${euros} euros, ${total} in all`);
}
