/**
 * UDP uppercase: the server, made robust.
 *
 * Shows:    What server.ts leaves out. Anybody may send a datagram of any
 *           length, from any port, and no datagram may stop the server for
 *           everybody else.
 *           Compare, in this folder: diff server.ts robust-server.ts
 * Lecture:  The UDP server, made robust: P1 in docs/lectures.md.
 * Run:      npx tsx examples/01-udp-uppercase/robust-server.ts
 * Partner:  npx tsx examples/01-udp-uppercase/robust-client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Send 5000 letters to server.ts, and to this one. What comes back?
 *           (A terminal cuts long lines, so pipe them into a client:
 *           node -p "'a'.repeat(5000)" | npx tsx …/client.ts)
 *           Then: somebody sends this server a word, with the forged source
 *           address of a second server. How many answers follow?
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { program } from '../program.ts';

const { host, port } = program();

// A socket is created for one address family, and keeps it.
const serverSocket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
serverSocket.bind(port, host);
await once(serverSocket, 'listening');
console.log('The server is ready to receive');

serverSocket.on('message', (message, client) => {
  // RFC 768: a sender that wants no answer may give 0 as its port. Nobody can
  // send to port 0: Node throws, and that would end the server.
  if (client.port === 0) return;

  // Take at most 2048 bytes, as recvfrom(2048) does: the rest of a longer
  // datagram is lost. The cut may fall inside a character. toString() would
  // turn the remaining half into a �; a decoder holds it back.
  const decoder = new StringDecoder('utf8');
  const firstBytes = message.subarray(0, 2048);
  const modifiedMessage = decoder.write(firstBytes).toUpperCase();
  serverSocket.send(Buffer.from(modifiedMessage), client.port, client.address);
});
