/** Sockets of version 5 in tests: closed after each, and listened to. */
import { afterEach } from 'vitest';
import * as lab from '../../src/zeromq/v5-compat/index.ts';
import { soon } from './zeromq-contract.ts';

/** What a program may use of either: ours, or the package's own layer. */
export type Layer = typeof lab;

export type Open = (
  layer: Layer,
  type: lab.SocketType,
  options?: Parameters<Layer['socket']>[1],
) => lab.Socket;

export function useSockets(): Open {
  const opened: lab.Socket[] = [];
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close();
  });
  return (layer, type, options) => {
    const socket = layer.socket(type, { linger: 0, ...options });
    opened.push(socket);
    return socket;
  };
}

/** Binds, and tells where to connect to. */
export async function bound(
  socket: lab.Socket,
  address = 'tcp://127.0.0.1:*',
): Promise<string> {
  await called((callback) => socket.bind(address, callback));
  return String(socket.last_endpoint);
}

/** What a callback is told: undefined when all is well. */
export async function called(
  work: (callback: lab.Callback) => unknown,
): Promise<(Error & { code?: string }) | undefined> {
  return soon(new Promise((resolve) => work(resolve)), 'the callback');
}

/** The next values of an event. */
export async function next(socket: lab.Socket, event = 'message'): Promise<unknown[]> {
  return soon(
    new Promise((resolve) => socket.once(event, (...values) => resolve(values))),
    event,
  );
}

/** The parts of the messages from now on, as texts, when there are this many. */
export async function heard(socket: lab.Socket, count: number): Promise<string[][]> {
  const all: string[][] = [];
  return soon(
    new Promise((resolve) => {
      socket.on('message', (...parts: Buffer[]) => {
        all.push(parts.map(String));
        if (all.length === count) resolve(all);
      });
    }),
    `${count} messages`,
  );
}
