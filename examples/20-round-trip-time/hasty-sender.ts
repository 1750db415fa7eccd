/**
 * Round-trip time: a sender that does not wait long enough.
 *
 * Shows:    Lesson 18's sender, on a slower link. When the timer expires, the
 *           acknowledgements are still on their way: what is sent again was not
 *           lost.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/20-round-trip-time/hasty-sender.ts
 * Partner:  npx tsx examples/20-round-trip-time/slow-link.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 2, 30 euros: sent
 *   packet 3, 40 euros: sent
 *   packet 0, 10 euros: sent again
 *   packet 1, 20 euros: sent again
 *   packet 2, 30 euros: sent again
 *   packet 3, 40 euros: sent again
 *   packet 4, 50 euros: sent
 *   packet 5, 60 euros: sent
 *   packet 6, 70 euros: sent
 *   packet 7, 80 euros: sent
 *   packet 4, 50 euros: sent again
 *   packet 5, 60 euros: sent again
 *   packet 6, 70 euros: sent again
 *   packet 7, 80 euros: sent again
 *   paid 360 euros
 * Exercise: Suppose that the link has room for what is sent twice. Whom does it
 *           harm all the same?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40, 50, 60, 70, 80];
const WINDOW = 4; // packets that may be in flight
const PATIENCE = 2000; // milliseconds until the oldest is sent again

const socket = createSocket('udp4');
let oldest = 0; // in flight
let next = 0; // to be sent
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

// Simplification: it never gives up.
function goBack(): void {
  for (let number = oldest; number < next; number += 1) send(number, ' again');
  timer = setTimeout(goBack, PATIENCE);
}

socket.on('message', (packet) => {
  const [, text] = /^ACK (\d{1,6})$/.exec(packet.toString()) ?? [];
  const expected = Number(text);
  if (!(expected > oldest && expected <= next)) return; // says nothing new
  oldest = expected;
  if (oldest < PAYMENTS.length) return sendOn();
  clearTimeout(timer);
  console.log(`paid ${PAYMENTS.reduce((sum, euros) => sum + euros, 0)} euros`);
  socket.close();
});
