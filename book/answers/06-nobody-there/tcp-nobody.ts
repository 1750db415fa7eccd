/**
 * Answer: connect works, because somebody listens now. Nothing more is known yet.
 *
 * It is the kernel that has connected. silence.ts asks whether the program behind it
 * will ever answer.
 * See:
 *   nobody listens: ECONNREFUSED
 *   somebody listens: connected
 */
import { ConnectionSocket, WelcomingSocket } from '../../../src/tcp/index.ts';
import { freePort } from '../pair.ts';

async function tryToConnect(port: number): Promise<string> {
  const clientSocket = new ConnectionSocket();
  const told = await clientSocket.connect({ port }).then(
    () => 'connected',
    (error: NodeJS.ErrnoException) => error.code,
  );
  await clientSocket.close();
  return String(told);
}

const port = await freePort();
console.log(`nobody listens: ${await tryToConnect(port)}`);
const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ port });
await welcomingSocket.listen(1);
console.log(`somebody listens: ${await tryToConnect(port)}`);
await welcomingSocket.close();
