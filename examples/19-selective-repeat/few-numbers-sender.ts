/**
 * Selective repeat: a sender with too few numbers for its window.
 *
 * Shows:    The same sender with four numbers and a window of 3. It pays 100
 *           euros and notices nothing.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/19-selective-repeat/few-numbers-sender.ts
 * Partner:  npx tsx examples/19-selective-repeat/deaf-link.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 2, 30 euros: sent
 *   packet 0, 10 euros: sent again
 *   packet 1, 20 euros: sent again
 *   packet 2, 30 euros: sent again
 *   packet 3, 40 euros: sent
 *   paid 100 euros
 * Exercise: With four numbers, what is the largest window for which this cannot
 *           happen? And with eight numbers?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40];
const NUMBERS = 4;
const WINDOW = 3;
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

function send(index: number, times = 1): void {
  const number = index % NUMBERS;
  if (times > MOST) throw new Error(`nobody acknowledges packet ${number}`);
  const again = times > 1 ? ' again' : '';
  console.log(`packet ${number}, ${PAYMENTS[index]} euros: sent${again}`);
  socket.send(`${number} ${PAYMENTS[index]}`, port, host);
  timers.set(number, setTimeout(send, PATIENCE, index, times + 1));
}

socket.on('message', (packet) => {
  const [, number] = /^ACK (\d)$/.exec(packet.toString()) ?? [];
  clearTimeout(timers.get(Number(number)));
  timers.delete(Number(number));
  while (oldest < next && !timers.has(oldest % NUMBERS)) oldest += 1;
  if (oldest < PAYMENTS.length) return sendOn();
  console.log(`paid ${PAYMENTS.reduce((sum, euros) => sum + euros, 0)} euros`);
  socket.close();
});
