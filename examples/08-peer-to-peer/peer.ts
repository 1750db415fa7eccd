/**
 * Peer to peer: two equals.
 *
 * Shows:    The same program runs twice, with no server in the middle. Either
 *           may start first, so each repeats its sentence until the other has
 *           it.
 * Lecture:  The peer-to-peer architecture: P10 in docs/lectures.md.
 * Run:      npx tsx examples/08-peer-to-peer/peer.ts
 * Partner:  npx tsx examples/08-peer-to-peer/peer.ts
 *             --port 12001 --peer-port 12000
 * See:
 *   A peer at port <port>, for the one at port <port>
 *   Say something:«we are equal»
 *   The other peer says: we are equal
 *   The other peer has heard me
 * Exercise: Have three of them talk, each to the other two. What must change?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { fail, input, program } from '../program.ts';

const { host, port, 'peer-port': peerPort } = program({ 'peer-port': 12_001 });

const socket = new DatagramSocket({
  family: host.includes(':') ? 'IPv6' : 'IPv4',
});
await socket.bind({ host, port });
console.log(`A peer at port ${port}, for the one at port ${peerPort}`);
const mine = await input('Say something:');

const EVERY = 200; // milliseconds between two attempts
const PATIENCE = 60_000; // milliseconds until we give up on the other peer
const LINGER = 1000; // milliseconds for a peer that missed our "got it"

// Each datagram is "say: sentence" or "got it". Any of them may be lost,
// especially the first, sent before the other peer has started.
const peer = { host, port: peerPort };
const send = (text: string): Promise<number> =>
  socket.sendto(Buffer.from(text), peer);
const repeat = setInterval(() => {
  send(`say: ${mine}`).catch(fail);
}, EVERY);
await send(`say: ${mine}`);

let theirs: string | undefined;
let heard = false;
const deadline = Date.now() + PATIENCE;
while (theirs === undefined || !heard) {
  const left = deadline - Date.now();
  if (left <= 0) fail(`nobody came to port ${peerPort}`);
  await answerOne(left).catch((error) => {
    if (!(error instanceof TimedOutError)) throw error;
  });
}
clearInterval(repeat);
console.log(`The other peer says: ${theirs}`);
console.log('The other peer has heard me');

// If our last "got it" was lost, the peer asks again: stay a little longer for
// it. No number of acknowledgements can make both sides sure (the two
// generals).
while (await answerOne(LINGER).catch(() => false));
await socket.close();

async function answerOne(timeout: number): Promise<boolean> {
  const { data, address } = await socket.recvfrom(2048, { timeout });
  if (address.port !== peerPort) return true; // a stranger
  const text = data.toString();
  if (text === 'got it') heard = true;
  if (text.startsWith('say: ')) {
    theirs = text.slice('say: '.length);
    await send('got it');
  }
  return true;
}
