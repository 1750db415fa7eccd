/**
 * UDP uppercase: the server.
 *
 * Shows:    One datagram socket serves everybody. It never learns who is there;
 *           each datagram brings its sender's address along, to answer to.
 * Lecture:  P1, the lecture's UDP server.
 * Run:      npx tsx examples/01-udp-uppercase/server.ts
 * Partner:  npx tsx examples/01-udp-uppercase/client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Start a second server on the same port. Why can there be only one?
 */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { fail, program } from '../program.ts';

const { host, port } = program();

const serverSocket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');

// There is no accept here and no connection: datagrams simply arrive.
serverSocket.on('message', (message, client) => {
  // RFC 768: a sender that wants no answer may leave its port 0.
  if (client.port === 0) return;

  // As recvfrom(2048) does: of a longer datagram the rest is lost. A decoder,
  // because the cut may go through a character, and half an å is no letter.
  const sentence = new StringDecoder('utf8').write(message.subarray(0, 2048));

  // Sockets carry bytes. Text becomes bytes here, at the edge, nowhere else.
  const modifiedSentence = Buffer.from(sentence.toUpperCase());
  serverSocket.send(modifiedSentence, client.port, client.address);
});

serverSocket.on('listening', () => {
  console.log('The server is ready to receive');
});
serverSocket.on('error', fail);

serverSocket.bind(port, host);
