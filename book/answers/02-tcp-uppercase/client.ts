/**
 * Answer: It finds out at once, before you type anything: ECONNREFUSED.
 *
 * TCP first asks whether anybody is there. The client of lesson 01 simply sends, and can
 * only wait for an answer that does not come.
 * See:
 *   TCP: connect ECONNREFUSED, nothing was sent
 *   UDP: 17 bytes were sent, without an error
 */
import { ConnectionSocket } from '../../../src/tcp/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';
import { freePort } from '../pair.ts';

const port = await freePort();

const clientSocket = new ConnectionSocket();
await clientSocket.connect({ port }).catch((error: NodeJS.ErrnoException) => {
  console.log(`TCP: connect ${error.code}, nothing was sent`);
});
await clientSocket.close();

const datagramSocket = new DatagramSocket();
const sentence = Buffer.from('My name is Ståle');
const count = await datagramSocket.sendto(sentence, { port });
console.log(`UDP: ${count} bytes were sent, without an error`);
await datagramSocket.close();
