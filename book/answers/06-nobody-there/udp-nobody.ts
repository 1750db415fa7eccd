/**
 * Answer: The last one. ECONNREFUSED is the answer of a machine that is there. One that
 * is switched off does not answer, so the connected socket waits in vain too.
 *
 * In a local network, your own system finds out after some seconds that no machine has
 * the address, and the call may then fail with EHOSTUNREACH. Here a link that loses
 * everything takes the place of the cable.
 * See:
 *   connected, send: 5 bytes sent
 *   connected, recvfrom: ERR_TIMED_OUT
 */
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';
import { freePort } from '../pair.ts';

const link = await openDatagramRelay({
  listen: { host: '127.0.0.1', port: 0 },
  to: { host: '127.0.0.1', port: await freePort() },
  link: { loss: 1 },
});

const acquaintance = new DatagramSocket();
await acquaintance.connect(link.address);
const count = await acquaintance.send(Buffer.from('hello'));
console.log(`connected, send: ${count} bytes sent`);
const silence = acquaintance.recvfrom(2048, { timeout: 300 });
await silence.catch((error: NodeJS.ErrnoException) => {
  console.log(`connected, recvfrom: ${error.code}`);
});
await Promise.all([acquaintance.close(), link.close()]);
