/** The server whose memory framing-connections.ts measures: `framing-connections-server.ts WAY`. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { FramedConnection } from '../src/framing/index.ts';

export interface Memory {
  /** Bytes of the resident set, and of JavaScript's heap. */
  resident: number;
  heap: number;
}

async function serve(socket: Socket): Promise<void> {
  const connection = new FramedConnection(socket);
  if (process.argv[2] === 'iterate') {
    for await (const message of connection) await connection.send(message);
  } else {
    for (;;) {
      const message = await connection.receive();
      if (message === undefined) break;
      await connection.send(message);
    }
  }
  await connection.close();
}

const listening = { port: 0, host: '127.0.0.1', backlog: 4096 };
const server =
  process.argv[2] === 'ws'
    ? new WebSocketServer(listening)
    : createServer((socket) => {
        if (process.argv[2] === 'bare') socket.on('data', (chunk) => socket.write(chunk));
        else serve(socket).catch(() => socket.destroy()); // the clients leave with a reset
      }).listen(listening);
if (server instanceof WebSocketServer) {
  server.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => socket.send(message));
    socket.on('error', () => socket.terminate());
  });
}
await once(server, 'listening');

process.on('message', () => {
  void (async () => {
    // Buffers are freed beside the collector, a moment later.
    for (let i = 0; i < 6; i += 1) {
      globalThis.gc!();
      await setTimeout(20);
    }
    const { rss, heapUsed } = process.memoryUsage();
    process.send!({ resident: rss, heap: heapUsed } satisfies Memory);
  })();
});
process.on('disconnect', () => process.exit());
process.send!((server.address() as AddressInfo).port);
