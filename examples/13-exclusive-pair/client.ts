/**
 * Exclusive pair: the one that connects.
 *
 * Shows:    The other half of the pair. Except for `connect` it is the same
 *           program: with a Pair there is no server and no client, only two
 *           peers. It sends once a second, and listens all the time.
 * Lecture:  The pair that connects: Z5 in docs/lectures.md.
 * Run:      npx tsx examples/13-exclusive-pair/client.ts
 * Partner:  npx tsx examples/13-exclusive-pair/server.ts
 * See:
 *   The server says: 1 from the server
 *   The server says: 2 from the server
 *   The server says: 3 from the server
 *   I have said 3
 * Exercise: Kill the server with kill -9 in the middle, and start it again. Who
 *           misses what?
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Pair } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, rate } = program({ port: 5696, rate: 1 }); // a second

const socket = new Pair();
socket.connect(`tcp://${host}:${port}`);

await Promise.all([speak(), listen()]);
console.log('I have said 3');
socket.close();

async function speak(): Promise<void> {
  for (let count = 1; count <= 3; count += 1) {
    await pause(1000 / Math.max(rate, 1));
    await socket.send(`${count} from the client`);
  }
}

async function listen(): Promise<void> {
  for (let count = 1; count <= 3; count += 1) {
    const [message] = await socket.receive();
    console.log(`The server says: ${String(message)}`);
  }
}
