/**
 * Stop and wait: the receiver.
 *
 * Shows:    It takes the packet whose number it expects, and then expects the
 *           other number. A packet with the previous number is a repeat: it is
 *           acknowledged again, because the first acknowledgement may be lost,
 *           but it is not counted.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/17-stop-and-wait/receiver.ts --port 12001
 * Partner:  npx tsx examples/17-stop-and-wait/link.ts, then sender.ts
 * See:
 *   The receiver is ready
 *   packet 0: 10 euros, 10 in all
 *   packet 1: 20 euros, 30 in all
 *   packet 0: 30 euros, 60 in all
 *   packet 0: again
 *   packet 1: 40 euros, 100 in all
 *   ^C
 * Exercise: Why are two numbers enough? Over what kind of link are they not?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });
const FORM = /^([01]) (\d{1,6})$/;

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

// Simplification: one sender, which begins with 0 and is not interrupted.
// Lesson 15's careful programs have a session number for the others.
let expected = 0;
let total = 0;
socket.on('message', (packet, sender) => {
  const [, number, euros] = FORM.exec(packet.toString()) ?? [];
  if (number === undefined) return; // not from our sender
  if (Number(number) === expected) {
    total += Number(euros);
    expected = 1 - expected;
    console.log(`packet ${number}: ${euros} euros, ${total} in all`);
  } else {
    console.log(`packet ${number}: again`);
  }
  socket.send(`ACK ${number}`, sender.port, sender.address);
});
