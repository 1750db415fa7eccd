/**
 * Answer: From server.ts all 5000 letters, from robust-server.ts the first 2048. And two
 * servers answer each other without end.
 *
 * Node reads datagrams of any length. The lecture's recvfrom(2048) takes 2048 bytes, and
 * the rest is gone; nobody tells the sender.
 *
 * A server believes the source address of a datagram, and answers it; the second server
 * takes the answer for a question. This goes on until a packet is lost, or until somebody
 * stops one of them. The cure is never to answer an answer: here, a word that is in
 * capitals already. DNS has a bit that marks an answer (RFC 1035 4.1.1).
 * `behaviours uppercase-loop` has more.
 * See:
 *   server: 5000 letters came back
 *   robust-server: 2048 letters came back
 *   two servers, one word: 1000 answers, and no end
 *   without answers to capitals: 1 answer
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
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

const ENOUGH = 1000;
await loop(() => true);
console.log(`two servers, one word: ${ENOUGH} answers, and no end`);
const answers = await loop((text) => text !== text.toUpperCase());
console.log(`without answers to capitals: ${answers} answer`);

/** How many answers follow when one server gets a word from the other's address. */
async function loop(isAnswered: (text: string) => boolean): Promise<number> {
  const [first, second] = [await bound(), await bound()];
  let answered = 0;
  await new Promise<void>((resolve) => {
    for (const server of [first, second]) {
      server.on('message', (message, client) => {
        const text = message.toString();
        if (answered === ENOUGH || !isAnswered(text)) return resolve();
        answered += 1;
        server.send(text.toUpperCase(), client.port, client.address);
      });
    }
    // Forging takes root. The second server's own socket has the same effect.
    second.send('hello', first.address().port, '127.0.0.1');
  });
  for (const server of [first, second]) server.close();
  return answered;
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
