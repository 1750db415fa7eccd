/**
 * A buffer that is too small.
 *
 * Shows:    Five letters are sent and received four at a time. A datagram is
 *           cut and the rest is lost; a stream keeps the rest for the next
 *           recv.
 * Lecture:  A buffer that is too small: P4 in docs/lectures.md.
 * Run:      npx tsx examples/03-blocking-calls/small-buffer.ts
 * See:
 *   UDP sent HELLO, recvfrom(4) gave HELL, cut: true
 *   UDP next recvfrom(4) gave: nothing, the O is lost
 *   TCP sent HELLO, recv(4) gave HELL
 *   TCP next recv(4) gave O
 * Exercise: Send HELLO and then WORLD. What does the second recvfrom(4) give,
 *           and what does the second recv(4) give?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { ConnectionSocket, WelcomingSocket } from '../../src/tcp/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

program(); // both ends are here, on ports that the system chooses

const hello = Buffer.from('HELLO');

const receiver = new DatagramSocket();
const sender = new DatagramSocket();
const place = await receiver.bind({ port: 0 });
await sender.sendto(hello, place);
const { data, truncated } = await receiver.recvfrom(4);
console.log(
  `UDP sent HELLO, recvfrom(4) gave ${data.toString()}, cut: ${truncated}`,
);

const next = await receiver.recvfrom(4, { timeout: 200 }).then(
  ({ data }) => data.toString(),
  (error) =>
    error instanceof TimedOutError ? 'nothing, the O is lost' : error,
);
console.log(`UDP next recvfrom(4) gave: ${next}`);

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ port: 0 });
await welcomingSocket.listen(1);
const client = new ConnectionSocket();
await client.connect(welcomingSocket.address);
const { connectionSocket } = await welcomingSocket.accept();
await client.sendall(hello);
const head = await connectionSocket.recv(4);
const tail = await connectionSocket.recv(4);
console.log(`TCP sent HELLO, recv(4) gave ${head.toString()}`);
console.log(`TCP next recv(4) gave ${tail.toString()}`);

const sockets = [receiver, sender, client, connectionSocket, welcomingSocket];
await Promise.all(sockets.map((socket) => socket.close()));
