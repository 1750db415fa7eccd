/**
 * TCP uppercase: the client, made robust.
 *
 * Shows:    What client.ts leaves out. The answer may come in pieces, or never
 *           come, or never end. The end of the stream marks the end of the
 *           answer.
 *           Compare, in this folder: diff client.ts robust-client.ts
 * Lecture:  The TCP client, made robust: P2 in docs/lectures.md.
 * Run:      npx tsx examples/02-tcp-uppercase/robust-client.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/robust-server.ts (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   From Server: MY NAME IS STÅLE
 * Exercise: Could client.ts also wait for the end of the stream? With which
 *           servers would it then wait for ever?
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { fail, input, program } from '../program.ts';

const { host, port } = program();

const clientSocket = connect(port, host);
// An error or the end may come at any time, even while we wait for input.
clientSocket.on('error', fail);
let modifiedSentence = '';
clientSocket.on('end', () => {
  if (modifiedSentence === '') fail('the server closed without an answer');
  console.log('From Server:', modifiedSentence);
});
await once(clientSocket, 'connect');
const sentence = await input('Input lowercase sentence:');
clientSocket.write(Buffer.from(sentence));

// A stream has no messages: the answer may come in pieces, cut anywhere, even
// inside a character. setEncoding puts such a character back together. The end
// of the stream is the end of the answer.
clientSocket.setEncoding('utf8');
clientSocket.on('data', (piece: string) => {
  modifiedSentence += piece;
  // A server must not fill our memory.
  if (clientSocket.bytesRead > 65_536) fail('the answer has no end');
});

// A server that hangs, or is no longer reachable, never ends the stream.
clientSocket.setTimeout(5000, () => {
  fail(`connected, but no answer from ${host} port ${port}`);
});
