/**
 * Exclusive pair: the third is turned away.
 *
 * Shows:    A Pair has one peer. A third peer gets no error: its connect
 *           succeeds, its send succeeds, and nobody hears it. The other two
 *           notice nothing.
 * Lecture:  A second peer is turned away: Z5 in docs/lectures.md.
 * Run:      npx tsx examples/13-exclusive-pair/third.ts
 * See:
 *   The first says: hello
 *   The server has heard: hello
 *   The third says: me too!
 *   The server has heard nothing more
 *   The first has heard: welcome
 *   The third has heard nothing
 * Exercise: Make all of them Dealers. Who hears whom now, and whom does the
 *           server answer?
 */
import { Pair } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5696 });
const address = `tcp://${host}:${port}`;

const server = new Pair({ linger: 0 });
const first = new Pair({ linger: 0 });
const third = new Pair({ linger: 0 });

await server.bind(address);

first.connect(address);
await first.send('hello');
console.log('The first says: hello');
console.log(`The server has heard: ${await hear(server)}`);

third.connect(address);
await third.send('me too!');
console.log('The third says: me too!');
// No message will come: after this many milliseconds receive throws EAGAIN.
server.receiveTimeout = third.receiveTimeout = 300;
console.log(`The server has heard ${await hear(server)} more`);

await server.send('welcome');
console.log(`The first has heard: ${await hear(first)}`);
console.log(`The third has heard ${await hear(third)}`);
for (const socket of [server, first, third]) socket.close();

async function hear(socket: InstanceType<typeof Pair>): Promise<string> {
  try {
    const [message] = await socket.receive();
    return String(message);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 'nothing';
    throw error;
  }
}
