/**
 * Whether two addresses are the same. Both ends of a connection record its addresses, but may
 * write them differently: an IPv6 socket calls an IPv4 peer `::ffff:127.0.0.1`, a link-local
 * address includes the name of an interface, and a socket bound to every address has no single
 * address that a peer could name.
 */
import { formatAddress } from '../../common/index.ts';
import { isIP } from 'node:net';
import type { TraceAddress } from './format.ts';
import type { JoinedSocket } from './joined.ts';

/** The same text for every spelling of an address. */
export function addressKey(address: TraceAddress): string {
  if ('path' in address) return address.path;
  return `${plainHost(address.host)} ${address.port}`;
}

/** `::ffff:127.0.0.1` → `127.0.0.1`, `fe80::1%eth0` → `fe80::1`. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
}

/** Bound to every address of the machine: `0.0.0.0`, `::`. */
function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Whether data sent to `to` reaches a socket bound to `local`. */
export function reaches(to: TraceAddress, local: TraceAddress): boolean {
  if ('path' in to || 'path' in local) return addressKey(to) === addressKey(local);
  if (to.port !== local.port) return false;
  const family = isIP(plainHost(to.host));
  if (local.host === '0.0.0.0') return family !== 6;
  if (local.host === '::') return family !== 4 || !local.ipv6Only;
  // On most systems connect(2) takes 0.0.0.0 as this machine.
  if (isEverywhere(to.host)) return /^127\.|^::1$/.test(plainHost(local.host));
  return plainHost(to.host) === plainHost(local.host);
}

/** Whether it is multicast (224.0.0.0/4, ff00::/8) or broadcast (255.255.255.255). */
export function isForMany(address: TraceAddress): boolean {
  if ('path' in address) return false;
  const host = plainHost(address.host);
  const [first = ''] = host.split('.');
  if (host.includes(':')) return host.startsWith('ff');
  return (Number(first) >= 224 && Number(first) <= 239) || host.endsWith('.255');
}

/** The address of a client that had reset its connection before anybody could ask for it. */
export function isNameless(address: TraceAddress): boolean {
  return 'host' in address && address.host === 'unknown';
}

/** As people write it: `127.0.0.1:12000`, `[::1]:12000`, the path, `unknown`. */
export function addressName(address: TraceAddress): string {
  return isNameless(address) ? 'unknown' : formatAddress(address);
}

type HostAddress = Extract<TraceAddress, { host: string }>;

/** Every address that it ever had. */
export function addressesOf({ events }: JoinedSocket): HostAddress[] {
  return events.flatMap((event) =>
    (event.type === 'bind' || event.type === 'connected') && !('path' in event.local)
      ? [event.local]
      : [],
  );
}
