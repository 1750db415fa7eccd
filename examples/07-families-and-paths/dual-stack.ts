/**
 * One IPv6 socket for both families.
 *
 * Shows:    An IPv6 socket can serve IPv4 peers. Their addresses then look
 *           like this: ::ffff:127.0.0.1, an IPv4 address written as an IPv6
 *           one.
 * Lecture:  AF_INET6: P5 in docs/lectures.md.
 * Run:      npx tsx examples/07-families-and-paths/dual-stack.ts
 * See:
 *   an IPv6 socket listens at [::ffff:127.0.0.1]:<port>
 *   an IPv4 client, 127.0.0.1:<port>, connected
 *   the server sees it as [::ffff:127.0.0.1]:<port>
 * Exercise: Listen on :: instead. Who can reach the server then?
 */
import { formatAddress } from '../../src/common/index.ts';
import { ConnectionSocket, WelcomingSocket } from '../../src/tcp/index.ts';
import { program } from '../program.ts';

program(); // both ends are here, on a port that the system chooses

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host: '::ffff:127.0.0.1', port: 0 });
await welcomingSocket.listen(1);
const listening = welcomingSocket.address;
console.log(`an IPv6 socket listens at ${formatAddress(listening)}`);

const port = 'port' in listening ? listening.port : 0;
const clientSocket = new ConnectionSocket();
await clientSocket.connect({ host: '127.0.0.1', port });
const mine = formatAddress(clientSocket.address);
console.log(`an IPv4 client, ${mine}, connected`);

const { address, connectionSocket } = await welcomingSocket.accept();
console.log(`the server sees it as ${formatAddress(address)}`);

await clientSocket.close();
await connectionSocket.close();
await welcomingSocket.close();
