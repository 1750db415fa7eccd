/**
 * UDP uppercase: the client, made robust.
 *
 * Shows:    What client.ts leaves out. A datagram may be too long to be sent,
 *           and it or its answer may be lost; the client then says so and
 *           ends.
 *           Compare, in this folder: diff client.ts robust-client.ts
 * Lecture:  The UDP client, made robust: P1 in docs/lectures.md.
 * Run:      npx tsx examples/01-udp-uppercase/robust-client.ts
 * Partner:  npx tsx examples/01-udp-uppercase/robust-server.ts (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   MY NAME IS STÅLE
 * Exercise: Send the sentence again when no answer comes. What may the server
 *           then receive?
 */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { fail, input, program } from '../program.ts';

const { host, port } = program();

// A socket is created for one address family, and keeps it.
const clientSocket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
const message = await input('Input lowercase sentence:');
clientSocket.send(Buffer.from(message), port, host, (error) => {
  // This machine could not send it. Nobody reports what happens further on.
  if (error) fail(error);
});

// Lost, late, or nobody there: all that a client can notice is the silence.
const silence = setTimeout(() => {
  fail(`no answer from ${host} port ${port}: is the server running?`);
}, 5000);

clientSocket.on('message', (modifiedMessage) => {
  clearTimeout(silence);
  console.log(modifiedMessage.toString());
  clientSocket.close();
});
