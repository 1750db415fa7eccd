/**
 * TCP uppercase with the lecture's calls: the client.
 *
 * Shows:    socket, connect, send, recv, close. After connect no address is
 *           needed; recv returns only data.
 * Lecture:  The TCP client: P2 and P3 in docs/lectures.md.
 * Run:      npx tsx examples/03-blocking-calls/tcp-client.ts
 * Partner:  npx tsx examples/03-blocking-calls/tcp-server.ts (start it first)
 * See:
 *   Input lowercase sentence:«My name is Ståle»
 *   From Server: MY NAME IS STÅLE
 * Exercise: Print each piece as it arrives. Is there always just one?
 */
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { fail, input, program } from '../program.ts';

const LONGEST_ANSWER = 65_536; // bytes: do not let a server fill our memory

const { host, port } = program();

const clientSocket = new ConnectionSocket();
await clientSocket.connect({ host, port });

const sentence = await input('Input lowercase sentence:');
await clientSocket.sendall(Buffer.from(sentence));

// The lecture calls recv once and hopes that the answer came in one piece. The
// answer ends where the stream ends: at the first empty piece.
let modifiedSentence = '';
while (true) {
  const piece = await clientSocket.recvText(1024, { timeout: 5000 });
  if (piece === '') break;
  modifiedSentence += piece;
  if (modifiedSentence.length > LONGEST_ANSWER) fail('the answer has no end');
}
if (modifiedSentence === '') fail('the server closed without an answer');
console.log('From Server:', modifiedSentence);

await clientSocket.close();
