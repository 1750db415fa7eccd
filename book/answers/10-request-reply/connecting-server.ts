/**
 * Answer: It remembers which connection the question came from, and sends the answer
 * there. Each message carries its envelope, which a Reply hides.
 *
 * See:
 *   ann asked, ann has: Echo: from ann
 *   bob asked, bob has: Echo: from bob
 */
import { Reply, Request } from '../../../src/zeromq/index.ts';

const clients = ['ann', 'bob'].map((name) => ({
  name,
  socket: new Request({ receiveTimeout: 5000 }),
}));
const server = new Reply({ receiveTimeout: 5000 });
for (const { socket } of clients) {
  await socket.bind('tcp://127.0.0.1:*');
  server.connect(socket.lastEndpoint!);
}

// Both ask before anything is answered.
for (const { name, socket } of clients) await socket.send(`from ${name}`);
for (let count = 0; count < clients.length; count += 1) {
  const [message] = await server.receive();
  await server.send(`Echo: ${String(message)}`);
}
for (const { name, socket } of clients) {
  const [answer] = await socket.receive();
  console.log(`${name} asked, ${name} has: ${String(answer)}`);
  socket.close();
}
server.close();
