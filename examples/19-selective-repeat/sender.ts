/**
 * Selective repeat: the sender.
 *
 * Shows:    Each packet in flight has a timer of its own. When it expires,
 *           that packet is sent again, and no other. The window moves on when
 *           the oldest packet has been acknowledged.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/19-selective-repeat/sender.ts
 * Partner:  npx tsx examples/18-go-back-n/link.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 2, 30 euros: sent
 *   packet 3, 40 euros: sent
 *   packet 4, 50 euros: sent
 *   packet 5, 60 euros: sent
 *   packet 6, 70 euros: sent
 *   packet 7, 80 euros: sent
 *   packet 5, 60 euros: sent again
 *   paid 360 euros
 * Exercise: Lose an acknowledgement: start the link with --drop 99
 *           --drop-back 3. What is sent again? What did go-back-N send again?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40, 50, 60, 70, 80];
const WINDOW = 4; // packets that may be in flight
const PATIENCE = 2000; // milliseconds until a packet is sent again
const MOST = 5; // times that a packet is sent

const socket = createSocket('udp4');
let oldest = 0; // in flight
let next = 0; // to be sent
const timers = new Map<number, NodeJS.Timeout>(); // of what is in flight
sendOn();

function sendOn(): void {
  for (; next < PAYMENTS.length && next < oldest + WINDOW; next += 1)
    send(next);
}

function send(number: number, times = 1): void {
  if (times > MOST) throw new Error(`nobody acknowledges packet ${number}`);
  const again = times > 1 ? ' again' : '';
  const euros = PAYMENTS[number];
  console.log(`packet ${number}, ${euros} euros: sent${again}`);
  socket.send(`${number} ${euros}`, port, host);
  timers.set(number, setTimeout(send, PATIENCE, number, times + 1));
}

socket.on('message', (packet) => {
  const [, number] = /^ACK (\d{1,6})$/.exec(packet.toString()) ?? [];
  clearTimeout(timers.get(Number(number)));
  timers.delete(Number(number));
  while (oldest < next && !timers.has(oldest)) oldest += 1;
  if (oldest < PAYMENTS.length) return sendOn();
  const paid = PAYMENTS.reduce((sum, euros) => sum + euros, 0);
  console.log(`paid ${paid} euros`);
  socket.close();
});
