/**
 * UDP uppercase: the client.
 *
 * Shows:    One datagram there, one back. No connection is made, so nothing
 *           tells a client that its datagram was lost, or that nobody listens.
 * Lecture:  P1, the lecture's UDP client.
 * Run:      npx tsx examples/01-udp-uppercase/client.ts
 * Partner:  npx tsx examples/01-udp-uppercase/server.ts      (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   MY NAME IS STÅLE
 * Exercise: Stop the server and run the client again. What does it know?
 */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { fail, input, program } from '../program.ts';

const PATIENCE = 5000; // milliseconds

const { host, port } = program();

const clientSocket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
clientSocket.on('error', fail);

const sentence = await input('Input lowercase sentence:');

// The first send gives this socket a port of its own: the address to answer to.
clientSocket.send(Buffer.from(sentence), port, host, (error) => {
  if (error) fail(error);
});

// The lecture's client waits for ever. Silence is the only sign UDP can give.
const silence = setTimeout(() => {
  fail(`no answer from ${host} port ${port}: is the server running?`);
}, PATIENCE);

clientSocket.on('message', (modifiedSentence) => {
  clearTimeout(silence);
  console.log(modifiedSentence.toString());
  clientSocket.close();
});
