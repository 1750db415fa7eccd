/**
 * Answer: Nothing. Sending succeeds, and then there is silence.
 *
 * This program takes a free port and gives it back at once, so that nobody listens there.
 * The send succeeds all the same: it says that this machine has accepted the datagram,
 * not that anybody will get it. The client can only wait, and give up.
 * See:
 *   17 bytes were sent, without an error
 *   no answer within 200 ms: nobody there, lost, or slow?
 */
import { TimedOutError } from '../../../src/common/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';

const nobody = new DatagramSocket();
const { port } = await nobody.bind({ port: 0 });
await nobody.close();

const client = new DatagramSocket();
const count = await client.sendto(Buffer.from('My name is Ståle'), { port });
console.log(`${count} bytes were sent, without an error`);
try {
  await client.recvfrom(2048, { timeout: 200 });
} catch (error) {
  if (!(error instanceof TimedOutError)) throw error;
  console.log('no answer within 200 ms: nobody there, lost, or slow?');
}
await client.close();
