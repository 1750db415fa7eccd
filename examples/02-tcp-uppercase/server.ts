/**
 * TCP uppercase: the server.
 *
 * Shows:    Two kinds of socket. The welcoming socket waits at the door; every
 *           client gets a connection socket of its own, which is closed after
 *           one answer. The welcoming socket stays open.
 * Lecture:  P2, the lecture's TCP server.
 * Run:      npx tsx examples/02-tcp-uppercase/server.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Let the server answer each piece that comes, until the client ends.
 *           Speak to it with nc, or with a client that sends more than once.
 */
import { createServer } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { fail, program } from '../program.ts';

const BUFSIZE = 1024; // bytes, as in recv(1024)
const PATIENCE = 300_000; // milliseconds that a silent client may stay

const { host, port } = program();

// Node accepts by itself, and calls this with each new connection socket.
// allowHalfOpen: a client that has finished sending is answered all the same.
const options = { allowHalfOpen: true };
const welcomingSocket = createServer(options, (connectionSocket) => {
  const decoder = new StringDecoder('utf8');
  let sentence = '';

  connectionSocket.on('data', recv);
  connectionSocket.on('end', answer);

  function recv(bytes: Buffer): void {
    sentence += decoder.write(bytes.subarray(0, BUFSIZE));
    // Fewer bytes than came in: a character is cut, its rest is on the way.
    const received = connectionSocket.bytesRead;
    if (Buffer.byteLength(sentence) < received && received < BUFSIZE) return;
    answer();
  }

  // One recv, one answer, then this side has finished. A client that sends more
  // is read to its end and ignored: closing on unread bytes would reset the
  // connection, and the reset could overtake the answer.
  function answer(): void {
    connectionSocket.off('data', recv).off('end', answer);
    connectionSocket.end(Buffer.from(sentence.toUpperCase()));
  }

  // A client that breaks off ends its own connection and no other.
  connectionSocket.on('error', () => connectionSocket.destroy());
  connectionSocket.setTimeout(PATIENCE, () => connectionSocket.destroy());
});

welcomingSocket.on('error', fail);

// listen(1): few connections may wait while this program is busy (lesson 03).
welcomingSocket.listen({ port, host, backlog: 1 }, () => {
  console.log('The server is ready to receive');
});
