/**
 * Answer: The port alone says which socket a datagram is for, so only one socket can
 * have it.
 *
 * The system refuses the second bind: EADDRINUSE. The TCP port of the same number is
 * still free: UDP and TCP each have ports of their own.
 * See:
 *   the first has its port
 *   the second: EADDRINUSE
 */
import { DatagramSocket } from '../../../src/udp/index.ts';

const first = new DatagramSocket();
const { port } = await first.bind({ port: 0 });
console.log('the first has its port');

const second = new DatagramSocket();
await second.bind({ port }).catch((error: NodeJS.ErrnoException) => {
  console.log(`the second: ${error.code}`);
});
await second.close();
await first.close();
