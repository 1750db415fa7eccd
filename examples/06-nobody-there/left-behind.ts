/**
 * What a client sees when its server vanishes.
 *
 * Shows:    Over TCP, the server's kernel ends the connection for it: with a
 *           normal end, or with a reset if bytes were left unread. A datagram
 *           socket hears nothing at all.
 * Lecture:  A peer that vanishes: P7 in docs/lectures.md.
 * Run:      npx tsx examples/06-nobody-there/left-behind.ts
 * Partner:  npx tsx examples/06-nobody-there/vanishing-server.ts  (first)
 * See:
 *   TCP, all was read: the end of the stream
 *   TCP, bytes were left unread: ECONNRESET
 *   UDP: nothing in time
 * Exercise: A normal end also means "I have finished". How could a client tell
 *           the difference?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();
const server = { host, port };
const hello = Buffer.from('hello');

const polite = new ConnectionSocket();
await polite.connect(server);
await polite.sendall(hello);
await polite.recvExactly(5);

const talkative = new ConnectionSocket();
await talkative.connect(server);
await talkative.sendall(Buffer.from('words that nobody reads'));
await talkative.recvExactly(5);

const family = host.includes(':') ? 'IPv6' : 'IPv4';
const datagramSocket = new DatagramSocket({ family });
await datagramSocket.sendto(hello, server);
await datagramSocket.recvfrom(2048, { timeout: 5000 });

// The server has answered everybody for the last time. What comes now?
console.log(`TCP, all was read: ${await next(polite)}`);
console.log(`TCP, bytes were left unread: ${await next(talkative)}`);
const silence = datagramSocket.recvfrom(2048, { timeout: 500 });
console.log(
  `UDP: ${await silence.then(
    () => 'an answer',
    (error) => nameOf(error),
  )}`,
);

await Promise.all([polite.close(), talkative.close(), datagramSocket.close()]);

async function next(connection: ConnectionSocket): Promise<string> {
  try {
    const data = await connection.recv(1024, { timeout: 5000 });
    return data.length === 0 ? 'the end of the stream' : data.toString();
  } catch (error) {
    return nameOf(error);
  }
}

function nameOf(error: unknown): string {
  if (error instanceof TimedOutError) return 'nothing in time';
  return String((error as NodeJS.ErrnoException).code);
}
