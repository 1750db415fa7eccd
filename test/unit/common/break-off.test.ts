import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { breakOff } from '../../../src/common/index.ts';

const server = createServer((socket) => socket.on('error', () => {}).resume());
let port: number;
beforeEach(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => server.close());

it.each<[string, (socket: Socket) => unknown]>([
  ['has not connected', () => {}],
  ['has not connected and says goodbye', (socket) => socket.end()],
  ['has not connected and has something to say', (socket) => socket.end('hello')],
  ['is open', (socket) => once(socket, 'connect')],
  ['says goodbye', async (socket) => (await once(socket, 'connect')) && socket.end()],
  [
    'has said goodbye',
    async (socket) => {
      socket.end();
      await once(socket, 'finish');
    },
  ],
])('breaks off a connection that %s, and it is closed', async (_, prepare) => {
  const socket = connect({ port, allowHalfOpen: true });
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error)).resume();
  const closed = once(socket, 'close');
  await prepare(socket);
  breakOff(socket);
  await closed;
  expect(errors).toEqual([]);
});
