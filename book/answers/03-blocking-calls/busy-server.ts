/**
 * Answer: Five on Linux, one more than the backlog. The sixth repeats its first packet.
 *
 * The server is a thread that listens and then sleeps, so what happens is the kernel's
 * work. Two thirds of a second is long for a connection on one machine, but shorter
 * than the second after which the kernel repeats the first packet.
 * Where: linux
 * See:
 *   backlog 1: 2 of 6 connected at once
 *   backlog 4: 5 of 6 connected at once
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const SERVER = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const { backlog, bell } = workerData;
  const server = createServer((socket) => socket.destroy());
  server.listen({ port: 0, host: '127.0.0.1', backlog }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(bell, 0, 0); // sleeps until the bell rings, and cannot accept
    server.close();
  });
`;

async function atOnce(backlog: number): Promise<number> {
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const server = new Worker(SERVER, { eval: true, workerData: { backlog, bell } });
  const [port] = await once(server, 'message');
  let connected = 0;
  const clients = Array.from({ length: 6 }, () =>
    connect(port, '127.0.0.1', () => (connected += 1)).on('error', () => {}),
  );
  await pause(650);
  for (const client of clients) client.destroy();
  Atomics.store(bell, 0, 1);
  Atomics.notify(bell, 0);
  await server.terminate();
  return connected;
}

for (const backlog of [1, 4]) {
  console.log(`backlog ${backlog}: ${await atOnce(backlog)} of 6 connected at once`);
}
