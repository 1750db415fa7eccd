/**
 * TCP uppercase: the server, made robust.
 *
 * Shows:    What server.ts leaves out. A stream may cut a character in two,
 *           and a client may send too much, fall silent, or reset the
 *           connection. That client may lose its answer; the others notice
 *           nothing.
 *           Compare, in this folder: diff server.ts robust-server.ts
 * Lecture:  The TCP server, made robust: P2 in docs/lectures.md.
 * Run:      npx tsx examples/02-tcp-uppercase/robust-server.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/robust-client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Which clients does it still answer too early? (Lesson 04)
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { program } from '../program.ts';

const BUFSIZE = 1024; // bytes, as in recv(1024)

const { host, port } = program();

// Half-close: a client that has finished sending can still be answered. Without
// this option Node closes our side as soon as the client has closed its own.
const welcomingSocket = createServer({ allowHalfOpen: true });
welcomingSocket.listen(port, host, 1); // a backlog of 1: see lesson 03
await once(welcomingSocket, 'listening');
console.log('The server is ready to receive');

welcomingSocket.on('connection', (connectionSocket) => {
  // A decoder keeps half a character until the other half arrives.
  const decoder = new StringDecoder('utf8');
  let sentence = '';
  connectionSocket.on('data', recv);
  connectionSocket.on('end', answer);

  function recv(bytes: Buffer): void {
    sentence += decoder.write(bytes.subarray(0, BUFSIZE));
    // If this is less than what has arrived, a character was cut, and its rest
    // is still to come.
    const received = connectionSocket.bytesRead;
    if (Buffer.byteLength(sentence) < received && received < BUFSIZE) return;
    answer();
  }

  // One sentence, one answer. Whatever else the client sends is read and
  // ignored: closing while there are unread bytes would reset the connection,
  // and the client might then lose its answer.
  function answer(): void {
    connectionSocket.off('data', recv).off('end', answer);
    const modifiedSentence = sentence.toUpperCase();
    connectionSocket.end(Buffer.from(modifiedSentence));
  }

  // A reset is an 'error' event, and an 'error' event without a listener ends
  // the program. Here it ends only this connection.
  connectionSocket.on('error', () => connectionSocket.destroy());
  // So do five minutes of silence.
  connectionSocket.setTimeout(300_000, () => connectionSocket.destroy());
});
