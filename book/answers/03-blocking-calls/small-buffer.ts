/**
 * Answer: The second recvfrom returns WORL, the beginning of the second datagram. The
 * second recv of a stream returns OWOR: what the first left, and then what follows.
 *
 * See:
 *   recvfrom(4): HELL, then WORL
 *   recv(4): HELL, then OWOR
 */
import { DatagramSocket } from '../../../src/udp/index.ts';
import { connectedPair } from '../pair.ts';

const words = ['HELLO', 'WORLD'].map((word) => Buffer.from(word));

const receiver = new DatagramSocket();
const sender = new DatagramSocket();
const place = await receiver.bind({ port: 0 });
for (const word of words) await sender.sendto(word, place);
const one = await receiver.recvfrom(4);
const two = await receiver.recvfrom(4);
console.log(`recvfrom(4): ${one.data.toString()}, then ${two.data.toString()}`);
await Promise.all([receiver.close(), sender.close()]);

const { client, server, close } = await connectedPair();
for (const word of words) await client.sendall(word);
const first = await server.recvExactly(4); // as recv(4) does when that much is there
const second = await server.recvExactly(4);
console.log(`recv(4): ${first.toString()}, then ${second.toString()}`);
await close();
