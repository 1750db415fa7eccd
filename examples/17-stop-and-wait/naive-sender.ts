/**
 * Stop and wait: a sender of payments without numbers.
 *
 * Shows:    A timer is enough to deal with loss: what is not acknowledged in
 *           time is sent again. But the sender cannot tell a payment that was
 *           lost from an acknowledgement that was lost.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/17-stop-and-wait/naive-sender.ts
 * Partner:  npx tsx examples/17-stop-and-wait/link.ts  (first)
 * See:
 *   10 euros: sent
 *   20 euros: sent
 *   20 euros: sent again
 *   30 euros: sent
 *   30 euros: sent again
 *   40 euros: sent
 *   paid 100 euros
 * Exercise: An acknowledgement that comes late may be taken for that of the
 *           next payment. What can be lost then?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40];
const PATIENCE = 2000; // milliseconds until a payment is sent again
const MOST = 5; // times that a payment is sent

const socket = createSocket('udp4');
let index = 0;
let times = 0;
let paid = 0;
let timer: NodeJS.Timeout;
send();

function send(): void {
  const euros = PAYMENTS[index];
  if (times === MOST) throw new Error(`nobody acknowledges ${euros} euros`);
  console.log(`${euros} euros: sent${times > 0 ? ' again' : ''}`);
  socket.send(String(euros), port, host);
  times += 1;
  timer = setTimeout(send, PATIENCE);
}

socket.on('message', () => {
  clearTimeout(timer);
  paid += PAYMENTS[index]!;
  index += 1;
  times = 0;
  if (index < PAYMENTS.length) return send();
  console.log(`paid ${paid} euros`);
  socket.close();
});
