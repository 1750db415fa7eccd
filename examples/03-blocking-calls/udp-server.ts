/**
 * UDP uppercase with the lecture's calls: the server.
 *
 * Shows:    socket, bind, recvfrom, sendto: the slide's order, line by line.
 *           `await` stands where the lecture's call blocks.
 * Lecture:  The UDP server: P1 and P3 in docs/lectures.md.
 * Run:      npx tsx examples/03-blocking-calls/udp-server.ts
 * Partner:  npx tsx examples/03-blocking-calls/udp-client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Compare with 01-udp-uppercase/server.ts. Where did the event go?
 */
import { StringDecoder } from 'node:string_decoder';
import { explain } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();

const serverSocket = new DatagramSocket({
  family: host.includes(':') ? 'IPv6' : 'IPv4',
});
await serverSocket.bind({ host, port });
console.log('The server is ready to receive');

while (true) {
  const { data, address } = await serverSocket.recvfrom(2048);
  if (address.port === 0) continue; // RFC 768: it wants no answer
  const sentence = new StringDecoder('utf8').write(data);
  const modifiedSentence = Buffer.from(sentence.toUpperCase());
  try {
    await serverSocket.sendto(modifiedSentence, address);
  } catch (error) {
    // One client that cannot be answered must not stop the server.
    console.error(`no answer for ${address.host}: ${explain(error)}`);
  }
}
