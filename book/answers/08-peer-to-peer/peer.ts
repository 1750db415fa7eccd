/**
 * Answer: A peer must now remember for each of the others what it used to remember for
 * one: what it said, and whether it has heard me. A datagram's address tells which peer
 * it is from.
 *
 * Nothing else changes: the third peer needs no connection. With n peers, each one
 * sends its sentence n - 1 times; with hundreds, some would have to pass on what others
 * say.
 * See:
 *   ann heard bob and cid
 *   bob heard ann and cid
 *   cid heard ann and bob
 */
import { TimedOutError } from '../../../src/common/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';

const names = ['ann', 'bob', 'cid'];
const sockets = names.map(() => new DatagramSocket());
const places = await Promise.all(sockets.map((socket) => socket.bind({ port: 0 })));
const heard = await Promise.all(names.map((_, index) => talk(index)));
for (const [index, theirs] of heard.entries()) {
  console.log(`${names[index]} heard ${theirs.join(' and ')}`);
}
await Promise.all(sockets.map((socket) => socket.close()));

async function talk(index: number): Promise<string[]> {
  const socket = sockets[index]!;
  const others = places.filter((_, other) => other !== index);
  const said = new Map<number, string>(); // by the port that it came from
  const deaf = new Set(others.map(({ port }) => port)); // who has not heard me yet
  const deadline = Date.now() + 10_000;
  while (said.size < others.length || deaf.size > 0) {
    if (Date.now() > deadline) throw new Error('somebody is missing');
    for (const place of others.filter(({ port }) => deaf.has(port))) {
      await socket.sendto(Buffer.from(`say: ${names[index]}`), place);
    }
    await answerAll(socket, said, deaf, 100);
  }
  await answerAll(socket, said, deaf, 300); // who missed my "got it" asks again
  return [...said.values()].sort();
}

/** Answers until nothing has come for this many milliseconds. */
async function answerAll(
  socket: DatagramSocket,
  said: Map<number, string>,
  deaf: Set<number>,
  timeout: number,
): Promise<void> {
  try {
    for (;;) {
      const { data, address } = await socket.recvfrom(2048, { timeout });
      const text = data.toString();
      if (text === 'got it') deaf.delete(address.port);
      if (!text.startsWith('say: ')) continue;
      said.set(address.port, text.slice('say: '.length));
      await socket.sendto(Buffer.from('got it'), address);
    }
  } catch (error) {
    if (!(error instanceof TimedOutError)) throw error;
  }
}
