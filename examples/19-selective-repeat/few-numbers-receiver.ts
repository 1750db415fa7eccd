/**
 * Selective repeat: a receiver with too few numbers for its window.
 *
 * Shows:    After 3 the numbers start again at 0. When it has 0, 1 and 2, it
 *           expects 3, 0 and 1. So it takes the repeats of 0 and 1 for new
 *           packets that come early, and delivers them after 3.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/19-selective-repeat/few-numbers-receiver.ts --port
 *             12001
 * Partner:  npx tsx examples/19-selective-repeat/deaf-link.ts
 *           npx tsx examples/19-selective-repeat/few-numbers-sender.ts
 * See:
 *   The receiver is ready
 *   packet 0: 10 euros, 10 in all
 *   packet 1: 20 euros, 30 in all
 *   packet 2: 30 euros, 60 in all
 *   packet 0: kept until 3 comes
 *   packet 1: kept until 3 comes
 *   packet 3: 40 euros, 100 in all
 *   packet 0: 10 euros, 110 in all
 *   packet 1: 20 euros, 130 in all
 *   ^C
 * Exercise: What would it have to know to tell a repeat of packet 0 from the
 *           next packet 0?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });
const NUMBERS = 4;
const WINDOW = 3;
const FORM = /^([0-3]) (\d{1,6})$/;

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

let expected = 0;
let total = 0;
const kept = new Map<number, number>();
socket.on('message', (packet, sender) => {
  const [, number, euros] = FORM.exec(packet.toString()) ?? [];
  if (number === undefined) return; // not from our sender
  const distance = (Number(number) - expected + NUMBERS) % NUMBERS;
  if (distance < WINDOW) kept.set(Number(number), Number(euros));
  if (distance > 0 && distance < WINDOW)
    console.log(`packet ${number}: kept until ${expected} comes`);
  for (; kept.has(expected); expected = (expected + 1) % NUMBERS)
    take(expected);
  socket.send(`ACK ${number}`, sender.port, sender.address);
});

function take(number: number): void {
  const euros = kept.get(number)!;
  kept.delete(number);
  total += euros;
  console.log(`packet ${number}: ${euros} euros, ${total} in all`);
}
