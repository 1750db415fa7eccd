/**
 * Answer: `truncated` is true, and the rest is gone: recvfrom took the whole datagram,
 * and cut it.
 *
 * See:
 *   recvfrom(4): MY N, truncated: true
 *   and then: ERR_TIMED_OUT
 */
import { DatagramSocket } from '../../../src/udp/index.ts';

const server = new DatagramSocket();
const client = new DatagramSocket();
const place = await client.bind({ port: 0 });
await server.sendto(Buffer.from('MY NAME IS STÅLE'), place);

const { data, truncated } = await client.recvfrom(4);
console.log(`recvfrom(4): ${data.toString()}, truncated: ${truncated}`);
await client.recvfrom(2048, { timeout: 200 }).catch((error: NodeJS.ErrnoException) => {
  console.log(`and then: ${error.code}`);
});
await Promise.all([server.close(), client.close()]);
