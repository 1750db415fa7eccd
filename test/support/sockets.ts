/** Bare sockets for the test's end of a conversation. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, isIPv6, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { vi } from 'vitest';
import { freePort } from '../../src/common/process/index.ts';
import { PATIENCE } from './programs.ts';

export type Transport = 'UDP' | 'TCP';

/**
 * A port that nobody else has, and the next one. Test files and whole runs go on side by
 * side, so each begins its search at a place of its own; in steps of three, because the port
 * after those two is the lock on them.
 */
export async function ownPort(): Promise<number> {
  return freePort(13_001 + 3 * Math.floor(Math.random() * 2000));
}

/** A connection that is there, sends at once, and fails only for those who look. */
export async function connected(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE) });
  socket.on('error', () => {});
  return socket;
}

/** One question over a connection of its own; the answer ends with the stream. */
export async function askOverTcp(
  port: number,
  question: string | Buffer,
  host = '127.0.0.1',
): Promise<string> {
  const socket = connect({ port, host });
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error('no answer over TCP')));
  socket.write(question);
  const answer = await buffer(socket);
  socket.destroy();
  return answer.toString();
}

export interface Answer {
  text: string;
  from: RemoteInfo;
}

/** One datagram, one answer, and who gave it. */
export async function askOverUdp(
  port: number,
  question: string | Buffer,
  host = '127.0.0.1',
  patience = PATIENCE,
): Promise<Answer> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.send(question, port, host);
    const signal = AbortSignal.timeout(patience);
    const [bytes, from] = (await once(socket, 'message', { signal })) as [
      Buffer,
      RemoteInfo,
    ];
    return { text: bytes.toString(), from };
  } finally {
    socket.close();
  }
}

/** Binds the address and lets it go again. Rejects with EADDRINUSE while it is taken. */
export async function checkFree(
  transport: Transport,
  port: number,
  host = '127.0.0.1',
): Promise<void> {
  if (transport === 'TCP') {
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return;
  }
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.bind(port, host);
  await once(socket, 'listening');
  socket.close();
  await once(socket, 'close');
}

/**
 * Writes bytes so that the other end, on this machine, reads them before anything that is
 * written later: waits until none of them lies unread in its receive buffer. proc(5) tells;
 * where there is none, `meanwhile` has to serve, something that the other end does after.
 */
export async function writeAndWaitUntilRead(
  socket: Socket,
  bytes: Buffer,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
  await meanwhile();
  if (!existsSync('/proc/net/tcp')) return;
  await vi.waitFor(
    () => {
      const unread = unreadBytes(socket.remotePort!, socket.localPort!);
      if (unread !== 0) throw new Error(`${unread} bytes lie unread at the other end`);
    },
    { timeout: PATIENCE, interval: 5 },
  );
}

/** The receive queue of the socket with these ports; undefined when there is no such socket. */
function unreadBytes(localPort: number, remotePort: number): number | undefined {
  const rows = ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1));
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  for (const row of rows) {
    const [, local, remote, , queues] = row.trim().split(/\s+/);
    if (!local?.endsWith(`:${hex(localPort)}`)) continue;
    if (!remote?.endsWith(`:${hex(remotePort)}`)) continue;
    return parseInt(queues?.split(':')[1] ?? '', 16);
  }
  return undefined;
}
