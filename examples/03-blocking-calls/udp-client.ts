/**
 * UDP uppercase with the lecture's calls: the client.
 *
 * Shows:    socket, sendto, recvfrom, close. No connect: the address goes with
 *           every sendto, and recvfrom says who answered.
 * Lecture:  The UDP client: P1 and P3 in docs/lectures.md.
 * Run:      npx tsx examples/03-blocking-calls/udp-client.ts
 * Partner:  npx tsx examples/03-blocking-calls/udp-server.ts (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   MY NAME IS STÅLE
 * Exercise: Call recvfrom(4) instead. What is `truncated`, and where is the
 *           rest?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { fail, input, program } from '../program.ts';

const { host, port } = program();

const clientSocket = new DatagramSocket({
  family: host.includes(':') ? 'IPv6' : 'IPv4',
});

const sentence = await input('Input lowercase sentence:');
await clientSocket.sendto(Buffer.from(sentence), { host, port });

try {
  const { data } = await clientSocket.recvfrom(2048, { timeout: 5000 });
  console.log(data.toString());
} catch (error) {
  if (!(error instanceof TimedOutError)) throw error;
  fail(`no answer from ${host} port ${port}: is the server running?`);
}

await clientSocket.close();
