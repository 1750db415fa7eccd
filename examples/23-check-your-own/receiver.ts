/**
 * Check your own: the receiver on a socket.
 *
 * Shows:    The core that passed the check, on real datagrams. It prints what
 *           `ladder check --program` reads: its port, and then each message.
 *           LADDER_… variables tell it what the check wants.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/23-check-your-own/receiver.ts --port 12001
 * Partner:  npx tsx examples/17-stop-and-wait/link.ts, then sender.ts
 * See:
 *   port <port>
 *   message 1
 *   message 2
 *   message 3
 *   message 4
 *   ^C
 * Exercise: Stop it after message 1, and start it again at once. Why does the
 *           sender never end? What would the two have to agree on first?
 */
import { createSocket } from 'node:dgram';
import { rungOptions } from '../../src/network/reliable/index.ts';
import { program } from '../program.ts';
import { Receiver } from './core.ts';
import { Driver } from './driver.ts';

const { host, port } = program({ port: 12_001 });
const { LADDER_ROLE, LADDER_SESSION = '1' } = process.env;

const socket = createSocket('udp4');
const core = new Receiver(rungOptions({ session: Number(LADDER_SESSION) }));
const driver = new Driver(core, socket);
driver.onDeliver = (message) => console.log(Buffer.from(message).toString());
// The check wants a port that is free.
socket.bind(LADDER_ROLE === undefined ? port : 0, host, () => {
  console.log(`port ${socket.address().port}`);
});
