/**
 * Answer: They take turns: a Request with several servers asks one after the other.
 *
 * It does not check who is idle. A slow server also gets every third question, and
 * delays the client each time.
 * See:
 *   questions 1 to 6 were answered by three servers in turn: true
 */
import { Reply, Request } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';

const client = new Request({ receiveTimeout: 5000 });
await client.bind('tcp://127.0.0.1:*');
const joined = nextEvent(client, 'handshake', 3);
const servers = ['A', 'B', 'C'].map((name) => startServer(name));
await joined;

let answered = '';
for (let number = 1; number <= 6; number += 1) {
  await client.send(`question ${number}`);
  const [name] = await client.receive();
  answered += String(name);
}
const turn = answered.slice(0, 3);
const all = ['A', 'B', 'C'].every((name) => turn.includes(name));
const inTurns = all && answered === turn + turn;
console.log(`questions 1 to 6 were answered by three servers in turn: ${inTurns}`);
for (const socket of [client, ...servers]) socket.close();

function startServer(name: string): Reply {
  const socket = new Reply();
  socket.connect(client.lastEndpoint!);
  void serve(socket, name);
  return socket;
}

async function serve(socket: Reply, name: string): Promise<void> {
  for await (const _question of socket) await socket.send(name);
}
