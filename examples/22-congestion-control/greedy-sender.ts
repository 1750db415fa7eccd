/**
 * Congestion control: a sender with a fixed window.
 *
 * Shows:    Lesson 18's sender, with 60 packets of 1000 bytes and a window of
 *           32. It spares its receiver, but not the link.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/22-congestion-control/greedy-sender.ts
 * Partner:  npx tsx examples/22-congestion-control/link.ts  (first)
 * See:
 *   <word>: 60 packets, 32 of them at once
 *   <word>: 60 packets have arrived; <n> were sent again
 * Exercise: If one of them had the link to itself, would packets be sent again?
 *           With what window would none be sent again?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port, name } = program({ name: 'ann' });
const PACKETS = 60;
const SIZE = 1000; // bytes
const WINDOW = 32; // packets that may be in flight
const PATIENCE = 1000; // milliseconds until the oldest is sent again

const socket = createSocket('udp4');
let oldest = 0; // in flight
let next = 0; // to be sent
let repeats = 0;
let timer: NodeJS.Timeout;
console.log(`${name}: ${PACKETS} packets, ${WINDOW} of them at once`);
socket.send('HELLO', port, host); // and wait until the other one is there

function sendOn(): void {
  clearTimeout(timer);
  timer = setTimeout(goBack, PATIENCE);
  for (; next < PACKETS && next < oldest + WINDOW; next += 1) send(next);
}

function send(number: number): void {
  socket.send(String(number).padEnd(SIZE), port, host);
}

// Simplification: it never gives up.
function goBack(): void {
  for (let number = oldest; number < next; number += 1) send(number);
  repeats += next - oldest;
  timer = setTimeout(goBack, PATIENCE);
}

socket.on('message', (packet) => {
  if (packet.toString() === 'GO') return sendOn();
  const [, text] = /^ACK (\d{1,6})$/.exec(packet.toString()) ?? [];
  const expected = Number(text);
  if (!(expected > oldest && expected <= next)) return; // says nothing new
  oldest = expected;
  if (oldest < PACKETS) return sendOn();
  clearTimeout(timer);
  console.log(
    `${name}: ${PACKETS} packets have arrived; ${repeats} were sent again`,
  );
  socket.close();
});
