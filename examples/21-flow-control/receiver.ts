/**
 * Flow control: the receiver.
 *
 * Shows:    Each acknowledgement names the number that the receiver expects
 *           next, and how many packets it has room for from there on. If there
 *           was no room and the application then reads, the receiver tells the
 *           sender at once.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/21-flow-control/receiver.ts --port 12001
 * Partner:  npx tsx examples/21-flow-control/link.ts, then sender.ts
 * See:
 *   The receiver is ready
 *   read 10 euros, 10 in all
 *   read 20 euros, 30 in all
 *   read 30 euros, 60 in all
 *   read 40 euros, 100 in all
 *   read 50 euros, 150 in all
 * Exercise: It announces room for a single packet. Why do TCP's receivers wait
 *           until there is more?
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });
const ROOM = 3; // payments that nobody has read
const EACH = 2000; // milliseconds until the application reads the next one
const FORM = /^(\d{1,6}) (\d{1,6})$|^PROBE$/;

const socket = createSocket('udp4');
socket.bind(port, host, () => console.log('The receiver is ready'));

const inbox: number[] = [];
let expected = 0;
let total = 0;
let timer: NodeJS.Timeout | undefined;
socket.on('message', (packet, sender) => {
  const match = FORM.exec(packet.toString());
  if (!match) return; // not from our sender
  const [, number, euros] = match;
  if (Number(number) === expected && inbox.length < ROOM) {
    inbox.push(Number(euros));
    expected += 1;
    timer ??= setTimeout(read, EACH, sender);
  }
  tell(sender);
});

function tell(sender: RemoteInfo): void {
  const room = ROOM - inbox.length;
  socket.send(`ACK ${expected} ${room}`, sender.port, sender.address);
}

function read(sender: RemoteInfo): void {
  const wasFull = inbox.length === ROOM;
  const euros = inbox.shift()!;
  total += euros;
  console.log(`read ${euros} euros, ${total} in all`);
  if (wasFull) tell(sender);
  if (inbox.length > 0) timer = setTimeout(read, EACH, sender);
  else socket.close(); // nothing else has come
}
