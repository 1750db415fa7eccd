/**
 * Stop and wait: the sender.
 *
 * Shows:    The whole protocol, which textbooks call rdt 3.0: send one packet,
 *           stop, and wait for the acknowledgement with its number. When the
 *           timer expires, send the same packet again.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/17-stop-and-wait/sender.ts
 * Partner:  npx tsx examples/17-stop-and-wait/link.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 1, 20 euros: sent again
 *   packet 0, 30 euros: sent
 *   packet 0, 30 euros: sent again
 *   packet 1, 40 euros: sent
 *   paid 100 euros
 * Exercise: Start the link with --delay 1200: a round trip then takes 2400 ms.
 *           Why is everything sent twice? Is the receiver's total still right?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40];
const PATIENCE = 2000; // milliseconds until a packet is sent again
const MOST = 5; // times that a packet is sent

const socket = createSocket('udp4');
let index = 0;
let number = 0; // 0, 1, 0, 1 …
let times = 0;
let paid = 0;
let timer: NodeJS.Timeout;
send();

function send(): void {
  const euros = PAYMENTS[index];
  if (times === MOST) throw new Error(`nobody acknowledges ${euros} euros`);
  const again = times > 0 ? ' again' : '';
  console.log(`packet ${number}, ${euros} euros: sent${again}`);
  socket.send(`${number} ${euros}`, port, host);
  times += 1;
  timer = setTimeout(send, PATIENCE);
}

socket.on('message', (packet) => {
  if (packet.toString() !== `ACK ${number}`) return; // for an earlier one
  clearTimeout(timer);
  paid += PAYMENTS[index]!;
  index += 1;
  number = 1 - number;
  times = 0;
  if (index < PAYMENTS.length) return send();
  console.log(`paid ${paid} euros`);
  socket.close();
});
