/**
 * Congestion control: a sender that finds out how much the link carries.
 *
 * Shows:    Its window grows by one packet for each acknowledgement, later for
 *           each whole window. Three duplicate acknowledgements mean a loss:
 *           the window starts again at one.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/22-congestion-control/sender.ts
 * Partner:  npx tsx examples/22-congestion-control/link.ts  (first)
 * See:
 *   <word>: 60 packets, and one of them first
 *   <word>: a loss with a window of <n>
 *   …
 *   <word>: 60 packets have arrived; <n> were sent again
 * Exercise: This is Tahoe, the TCP of 1988. Today's TCP goes on with half of
 *           the window after three duplicate acknowledgements. What does that
 *           gain?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port, name } = program({ name: 'ann' });
const PACKETS = 60;
const SIZE = 1000; // bytes
const PATIENCE = 1000; // milliseconds without news that count as a loss

const socket = createSocket('udp4');
let [oldest, next, sent] = [0, 0, 0]; // in flight; to be sent; sent at all
let [window, threshold] = [1, Infinity]; // packets
let repeats = 0;
let equal = 0; // acknowledgements that say the same
let recovery = 0; // losses before this packet count as one
let timer: NodeJS.Timeout;
console.log(`${name}: ${PACKETS} packets, and one of them first`);
socket.send('HELLO', port, host); // and wait until the other one is there

function sendOn(): void {
  clearTimeout(timer);
  timer = setTimeout(lose, PATIENCE);
  const end = Math.min(PACKETS, oldest + Math.floor(window));
  for (; next < end; next += 1) {
    if (next < sent) repeats += 1;
    sent = Math.max(sent, next + 1);
    socket.send(String(next).padEnd(SIZE), port, host);
  }
}

function lose(): void {
  console.log(`${name}: a loss with a window of ${Math.floor(window)}`);
  threshold = Math.max(2, window / 2);
  window = 1;
  [recovery, equal] = [sent, 0];
  next = oldest; // go back
  sendOn();
}

socket.on('message', (packet) => {
  if (packet.toString() === 'GO') return sendOn();
  const [, text] = /^ACK (\d{1,6})$/.exec(packet.toString()) ?? [];
  const expected = Number(text);
  if (expected === oldest && oldest >= recovery) equal += 1;
  if (equal === 3) lose();
  if (!(expected > oldest && expected <= sent)) return; // says nothing new
  oldest = expected;
  next = Math.max(next, oldest);
  equal = 0;
  window += window < threshold ? 1 : 1 / window;
  if (oldest < PACKETS) return sendOn();
  clearTimeout(timer);
  console.log(
    `${name}: ${PACKETS} packets have arrived; ${repeats} were sent again`,
  );
  socket.close();
});
