/**
 * Flow control: a receiver that does not say how much room it has.
 *
 * Shows:    It acknowledges what comes, and puts it where the application finds
 *           it. When there is no room left, what comes is lost: a kernel does
 *           the same to a socket that nobody reads (udp(7)).
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/21-flow-control/careless-receiver.ts
 * Partner:  npx tsx examples/21-flow-control/careless-sender.ts
 * See:
 *   The receiver is ready
 *   packet 3: no room, lost
 *   packet 4: no room, lost
 *   read 10 euros, 10 in all
 *   read 20 euros, 30 in all
 *   read 30 euros, 60 in all
 * Exercise: Stop it from acknowledging what it has no room for. Is anything
 *           lost then? What does that cost?
 */
import { createSocket } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program();
const ROOM = 3; // payments that nobody has read
const EACH = 2000; // milliseconds until the application reads the next one
const FORM = /^(\d{1,6}) (\d{1,6})$/;

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

// Simplification: nothing is lost on the way, so nothing comes out of order.
const inbox: number[] = [];
let total = 0;
let timer: NodeJS.Timeout | undefined;
socket.on('message', (packet, sender) => {
  const [, number, euros] = FORM.exec(packet.toString()) ?? [];
  if (number === undefined) return; // not from our sender
  if (inbox.length === ROOM) console.log(`packet ${number}: no room, lost`);
  else inbox.push(Number(euros));
  timer ??= setTimeout(read, EACH);
  socket.send(`ACK ${Number(number) + 1}`, sender.port, sender.address);
});

function read(): void {
  const euros = inbox.shift()!;
  total += euros;
  console.log(`read ${euros} euros, ${total} in all`);
  if (inbox.length > 0) timer = setTimeout(read, EACH);
  else socket.close(); // nothing else has come
}
