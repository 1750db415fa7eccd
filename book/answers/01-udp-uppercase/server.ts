/**
 * Answer: A datagram's port is all that says which socket it is for, so only one can
 * have it.
 *
 * The second bind is refused by the system: EADDRINUSE. A TCP port of the same number is
 * free all the same, because UDP and TCP count their ports apart.
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
