/**
 * One service, three kinds of address: the server.
 *
 * Shows:    IPv4, IPv6 and a path differ only in their addresses: one function
 *           serves all three.
 * Lecture:  AF_INET, AF_INET6 and AF_UNIX: P5 in docs/lectures.md.
 * Run:      npx tsx examples/07-families-and-paths/server.ts
 * Partner:  npx tsx examples/07-families-and-paths/client.ts
 * See:
 *   IPv4 at 127.0.0.1:<port>
 *   IPv6 at [::1]:<port>
 *   path at <path>
 *   The server is ready to receive
 *   ^C
 * Exercise: Look at the path (ls -l). What is in that file? Who may use it?
 */
import {
  formatAddress,
  type HostPort,
  type PathAddress,
} from '../../src/common/index.ts';
import { WelcomingSocket } from '../../src/tcp/index.ts';
import { fail, program } from '../program.ts';
import { pathFor } from './path.ts';

const { port } = program();

// Using the port twice is not a conflict: these are two addresses.
await serve('IPv4', { host: '127.0.0.1', port });
await serve('IPv6', { host: '::1', port });
await serve('path', { path: pathFor(port) });
console.log('The server is ready to receive');

type Place = HostPort | PathAddress;
async function serve(name: string, place: Place): Promise<void> {
  const welcomingSocket = new WelcomingSocket();
  await welcomingSocket.bind(place);
  await welcomingSocket.listen(5);
  console.log(`${name} at ${formatAddress(welcomingSocket.address)}`);
  welcome(welcomingSocket).catch(fail);
}

async function welcome(welcomingSocket: WelcomingSocket): Promise<void> {
  while (true) {
    const { connectionSocket } = await welcomingSocket.accept();
    try {
      const sentence = await connectionSocket.recvText(1024, { timeout: 5000 });
      await connectionSocket.sendall(Buffer.from(sentence.toUpperCase()));
    } catch {
      // This client is lost; the next one is not.
    }
    await connectionSocket.close();
  }
}
