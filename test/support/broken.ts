/** A server's bare socket, which a test can break in several ways at a moment of its choice. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface BareServer {
  /** What `Socket.connect` takes. */
  at: { port: number; host: string } | { path: string };
  /** The next connection, of which nothing is read before somebody asks. */
  accepted: () => Promise<Socket>;
}

export async function bareServer(path?: string): Promise<BareServer> {
  const welcoming = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const waiting: Socket[] = [];
  welcoming.on('connection', (socket) => {
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    waiting.push(socket);
  });
  onTestFinished(() => void welcoming.close());
  if (path === undefined) welcoming.listen(0, '127.0.0.1');
  else welcoming.listen(path);
  await once(welcoming, 'listening');
  const host = '127.0.0.1';
  const at =
    path === undefined ? { host, ...(welcoming.address() as AddressInfo) } : { path };
  const accepted = async (): Promise<Socket> => {
    if (waiting.length === 0) await once(welcoming, 'connection');
    return waiting.shift()!;
  };
  return { at, accepted };
}

/** The system has it, and on one machine so has the other end. */
export function written(socket: Socket, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
  });
}

/** Given back to the system, which has told the other end by then. */
export async function gone(
  socket: Socket,
  how: 'destroy' | 'resetAndDestroy',
): Promise<void> {
  const closed = once(socket, 'close');
  socket[how]();
  await closed;
}
