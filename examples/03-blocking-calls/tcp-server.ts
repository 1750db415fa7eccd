/**
 * TCP uppercase with the lecture's calls: the server.
 *
 * Shows:    socket, bind, listen, accept, recv, send, close: the slide's
 *           order. The lecture's server serves one client at a time; here each
 *           client is served independently, so a silent one delays nobody.
 * Lecture:  The TCP server: P2, P3 and P6 in docs/lectures.md.
 * Run:      npx tsx examples/03-blocking-calls/tcp-server.ts
 * Partner:  npx tsx examples/03-blocking-calls/tcp-client.ts
 * See:
 *   The server is ready to receive
 *   ^C
 * Exercise: Write `await serve(…)` instead of `serve(…)`: that is the lecture's
 *           own server. Start a client, type nothing, and start a second one.
 *           What does the second one get? The slide has listen(1): what happens
 *           to a crowd of clients with --backlog 1?
 */
import { explain } from '../../src/common/index.ts';
import { type ConnectionSocket, WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const PATIENCE = 300_000; // milliseconds that a silent client may stay

const { host, port, backlog } = program({ backlog: 511 });

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host, port });
await welcomingSocket.listen(backlog);
console.log('The server is ready to receive');

while (true) {
  const { connectionSocket } = await welcomingSocket.accept();
  serve(connectionSocket).catch((error: unknown) => {
    console.error(`a client was lost: ${explain(error)}`);
  });
}

async function serve(connectionSocket: ConnectionSocket): Promise<void> {
  try {
    const sentence = await connectionSocket.recvText(1024, {
      timeout: PATIENCE,
    });
    const modifiedSentence = Buffer.from(sentence.toUpperCase());
    await connectionSocket.sendall(modifiedSentence, { timeout: PATIENCE });
  } finally {
    await connectionSocket.close(); // and not the welcoming socket
  }
}
