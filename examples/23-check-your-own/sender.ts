/**
 * Check your own: the sender on a socket.
 *
 * Shows:    It offers the core its messages, each as soon as the core takes it,
 *           and ends when everything has been sent and no timer is left. Lesson
 *           17's link loses the same two datagrams as in lesson 17.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/23-check-your-own/sender.ts
 * Partner:  npx tsx examples/17-stop-and-wait/link.ts  (first)
 * See:
 *   data 0: sent
 *   data 1: sent
 *   data 1: sent again
 *   data 2: sent
 *   data 2: sent again
 *   data 3: sent
 *   4 messages have arrived
 * Exercise: Have it checked by `ladder check --program`: docs/ladder.md has the
 *           command. What does the check say if it does not wait for the last
 *           timer?
 */
import { createSocket } from 'node:dgram';
import { rungOptions } from '../../src/network/reliable/index.ts';
import { program } from '../program.ts';
import { Sender } from './core.ts';
import { Driver } from './driver.ts';

/** What the check says, or else the defaults. */
const told = (name: string, usual: number): number =>
  Number(process.env[`LADDER_${name}`] ?? usual);

const { host, port } = program({ port: told('PORT', 12_000) });
const MESSAGES = told('MESSAGES', 4);
const options = rungOptions({
  session: told('SESSION', 1),
  window: told('WINDOW', 1),
  timeout: told('TIMEOUT', 2000), // milliseconds until a packet is sent again
});

const socket = createSocket('udp4');
const peer = { address: host, port };
const driver = new Driver(new Sender(options), socket, peer);
let offered = 0;
driver.onTransmit = ({ attempt, seq }) =>
  console.log(`data ${seq}: sent${attempt > 0 ? ' again' : ''}`);
driver.onTold = offer;
offer();

function offer(): void {
  while (offered < MESSAGES) {
    const message = Buffer.from(`message ${offered + 1}`);
    const last = offered + 1 === MESSAGES;
    if (!driver.tell({ type: 'offer', message, last })) return;
    offered += 1;
  }
  if (driver.timers.size > 0) return; // it waits for an acknowledgement
  console.log(`${MESSAGES} messages have arrived`);
  socket.close();
}
