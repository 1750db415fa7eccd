/**
 * Nobody there: TCP.
 *
 * Shows:    A connection needs a listener. Without one, the client is told at
 *           once, before it has sent anything.
 * Lecture:  A TCP client before its server: P7 in docs/lectures.md.
 * Run:      npx tsx examples/06-nobody-there/tcp-nobody.ts
 * See:
 *   connect failed: ECONNREFUSED
 *   so nothing was sent, and we know it
 * Exercise: Start examples/02-tcp-uppercase/server.ts first. What changes?
 */
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();

const clientSocket = new ConnectionSocket();
try {
  await clientSocket.connect({ host, port });
  console.log(`somebody listens at port ${port}: stop that server first`);
} catch (error) {
  // The machine answered for the program that is not there: a reset (RST).
  console.log(`connect failed: ${(error as NodeJS.ErrnoException).code}`);
  console.log('so nothing was sent, and we know it');
}
await clientSocket.close();
