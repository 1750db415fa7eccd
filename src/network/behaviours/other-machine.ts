/**
 * Plays another machine in a network namespace: packets to its address arrive or, while it is
 * switched off, reach nobody. For experiments' programs, on Linux.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Lab } from './lab.ts';

/** Addresses of an example network (RFC 5737). */
export const [HERE, THERE] = ['192.0.2.2', '192.0.2.1'] as const;
export const TWO_MACHINES = [
  `ip address add ${HERE}/32 dev lo`,
  `ip address add ${THERE}/32 dev lo`,
];

/** A connection to it, made of bare sockets, since ours take no local address. */
export async function connectionThere(
  lab: Lab,
): Promise<{ client: Socket; server: Socket }> {
  const door = lab.keep(createServer({ pauseOnConnect: true })).listen(0, THERE);
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const client = lab.keep(connect({ host: THERE, port, localAddress: HERE }));
  const [[server]] = (await Promise.all([
    once(door, 'connection'),
    once(client, 'connect'),
  ])) as [[Socket], unknown];
  return { client, server: lab.keep(server) };
}

export function switchOff(): void {
  ip('address', 'del', `${THERE}/32`, 'dev', 'lo');
  ip('route', 'add', `${THERE}/32`, 'dev', 'lo');
}

export function switchOn(): void {
  ip('route', 'del', `${THERE}/32`, 'dev', 'lo');
  ip('address', 'add', `${THERE}/32`, 'dev', 'lo');
}

function ip(...args: string[]): void {
  execFileSync('ip', args);
}
