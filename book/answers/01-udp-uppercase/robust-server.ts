/**
 * Answer: From server.ts all 5000 letters, from robust-server.ts the first 2048.
 *
 * Node reads datagrams of any length. The lecture's recvfrom(2048) takes 2048 bytes, and
 * the rest is gone; nobody tells the sender.
 * See:
 *   server: 5000 letters came back
 *   robust-server: 2048 letters came back
 */
import { DatagramSocket } from '../../../src/udp/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

for (const name of ['server', 'robust-server']) {
  const port = await freePort();
  const server = startLesson(`01-udp-uppercase/${name}`, '--port', String(port));
  await server.printed('ready');
  const client = new DatagramSocket();
  await client.sendto(Buffer.alloc(5000, 'a'), { port });
  const { data } = await client.recvfrom(65_535, { timeout: 5000 });
  console.log(`${name}: ${data.length} letters came back`);
  await client.close();
  await server.kill();
}
