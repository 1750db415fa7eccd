/**
 * Answer: The other waits for ever. The server had already taken its question, and the
 * question died in the server's queue; after a restart the server knows nothing about
 * it.
 *
 * The client's socket does reconnect by itself, but a Request asks only once.
 * 16-zeromq-traps/dead-server.ts shows what to do.
 * See:
 *   two ask, one is answered
 *   the server is there again; the other hears: EAGAIN
 *   a new question: Echo: Hello again
 */
import { Reply, Request } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';
import { freePort } from '../pair.ts';

const address = `tcp://127.0.0.1:${await freePort()}`;
const options = { receiveTimeout: 500, linger: 0 }; // milliseconds

const clients = [new Request(options), new Request(options)];
for (const client of clients) {
  client.connect(address);
  await client.send('Hello There');
}

/** One question, one answer, the end. */
async function once(): Promise<void> {
  const server = new Reply();
  const joined = nextEvent(server, 'handshake', clients.length);
  await server.bind(address);
  await joined;
  const [message] = await server.receive();
  await server.send(`Echo: ${String(message)}`);
  const closed = nextEvent(server, 'close');
  await server.unbind(address);
  await closed;
  server.close();
}

await once();
const heard = await Promise.all(
  clients.map((client) => client.receive().then(String, (error) => error.code)),
);
const answered = heard.filter((answer) => answer === 'Echo: Hello There');
console.log(`two ask, ${answered.length === 1 ? 'one' : answered.length} is answered`);

// A restarted server waits for questions. The one that was lost does not come again.
const again = new Reply({ receiveTimeout: 5000 });
const back = nextEvent(again, 'handshake', clients.length);
await again.bind(address);
await back;
const other = clients[heard.indexOf('EAGAIN')]!;
const nothing = await other.receive().catch((error) => error.code);
console.log(`the server is there again; the other hears: ${nothing}`);

const newcomer = new Request(options);
newcomer.connect(address);
await newcomer.send('Hello again');
const [question] = await again.receive();
await again.send(`Echo: ${String(question)}`);
const [answer] = await newcomer.receive();
console.log(`a new question: ${String(answer)}`);
for (const socket of [...clients, newcomer, again]) socket.close();
