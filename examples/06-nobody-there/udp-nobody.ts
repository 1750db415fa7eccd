/**
 * Nobody there: UDP.
 *
 * Shows:    A datagram can be sent to nobody, and sendto reports success. Only
 *           a connected socket learns that the port was closed, and only
 *           afterwards: send succeeds, and the next call gets the error.
 * Lecture:  A UDP client without a server: P7 in docs/lectures.md.
 * Run:      npx tsx examples/06-nobody-there/udp-nobody.ts
 * See:
 *   sendto: 5 bytes sent
 *   recvfrom: nothing within 500 ms
 *   connected, send: 5 bytes sent
 *   connected, recvfrom: ECONNREFUSED
 * Exercise: Send to another machine that is switched off. Which line changes?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();
const server = { host, port };
const hello = Buffer.from('hello');

const family = host.includes(':') ? 'IPv6' : 'IPv4';
const stranger = new DatagramSocket({ family });
console.log(`sendto: ${await stranger.sendto(hello, server)} bytes sent`);
console.log(`recvfrom: ${await answerTo(stranger)}`);

// Connecting a UDP socket does not make a connection. It tells the system which
// error reports (ICMP port unreachable) are for this socket. Windows reports
// none even then.
const acquaintance = new DatagramSocket({ family });
await acquaintance.connect(server);
console.log(`connected, send: ${await acquaintance.send(hello)} bytes sent`);
console.log(`connected, recvfrom: ${await answerTo(acquaintance)}`);

await stranger.close();
await acquaintance.close();

async function answerTo(socket: DatagramSocket): Promise<string> {
  try {
    const { data } = await socket.recvfrom(2048, { timeout: 500 });
    return `somebody answered ${data.toString()}: stop that server first`;
  } catch (error) {
    if (error instanceof TimedOutError) return 'nothing within 500 ms';
    return String((error as NodeJS.ErrnoException).code);
  }
}
