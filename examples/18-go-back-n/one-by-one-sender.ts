/**
 * Go-back-N: a sender that stops and waits.
 *
 * Shows:    Lesson 17's sender, but its numbers keep counting up. It sends one
 *           packet in each round trip, however fast the link is.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/18-go-back-n/one-by-one-sender.ts
 * Partner:  npx tsx examples/18-go-back-n/link.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 2, 30 euros: sent
 *   packet 3, 40 euros: sent
 *   packet 4, 50 euros: sent
 *   packet 5, 60 euros: sent
 *   packet 5, 60 euros: sent again
 *   packet 6, 70 euros: sent
 *   packet 7, 80 euros: sent
 *   paid 360 euros in <n> ms
 * Exercise: How many payments of 1000 bytes does it send in a second over this
 *           link, at most? And how many does a sender with a window of 4?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40, 50, 60, 70, 80];
const PATIENCE = 2000; // milliseconds until a packet is sent again
const MOST = 5; // times that a packet is sent

const socket = createSocket('udp4');
const started = Date.now();
let number = 0;
let times = 0;
let paid = 0;
let timer: NodeJS.Timeout;
send();

function send(): void {
  const euros = PAYMENTS[number];
  if (times === MOST) throw new Error(`nobody acknowledges packet ${number}`);
  const again = times > 0 ? ' again' : '';
  console.log(`packet ${number}, ${euros} euros: sent${again}`);
  socket.send(`${number} ${euros}`, port, host);
  times += 1;
  timer = setTimeout(send, PATIENCE);
}

socket.on('message', (packet) => {
  if (packet.toString() !== `ACK ${number + 1}`) return; // says nothing new
  clearTimeout(timer);
  paid += PAYMENTS[number]!;
  number += 1;
  times = 0;
  if (number < PAYMENTS.length) return send();
  console.log(`paid ${paid} euros in ${Date.now() - started} ms`);
  socket.close();
});
