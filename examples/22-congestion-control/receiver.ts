/**
 * Congestion control: the receiver.
 *
 * Shows:    Lesson 18's receiver, for several senders: from each it takes the
 *           packet that is next in order, and answers with the number that it
 *           expects next. It waits for two of them, and then says GO to both.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/22-congestion-control/receiver.ts --port 12001
 * Partner:  npx tsx examples/22-congestion-control/link.ts, then sender.ts
 * See:
 *   The receiver is ready
 *   ^C
 * Exercise: It could tell the senders which packets it has. Would that change
 *           how much of the link each of them gets?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

/** By the sender's port: the link has one for each. */
const expected = new Map<number, number>();
socket.on('message', (packet, sender) => {
  if (packet.toString() === 'HELLO') return welcome(sender.port);
  const next = expected.get(sender.port) ?? 0;
  const isNext = Number(packet.toString()) === next;
  expected.set(sender.port, isNext ? next + 1 : next);
  const ack = `ACK ${expected.get(sender.port)}`;
  socket.send(ack, sender.port, sender.address);
});

function welcome(sender: number): void {
  expected.set(sender, 0);
  if (expected.size < 2) return;
  for (const one of expected.keys()) socket.send('GO', one, host);
}
