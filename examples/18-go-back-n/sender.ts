/**
 * Go-back-N: the sender.
 *
 * Shows:    Four packets (the window) may be in flight, and one timer runs for
 *           the oldest. When it expires, the sender goes back to that packet,
 *           and sends everything from there on again.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/18-go-back-n/sender.ts
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
 *   packet 6, 70 euros: sent again
 *   packet 7, 80 euros: sent again
 *   paid 360 euros in <n> ms
 * Exercise: Lose the first datagram: start the link with --drop 1. How many
 *           packets are sent again, and how many with a window of 8?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40, 50, 60, 70, 80];
const WINDOW = 4; // packets that may be in flight
const PATIENCE = 2000; // milliseconds until the oldest is sent again
const MOST = 5; // times that a packet is sent

const socket = createSocket('udp4');
const started = Date.now();
let oldest = 0; // in flight
let next = 0; // to be sent
let times = 1;
let timer: NodeJS.Timeout;
sendOn();

function sendOn(): void {
  clearTimeout(timer);
  timer = setTimeout(goBack, PATIENCE);
  for (; next < PAYMENTS.length && next < oldest + WINDOW; next += 1)
    send(next);
}

function send(number: number, again = ''): void {
  const euros = PAYMENTS[number];
  console.log(`packet ${number}, ${euros} euros: sent${again}`);
  socket.send(`${number} ${euros}`, port, host);
}

function goBack(): void {
  if (times === MOST) throw new Error(`nobody acknowledges packet ${oldest}`);
  times += 1;
  for (let number = oldest; number < next; number += 1) send(number, ' again');
  timer = setTimeout(goBack, PATIENCE);
}

socket.on('message', (packet) => {
  const [, text] = /^ACK (\d{1,6})$/.exec(packet.toString()) ?? [];
  const expected = Number(text);
  if (!(expected > oldest && expected <= next)) return; // says nothing new
  oldest = expected;
  times = 1;
  if (oldest < PAYMENTS.length) return sendOn();
  clearTimeout(timer);
  const paid = PAYMENTS.reduce((sum, euros) => sum + euros, 0);
  console.log(`paid ${paid} euros in ${Date.now() - started} ms`);
  socket.close();
});
