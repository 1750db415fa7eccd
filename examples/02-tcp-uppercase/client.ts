/**
 * TCP uppercase: the client.
 *
 * Shows:    First a connection, then data. With nobody there, the connection
 *           fails and says so; that is the first thing TCP gives you.
 * Lecture:  P2, the lecture's TCP client.
 * Run:      npx tsx examples/02-tcp-uppercase/client.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/server.ts      (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   From Server: MY NAME IS STÅLE
 * Exercise: Stop the server and run the client again. Compare with lesson 01.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { fail, input, program } from '../program.ts';

const PATIENCE = 5000; // milliseconds
const LONGEST_ANSWER = 65_536; // bytes: do not let a server fill our memory

const { host, port } = program();

const clientSocket = connect(port, host);
clientSocket.on('error', fail);

// A stream has no messages: the answer may come in pieces, cut anywhere, even
// inside a character. setEncoding puts characters together again, and the end
// of the stream is the end of the answer.
clientSocket.setEncoding('utf8');
let modifiedSentence = '';
clientSocket.on('data', (piece: string) => {
  modifiedSentence += piece;
  if (clientSocket.bytesRead > LONGEST_ANSWER) fail('the answer has no end');
});
clientSocket.on('end', () => {
  if (modifiedSentence === '') fail('the server closed without an answer');
  console.log('From Server:', modifiedSentence);
});

await once(clientSocket, 'connect');
const sentence = await input('Input lowercase sentence:');

// No address here: the connection knows where it leads.
clientSocket.write(Buffer.from(sentence));
clientSocket.setTimeout(PATIENCE, () => {
  fail(`connected, but no answer from ${host} port ${port}`);
});
