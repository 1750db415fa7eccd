/**
 * The receiving process of the loopback benchmark. Listens three times and answers each
 * stream's end with the number of bytes it had:
 *
 *   bare        only counts bytes
 *   collected   collects them in buffers of a size known beforehand: the least that a program
 *               must do to receive messages
 *   framed      a FramedConnection; payload bytes only
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { encodeText, FramedConnection } from '../src/framing/index.ts';

function bare(socket: Socket): void {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  socket.on('end', () => socket.end(String(bytes)));
}

/** The first four bytes say how long each message is, for all of them. */
function collected(socket: Socket): void {
  let size = 0;
  let bytes = 0;
  let pieces: Buffer[] = [];
  let there = 0;
  socket.on('data', (data: Buffer) => {
    let chunk = data;
    bytes += chunk.length;
    if (size === 0) size = chunk.readUInt32BE(0) + 4;
    while (there + chunk.length >= size) {
      const last = chunk.subarray(0, size - there);
      if (there > 0) Buffer.concat([...pieces, last]);
      chunk = chunk.subarray(last.length);
      pieces = [];
      there = 0;
    }
    if (chunk.length > 0) pieces.push(chunk);
    there += chunk.length;
  });
  socket.on('end', () => socket.end(String(bytes)));
}

async function framed(socket: Socket): Promise<void> {
  const connection = new FramedConnection(socket);
  let bytes = 0;
  for (;;) {
    const message = await connection.receive();
    if (message === undefined) break;
    bytes += message.length;
  }
  await connection.send(encodeText(String(bytes)));
  await connection.close();
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const ports = {
  bare: await listen(createServer({ allowHalfOpen: true }, bare)),
  collected: await listen(createServer({ allowHalfOpen: true }, collected)),
  framed: await listen(
    createServer({ allowHalfOpen: true }, (socket) => void framed(socket)),
  ),
};
process.send!(ports);
process.on('disconnect', () => process.exit());
