/**
 * A server that vanishes.
 *
 * Shows:    It answers over TCP and UDP, and then exits in the middle of
 *           everything, without a single close.
 * Lecture:  A peer that vanishes: P7 in docs/lectures.md.
 * Run:      npx tsx examples/06-nobody-there/vanishing-server.ts
 * Partner:  npx tsx examples/06-nobody-there/left-behind.ts
 * See:
 *   The server is ready, and will vanish
 *   gone
 * Exercise: Replace process.exit() with process.kill(process.pid, 'SIGKILL').
 *           What changes for the client left behind?
 */
import { WelcomingSocket } from '../../src/tcp/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();
const hello = Buffer.from('hello');

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ host, port });
await welcomingSocket.listen(2);
const family = host.includes(':') ? 'IPv6' : 'IPv4';
const datagramSocket = new DatagramSocket({ family });
await datagramSocket.bind({ host, port }); // TCP's ports are not UDP's ports
console.log('The server is ready, and will vanish');

const first = await welcomingSocket.accept();
await first.connectionSocket.recvExactly(5);
await first.connectionSocket.sendall(hello);

const second = await welcomingSocket.accept();
await second.connectionSocket.sendall(hello); // what came in stays unread

const { address } = await datagramSocket.recvfrom(2048);
await datagramSocket.sendto(hello, address);

// A crash, a kill and an exit look the same from outside: the program is gone,
// and its kernel closes what it left open.
console.log('gone');
process.exit();
