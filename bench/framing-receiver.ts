/**
 * A receiving process of the loopback benchmark: `framing-receiver.ts WAY`. For each round it is
 * told how many bytes of payload to expect; when they are there it says how much processor time
 * it took.
 *
 *   bare        only counts bytes
 *   collected   collects them in buffers of a size known beforehand: the least that a program
 *               must do to receive messages
 *   awaited     cuts messages of known size from a copy of each chunk, and awaits a promise of
 *               each: the least for messages that may be kept and are received one by one
 *   receive     a FramedConnection, `receive()` for each message
 *   views       the same, whose messages are views of their chunks
 *   iterate     a FramedConnection, `for await`
 *   pull        our ZeroMQ, `receive()` for each message
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { FramedConnection } from '../src/framing/index.ts';
import { Pull } from '../src/zeromq/index.ts';

export type Receiver =
  'bare' | 'collected' | 'awaited' | 'receive' | 'views' | 'iterate' | 'pull';
/** What comes next: messages of `size` bytes, `count` of them. */
export interface Expected {
  size: number;
  count: number;
}

const HEADER = 4;
let expected: Expected;
/** Bytes of payload that are missing; bare sockets count headers too. */
let missing = 0;
let before: NodeJS.CpuUsage;

process.on('message', (message: Expected) => {
  expected = message;
  missing = message.count * message.size;
  before = process.cpuUsage();
  process.send!('ready');
});

function got(bytes: number): void {
  missing -= bytes;
  if (missing > 0) return;
  const { user, system } = process.cpuUsage(before);
  process.send!({ missing, cpu: user + system });
}

function bare(socket: Socket): void {
  missing += expected.count * HEADER;
  socket.on('data', (chunk) => got(chunk.length));
  socket.on('end', () => socket.end());
}

function collected(socket: Socket): void {
  const size = expected.size + HEADER;
  let pieces: Buffer[] = [];
  let there = 0;
  socket.on('data', (data: Buffer) => {
    let chunk = data;
    while (there + chunk.length >= size) {
      const last = chunk.subarray(0, size - there);
      const message = there > 0 ? Buffer.concat([...pieces, last]) : last;
      got(message.length - HEADER);
      chunk = chunk.subarray(last.length);
      pieces = [];
      there = 0;
    }
    if (chunk.length > 0) pieces.push(chunk);
    there += chunk.length;
  });
  socket.on('end', () => socket.end());
}

async function awaited(socket: Socket): Promise<void> {
  const size = expected.size + HEADER;
  let there = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const copy = Buffer.allocUnsafeSlow(chunk.length);
    copy.set(chunk);
    // What is cut off at either end is counted with the next message: nothing is joined.
    there += copy.length;
    for (let at = 0; there >= size; at += size) {
      there -= size;
      const message = copy.subarray(at, at + expected.size);
      await Promise.resolve(message);
      got(expected.size);
    }
  }
  socket.end();
}

async function receive(socket: Socket, detach = true): Promise<void> {
  const connection = new FramedConnection(socket, { detach });
  for (;;) {
    const message = await connection.receive();
    if (message === undefined) break;
    got(message.length);
  }
  await connection.close();
}

function views(socket: Socket): Promise<void> {
  return receive(socket, false);
}

async function iterate(socket: Socket): Promise<void> {
  const connection = new FramedConnection(socket);
  for await (const message of connection) got(message.length);
  await connection.close();
}

async function pull(): Promise<number> {
  const socket = new Pull();
  await socket.bind('tcp://127.0.0.1:*');
  void (async () => {
    for (;;) {
      const [message] = await socket.receive();
      got(message!.length);
    }
  })();
  return Number(new URL(socket.lastEndpoint!).port);
}

async function listen(take: (socket: Socket) => unknown): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => void take(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = { bare, collected, awaited, receive, views, iterate };
const way = process.argv[2] as Receiver;
process.send!(way === 'pull' ? await pull() : await listen(serve[way]));
process.on('disconnect', () => process.exit());
