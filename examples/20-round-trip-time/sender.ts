/**
 * Round-trip time: a sender that measures.
 *
 * Shows:    It measures one packet at a time. The time-out is the average plus
 *           four times the deviation (RFC 6298). A packet sent twice is not
 *           measured: nobody knows which attempt was answered (Karn).
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/20-round-trip-time/sender.ts
 * Partner:  npx tsx examples/20-round-trip-time/slow-link.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 2, 30 euros: sent
 *   packet 3, 40 euros: sent
 *   packet 4, 50 euros: sent
 *   packet 5, 60 euros: sent
 *   packet 6, 70 euros: sent
 *   packet 7, 80 euros: sent
 *   paid 360 euros; a round trip takes <n> ms
 * Exercise: Take lesson 18's link, which loses datagram 6, in place of this
 *           one. How long does this sender wait for packet 5, and why?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40, 50, 60, 70, 80];
const WINDOW = 4; // packets that may be in flight

const socket = createSocket('udp4');
let [oldest, next] = [0, 0]; // in flight, and to be sent
let patience = 4500; // milliseconds, while nothing has been measured
let [estimate, deviation] = [0, 0];
let timed: { number: number; at: number } | undefined;
let timer: NodeJS.Timeout;
sendOn();

function sendOn(): void {
  clearTimeout(timer);
  timer = setTimeout(goBack, patience);
  for (; next < PAYMENTS.length && next < oldest + WINDOW; next += 1)
    send(next);
}

function send(number: number, again = ''): void {
  const euros = PAYMENTS[number];
  console.log(`packet ${number}, ${euros} euros: sent${again}`);
  socket.send(`${number} ${euros}`, port, host);
  timed ??= { number, at: Date.now() };
}

function goBack(): void {
  patience *= 2; // back off, until something is measured
  for (let number = oldest; number < next; number += 1) send(number, ' again');
  timed = undefined; // Karn
  timer = setTimeout(goBack, patience);
}

function measure(roundTrip: number): void {
  const stray = Math.abs(roundTrip - estimate);
  deviation = estimate === 0 ? roundTrip / 2 : (3 * deviation + stray) / 4;
  estimate = estimate === 0 ? roundTrip : (7 * estimate + roundTrip) / 8;
  patience = estimate + Math.max(10, 4 * deviation);
  timed = undefined;
}

socket.on('message', (packet) => {
  const [, text] = /^ACK (\d{1,6})$/.exec(packet.toString()) ?? [];
  const expected = Number(text);
  if (!(expected > oldest && expected <= next)) return; // says nothing new
  oldest = expected;
  if (timed && timed.number < oldest) measure(Date.now() - timed.at);
  if (oldest < PAYMENTS.length) return sendOn();
  clearTimeout(timer);
  const paid = PAYMENTS.reduce((sum, euros) => sum + euros, 0);
  console.log(
    `paid ${paid} euros; a round trip takes ${estimate.toFixed()} ms`,
  );
  socket.close();
});
