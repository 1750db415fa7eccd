/**
 * Answer: None: if it binds and nobody is there, the first send waits. If it connects to
 * a port where nobody listens, it sends all ten into the queue for the worker that it
 * expects.
 *
 * A connection that the manager has asked for has a queue from the start. For connections
 * that others may make one day, there is no queue yet.
 * See:
 *   bound, and alone: 0 of 10 sent
 *   connected to nobody: 10 of 10 sent
 */
import { Push } from '../../../src/zeromq/index.ts';
import { freePort } from '../pair.ts';

const options = { sendTimeout: 100, linger: 0 }; // milliseconds

const bound = new Push(options);
await bound.bind('tcp://127.0.0.1:*');
console.log(`bound, and alone: ${await handOut(bound)} of 10 sent`);

const connected = new Push(options);
connected.connect(`tcp://127.0.0.1:${await freePort()}`);
console.log(`connected to nobody: ${await handOut(connected)} of 10 sent`);

async function handOut(socket: Push): Promise<number> {
  let sent = 0;
  try {
    for (; sent < 10; sent += 1) await socket.send(`${sent + 1}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  socket.close();
  return sent;
}
