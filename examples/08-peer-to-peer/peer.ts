/**
 * Peer to peer: two equals.
 *
 * Shows:    The same program twice, no server in the middle. Each may start
 *           first, so each repeats its sentence until the other has it.
 * Lecture:  The peer-to-peer architecture: P10 in docs/lectures.md.
 * Run:      npx tsx examples/08-peer-to-peer/peer.ts
 * Partner:  npx tsx examples/08-peer-to-peer/peer.ts
 *             --port 12001 --peer-port 12000
 * See:
 *   A peer at port <port>, for the one at port <port>
 *   Say something:«we are equal»
 *   The other peer says: we are equal
 *   The other peer has heard me
 * Exercise: Let three of them talk, each to the two others. What must change?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { fail, input, program } from '../program.ts';

const options = program({ 'peer-port': 12_001 });
const { host, port } = options;
const peer = { host, port: options['peer-port'] };

const family = host.includes(':') ? 'IPv6' : 'IPv4';
const socket = new DatagramSocket({ family });
await socket.bind({ host, port });
console.log(`A peer at port ${port}, for the one at port ${peer.port}`);
const mine = await input('Say something:');

const EVERY = 200; // milliseconds between two attempts
const PATIENCE = 60_000; // milliseconds until we believe that nobody comes
const LINGER = 1000; // milliseconds for a peer that missed our "got it"

// Each datagram is "say: sentence" or "got it". Any of them may be lost, above
// all the first ones, sent before the other peer has started.
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
  if (left <= 0) fail(`nobody came to port ${peer.port}`);
  await answerOne(left).catch((error) => {
    if (!(error instanceof TimedOutError)) throw error;
  });
}
clearInterval(repeat);
console.log(`The other peer says: ${theirs}`);
console.log('The other peer has heard me');

// Was our last "got it" lost? Then the peer asks again; stay a little for it.
// No number of acknowledgements makes both sides sure: the two generals.
while (await answerOne(LINGER).catch(() => false));
await socket.close();

async function answerOne(timeout: number): Promise<boolean> {
  const { data, address } = await socket.recvfrom(2048, { timeout });
  if (address.port !== peer.port) return true; // a stranger
  const text = data.toString();
  if (text === 'got it') heard = true;
  if (text.startsWith('say: ')) {
    theirs = text.slice('say: '.length);
    await send('got it');
  }
  return true;
}
