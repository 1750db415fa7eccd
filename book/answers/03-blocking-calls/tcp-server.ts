/**
 * Answer: The second client waits for as long as the first one says nothing.
 *
 * It is connected, by the kernel, and its question has arrived; only accept has not
 * been called. In a crowd, backlog + 1 clients wait like that on Linux, and the others
 * try to connect again and again: busy-server.ts shows it.
 * See:
 *   the first says nothing; the second gets no answer within 300 ms
 *   the first leaves; the second gets HELLO
 */
import { TimedOutError } from '../../../src/common/index.ts';
import {
  type Accepted,
  ConnectionSocket,
  WelcomingSocket,
} from '../../../src/tcp/index.ts';

const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ port: 0 });
await welcomingSocket.listen(1);

async function serveTwo(): Promise<void> {
  for (let count = 0; count < 2; count += 1) {
    await serve(await welcomingSocket.accept()); // the lecture's own server
  }
}

async function serve({ connectionSocket }: Accepted): Promise<void> {
  const sentence = await connectionSocket.recvText(1024);
  if (sentence !== '')
    await connectionSocket.sendall(Buffer.from(sentence.toUpperCase()));
  await connectionSocket.close();
}

const served = serveTwo();
const silent = new ConnectionSocket();
await silent.connect(welcomingSocket.address);
const second = new ConnectionSocket();
await second.connect(welcomingSocket.address);
await second.sendall(Buffer.from('hello'));
await second.recv(1024, { timeout: 300 }).catch((error: unknown) => {
  if (!(error instanceof TimedOutError)) throw error;
  console.log('the first says nothing; the second gets no answer within 300 ms');
});

await silent.close();
const answer = await second.recvText(1024, { timeout: 5000 });
console.log(`the first leaves; the second gets ${answer}`);
await Promise.all([served, second.close(), welcomingSocket.close()]);
