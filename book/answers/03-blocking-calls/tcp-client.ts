/**
 * Answer: No. It depends on how the answer was written, on its length, and on when you
 * call.
 *
 * Over a real network it also depends on packets, which carry about 1,400 bytes. So a
 * client that calls recv once gets the beginning of an answer; on some days that is all
 * of it.
 * See:
 *   written in two halves: 2 pieces
 *   3000 bytes written at once: 3 pieces
 */
import { connectedPair } from '../pair.ts';

const { client, server, close } = await connectedPair();

let pieces = 0;
for (const half of ['MY NAME', ' IS STÅLE']) {
  await server.sendall(Buffer.from(half));
  if ((await client.recv(1024)).length > 0) pieces += 1; // reads before the next half
}
console.log(`written in two halves: ${pieces} pieces`);

await server.sendall(Buffer.alloc(3000, 'x'));
pieces = 0;
for (let bytes = 0; bytes < 3000; pieces += 1) {
  bytes += (await client.recv(1024)).length;
}
console.log(`3000 bytes written at once: ${pieces} pieces`);
await close();
