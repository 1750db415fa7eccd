/**
 * One service, three kinds of address: the client.
 *
 * Shows:    A client has an address too, which the system chooses. Over a path
 *           it has none: only the connection identifies such a client.
 * Lecture:  AF_INET, AF_INET6 and AF_UNIX: P5 in docs/lectures.md.
 * Run:      npx tsx examples/07-families-and-paths/client.ts
 * Partner:  npx tsx examples/07-families-and-paths/server.ts (start it first)
 * See:
 *   Input lowercase sentence:«one service, three doors»
 *   IPv4, I am 127.0.0.1:<port>: ONE SERVICE, THREE DOORS
 *   IPv6, I am [::1]:<port>: ONE SERVICE, THREE DOORS
 *   path, I am nobody: ONE SERVICE, THREE DOORS
 * Exercise: Why can another machine reach none of the three?
 */
import { formatAddress } from '../../src/common/index.ts';
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { input, program } from '../program.ts';
import { pathFor } from './path.ts';

const { port } = program();
const sentence = await input('Input lowercase sentence:');

const places = {
  IPv4: { host: '127.0.0.1', port },
  IPv6: { host: '::1', port },
  path: { path: pathFor(port) },
};

for (const [name, place] of Object.entries(places)) {
  const clientSocket = new ConnectionSocket();
  await clientSocket.connect(place);
  await clientSocket.sendall(Buffer.from(sentence));
  const modifiedSentence = await clientSocket.recvText(2048, { timeout: 5000 });
  const me = formatAddress(clientSocket.address) || 'nobody';
  console.log(`${name}, I am ${me}: ${modifiedSentence}`);
  await clientSocket.close();
}
