/**
 * Flow control: the sender.
 *
 * Shows:    It sends no more than the receiver has room for, and only one
 *           packet until it has heard from the receiver. While there is no room
 *           it asks now and then, because the message that announces room may
 *           be lost.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/21-flow-control/sender.ts
 * Partner:  npx tsx examples/21-flow-control/link.ts  (first)
 * See:
 *   packet 0, 10 euros: sent
 *   packet 1, 20 euros: sent
 *   packet 2, 30 euros: sent
 *   no room for packet 3
 *   is there room for packet 3?
 *   packet 3, 40 euros: sent
 *   no room for packet 4
 *   packet 4, 50 euros: sent
 *   paid 150 euros
 * Exercise: What happens if the message that announces room is lost, and the
 *           sender does not ask?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const PAYMENTS = [10, 20, 30, 40, 50];
const PATIENCE = 3000; // milliseconds until it sends again, or asks

const socket = createSocket('udp4');
let oldest = 0; // in flight
let next = 0; // to be sent
let edge = 1; // the first packet that there is no room for
let timer: NodeJS.Timeout;
sendOn();

function sendOn(): void {
  clearTimeout(timer);
  timer = setTimeout(repeat, PATIENCE);
  for (; next < PAYMENTS.length && next < edge; next += 1) send(next);
  if (oldest === next) console.log(`no room for packet ${next}`);
}

function send(number: number, again = ''): void {
  const euros = PAYMENTS[number];
  console.log(`packet ${number}, ${euros} euros: sent${again}`);
  socket.send(`${number} ${euros}`, port, host);
}

function repeat(): void {
  for (let number = oldest; number < next; number += 1) send(number, ' again');
  if (oldest === next) {
    console.log(`is there room for packet ${next}?`);
    socket.send('PROBE', port, host);
  }
  timer = setTimeout(repeat, PATIENCE);
}

socket.on('message', (packet) => {
  const [, ack, room] = /^ACK (\d{1,6}) (\d{1,6})$/.exec(String(packet)) ?? [];
  const expected = Number(ack);
  const wider = expected + Number(room);
  if (!(expected >= oldest && expected <= next)) return; // an old one
  if (expected === oldest && wider <= edge) return; // says nothing new
  oldest = expected;
  edge = Math.max(edge, wider);
  if (oldest < PAYMENTS.length) return sendOn();
  clearTimeout(timer);
  console.log(`paid ${PAYMENTS.reduce((sum, euros) => sum + euros, 0)} euros`);
  socket.close();
});
