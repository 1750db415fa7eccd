/** What the tests of both TCP sockets need: connections, and an end to all of them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import type { Address, HostPort, PathAddress } from '../../../src/common/index.ts';
import {
  ConnectionSocket,
  WelcomingSocket,
  type WelcomingOptions,
} from '../../../src/tcp/index.ts';
import { shortFolder } from '../../support/folders.ts';
import { needIPv6 } from '../../support/peers.ts';
import { PATIENCE } from '../../support/eventually.ts';

/** No test waits longer than this for what must come. */
export const SOON = { timeout: PATIENCE };

/** What a connection may run over; skips the test where this machine has no such thing. */
export const FAMILIES: {
  name: string;
  at: (context: TestContext) => HostPort | PathAddress;
}[] = [
  { name: 'IPv4', at: () => ({ port: 0 }) },
  {
    name: 'IPv6',
    at: (context) => {
      needIPv6(context);
      return { host: '::1', port: 0 };
    },
  },
  { name: 'a path', at: () => ({ path: freshPath() }) },
];

export interface Pair {
  welcomingSocket: WelcomingSocket;
  client: ConnectionSocket;
  server: ConnectionSocket;
  /** The client's address, as accept told it. */
  address: Address;
}

/** A welcoming socket that listens, until the test is over. */
export async function listening(
  at: HostPort | PathAddress = { port: 0 },
  options: WelcomingOptions = {},
): Promise<WelcomingSocket> {
  const welcomingSocket = new WelcomingSocket(options);
  onTestFinished(async () => welcomingSocket.close());
  await welcomingSocket.bind(at);
  await welcomingSocket.listen(100);
  return welcomingSocket;
}

export async function connected(to: WelcomingSocket): Promise<ConnectionSocket> {
  const client = untilTheEnd(new ConnectionSocket());
  await client.connect(to.address, SOON);
  return client;
}

/** A client and a server that are connected, until the test is over. */
export async function pair(at?: HostPort | PathAddress): Promise<Pair> {
  const welcomingSocket = await listening(at);
  const client = await connected(welcomingSocket);
  const { connectionSocket, address } = await welcomingSocket.accept(SOON);
  return { welcomingSocket, client, server: untilTheEnd(connectionSocket), address };
}

/** Breaks a connection off when the test is over, unless the test has ended it. */
export function untilTheEnd(socket: ConnectionSocket): ConnectionSocket {
  onTestFinished(async () => {
    try {
      socket.reset();
    } catch {
      await socket.close();
    }
  });
  return socket;
}

/** A port at which nobody listens: it was free a moment ago. */
export async function freePort(): Promise<number> {
  const welcomingSocket = await listening();
  const { address } = welcomingSocket;
  await welcomingSocket.close();
  if ('path' in address) throw new Error('a path where a port was expected');
  return address.port;
}

/** A path for a socket's file, or on Windows a pipe, that no other test uses. */
export function freshPath(): string {
  const folder = shortFolder();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (process.platform === 'win32') return `\\\\.\\pipe\\${folder.replaceAll('\\', '-')}`;
  return join(folder, 'x.sock');
}

/** Everything until the peer's end. */
export async function receiveAll(socket: ConnectionSocket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = await socket.recv(65_536, SOON);
    if (piece.length === 0) return Buffer.concat(pieces);
    pieces.push(piece);
  }
}

/** Handles the failure now, to be looked at later. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export const misuse = (code: string): object => ({ name: 'MisuseError', code });
