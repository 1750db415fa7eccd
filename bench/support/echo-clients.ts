/**
 * Clients that send, wait for the echo, and send again, for ../sockets.ts. Each is written in
 * the style of its sockets: callbacks for Node's, a loop for ours.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { ConnectionSocket } from '../../src/tcp/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';

/** Called for every echo with its round trip in µs; says whether to go on. */
type Note = (microseconds: number) => boolean;

export interface Client {
  run(data: Buffer, note: Note): Promise<void>;
  close(): void;
}

const HOST = '127.0.0.1';
/** An echo over loopback is lost only if something is broken. */
const LOST = { timeout: 10_000 };

const now = (): number => performance.now() * 1000;

export const clients: Record<string, (port: number) => Promise<Client>> = {
  'raw-udp': async (port) => {
    const socket = createSocket('udp4');
    return {
      run: async (data, note) =>
        new Promise((resolve) => {
          let start = now();
          socket.removeAllListeners('message');
          socket.on('message', () => {
            if (!note(now() - start)) return resolve();
            start = now();
            socket.send(data, port, HOST);
          });
          socket.send(data, port, HOST);
        }),
      close: () => socket.close(),
    };
  },

  'our-udp': async (port) => {
    const socket = new DatagramSocket();
    const server = { host: HOST, port };
    return {
      run: async (data, note) => {
        for (let more = true; more;) {
          const start = now();
          await socket.sendto(data, server);
          await socket.recvfrom(65_536);
          more = note(now() - start);
        }
      },
      close: () => void socket.close(),
    };
  },

  'raw-tcp': async (port) => {
    const socket = connect(port, HOST);
    return {
      run: async (data, note) =>
        new Promise((resolve) => {
          let start = now();
          let received = 0;
          socket.removeAllListeners('data');
          socket.on('data', (piece) => {
            received += piece.length;
            if (received < data.length) return;
            received = 0;
            if (!note(now() - start)) return resolve();
            start = now();
            socket.write(data);
          });
          socket.write(data);
        }),
      close: () => void socket.end(),
    };
  },

  'our-tcp': async (port) => {
    const socket = new ConnectionSocket();
    await socket.connect({ host: HOST, port }, LOST);
    return {
      run: async (data, note) => {
        for (let more = true; more;) {
          const start = now();
          await socket.sendall(data);
          for (let received = 0; received < data.length;) {
            received += (await socket.recv(65_536)).length;
          }
          more = note(now() - start);
        }
      },
      close: () => void socket.close(),
    };
  },
};
