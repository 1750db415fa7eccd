/**
 * Exclusive pair: the one that binds.
 *
 * Shows:    A Pair talks to one other Pair. Both may send whenever they like:
 *           no turns as with Request and Reply, no topics, no sharing out.
 * Lecture:  The pair that binds: Z5 in docs/lectures.md.
 * Run:      npx tsx examples/13-exclusive-pair/server.ts
 * Partner:  npx tsx examples/13-exclusive-pair/client.ts
 * See:
 *   Waiting for the other one at port <port>
 *   The client says: 1 from the client
 *   The client says: 2 from the client
 *   The client says: 3 from the client
 * Exercise: Send before you receive, on both sides. Can they get in each
 *           other's way?
 */
import { Pair } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5696 });

const socket = new Pair();
await socket.bind(`tcp://${host}:${port}`);
console.log(`Waiting for the other one at port ${port}`);

// Two at once: this one speaks while it listens.
await Promise.all([speak(), listen()]);
socket.close();

async function speak(): Promise<void> {
  for (let count = 1; count <= 3; count += 1) {
    await socket.send(`${count} from the server`);
  }
}

async function listen(): Promise<void> {
  for (let count = 1; count <= 3; count += 1) {
    const [message] = await socket.receive();
    console.log(`The client says: ${String(message)}`);
  }
}
