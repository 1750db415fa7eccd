/**
 * How much memory a connection takes in a server of many, each of which has echoed a few
 * messages of 100 bytes: `net` alone, a FramedConnection with `receive()` or `for await`, and `ws`.
 *
 * Each server is a process of its own (framing-connections-server.ts), with the clients in this
 * one. What is counted is what the server's resident set grew by from before the first
 * connection, and how much of that is JavaScript's heap.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { encodeFrame } from '../src/framing/index.ts';
import type { Memory } from './framing-connections-server.ts';
import { row } from './support/print.ts';

const PAYLOAD = Buffer.alloc(100, 7);
const FRAME = encodeFrame(PAYLOAD);
/** The same message as a client of WebSocket sends it: final, binary, masked with zeros. */
const WS_FRAME = Buffer.concat([Buffer.of(0x82, 0x80 | 100, 0, 0, 0, 0), PAYLOAD]);
const WS_REPLY = WS_FRAME.length - 4;
const WS_HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
  '\r\n',
].join('\r\n');
const ECHOES = 4;
/** So many connect or echo at a time. */
const CROWD = 200;
const WAYS = [
  ['bare net', 'bare'],
  ['FramedConnection: receive', 'receive'],
  ['FramedConnection: for await', 'iterate'],
  ['ws', 'ws'],
] as const;

async function dial(port: number, way: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  if (way !== 'ws') return socket;
  socket.write(WS_HANDSHAKE);
  await once(socket, 'data');
  return socket;
}

async function echo(socket: Socket, way: string): Promise<void> {
  const [message, reply] = way === 'ws' ? [WS_FRAME, WS_REPLY] : [FRAME, FRAME.length];
  socket.write(message);
  for (let missing = reply; missing > 0;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    missing -= chunk.length;
  }
}

async function measure(way: string, connections: number): Promise<Memory> {
  const server = fork(
    fileURLToPath(new URL('framing-connections-server.ts', import.meta.url)),
    [way],
    { execArgv: ['--import', 'tsx', '--expose-gc'] },
  );
  const [port] = (await once(server, 'message')) as [number];
  const memory = async (): Promise<Memory> => {
    server.send('memory');
    return ((await once(server, 'message')) as [Memory])[0];
  };
  const before = await memory();
  const sockets: Socket[] = [];
  while (sockets.length < connections) {
    const crowd = Math.min(CROWD, connections - sockets.length);
    sockets.push(
      ...(await Promise.all(Array.from({ length: crowd }, () => dial(port, way)))),
    );
  }
  for (let i = 0; i < ECHOES; i += 1) {
    for (let at = 0; at < sockets.length; at += CROWD) {
      await Promise.all(sockets.slice(at, at + CROWD).map((socket) => echo(socket, way)));
    }
  }
  const after = await memory();
  for (const socket of sockets) socket.destroy();
  server.disconnect();
  await once(server, 'exit');
  return { resident: after.resident - before.resident, heap: after.heap - before.heap };
}

export async function benchConnections(connections: number): Promise<void> {
  const heads = ['bytes resident', 'of which heap'];
  console.log(row(`each of ${connections} busy connections`, ...heads));
  console.log(row('---', ...heads.map(() => '--:')));
  for (const [name, way] of WAYS) {
    const { resident, heap } = await measure(way, connections);
    const each = [resident, heap].map((bytes) => Math.round(bytes / connections));
    console.log(row(name, ...each.map((bytes) => bytes.toLocaleString('en'))));
  }
}
