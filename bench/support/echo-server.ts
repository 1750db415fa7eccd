/**
 * An echo server of one kind, in a process of its own, for ../sockets.ts.
 *
 *   node --import tsx bench/support/echo-server.ts raw-udp|our-udp|raw-tcp|our-tcp
 *
 * It reports its port to the parent, and ends with it.
 */
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';
import { type ConnectionSocket, WelcomingSocket } from '../../src/tcp/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';

const HERE = { host: '127.0.0.1', port: 0 };

const servers: Record<string, () => void | Promise<void>> = {
  'raw-udp': () => {
    const socket = createSocket('udp4');
    socket.on('message', (data, from) => socket.send(data, from.port, from.address));
    socket.bind(HERE.port, HERE.host, () => tell(socket.address()));
  },
  'our-udp': async () => {
    const socket = new DatagramSocket();
    tell(await socket.bind(HERE));
    for (;;) {
      const { data, address } = await socket.recvfrom(65_536);
      await socket.sendto(data, address);
    }
  },
  'raw-tcp': () => {
    const server = createServer((socket) => {
      socket.on('data', (data) => socket.write(data));
      socket.on('error', () => socket.destroy());
    });
    server.listen(HERE, () => tell(server.address() as AddressInfo));
  },
  'our-tcp': async () => {
    const welcomingSocket = new WelcomingSocket();
    await welcomingSocket.bind(HERE);
    await welcomingSocket.listen(5);
    tell(welcomingSocket.address as { port: number });
    for (;;) {
      const { connectionSocket } = await welcomingSocket.accept();
      void echo(connectionSocket);
    }
  },
};

async function echo(connectionSocket: ConnectionSocket): Promise<void> {
  for (;;) {
    const data = await connectionSocket.recv(65_536);
    if (data.length === 0) break;
    await connectionSocket.sendall(data);
  }
  await connectionSocket.close();
}

function tell(address: { port: number }): void {
  process.send?.(address.port);
}

process.on('disconnect', () => process.exit());
await servers[process.argv[2] ?? '']?.();
