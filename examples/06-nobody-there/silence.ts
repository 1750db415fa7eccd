/**
 * Somebody there who never answers.
 *
 * Shows:    The kernel accepts connections and data for a program that is
 *           asleep. A successful connect or sendall says nothing about the
 *           program; only an answer does, and only a time-out ends the wait
 *           for one.
 * Lecture:  Silent peers: P7 in docs/lectures.md.
 * Run:      npx tsx examples/06-nobody-there/silence.ts
 * See:
 *   connect: done, though nobody called accept
 *   sendall: done, though nobody called recv
 *   recv: ERR_TIMED_OUT after 500 ms
 * Exercise: Take the time-out away. How long does the program run?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { ConnectionSocket, WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

program(); // both ends are here, on a port that the system chooses

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ port: 0 });
await welcomingSocket.listen(1);

const clientSocket = new ConnectionSocket();
await clientSocket.connect(welcomingSocket.address);
console.log('connect: done, though nobody called accept');

await clientSocket.sendall(Buffer.from('hello'));
console.log('sendall: done, though nobody called recv');

try {
  await clientSocket.recv(1024, { timeout: 500 });
} catch (error) {
  if (!(error instanceof TimedOutError)) throw error;
  console.log(`recv: ${error.code} after 500 ms`);
}

await clientSocket.close();
await welcomingSocket.close();
