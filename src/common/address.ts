/**
 * Addresses, as the lecture writes them: a host and a port, or a path.
 *
 *   AF_INET   { host: '127.0.0.1', port: 12000 }
 *   AF_INET6  { host: '::1', port: 12000 }
 *   AF_UNIX   { path: '/tmp/uppercase.sock' }      streams only: Node has no Unix datagrams
 *             { path: '\0uppercase' }             Linux: a name in place of a file
 *
 * What a socket *reports* also names the family and always holds a numeric host; what a
 * caller *gives* may leave the host out (this machine, 127.0.0.1) or name it.
 */
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { MisuseError } from './errors.ts';

export type Family = 'IPv4' | 'IPv6';

/** Where a socket is, or where data came from. `host` is numeric; `port` is 1 to 65535. */
export interface InetAddress {
  family: Family;
  host: string;
  port: number;
}

/** A Unix-domain socket's file, or a Windows pipe. A client's own end has an empty path. */
export interface PathAddress {
  path: string;
}

export type Address = InetAddress | PathAddress;

/** What a caller gives: `host` is a name or a number, this machine unless told otherwise. */
export interface HostPort {
  host?: string | undefined;
  port: number;
}

/** The host that is meant when none is given: nobody outside this machine can reach it. */
export const LOOPBACK = { IPv4: '127.0.0.1', IPv6: '::1' } as const;

/** @throws {MisuseError} ERR_BAD_ADDRESS unless `port` is a whole number from `least` to 65535 */
export function checkPort(port: unknown, least: 0 | 1 = 0): asserts port is number {
  if (!Number.isInteger(port) || Number(port) < least || Number(port) > 65_535) {
    throw badAddress(
      `a port is a whole number from ${least} to 65535, not ${String(port)}`,
    );
  }
}

/**
 * The longest path that fits into `sun_path` with its final zero, unix(7): Node would cut off the
 * rest.
 */
export const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;

/**
 * Where a socket's file can lie when no path was given: the folder for temporary files,
 * or /tmp when the name of that folder leaves fewer than 40 bytes for the file's own name.
 */
export function socketFolder(): string {
  const folder = tmpdir();
  const fits = Buffer.byteLength(folder) <= LONGEST_PATH - 40;
  return fits || process.platform === 'win32' ? folder : '/tmp';
}

export function pathTooLong(path: string): string {
  const length = Buffer.byteLength(path);
  const name = formatAddress({ path });
  return `a socket's path has at most ${LONGEST_PATH} bytes, not ${length}: ${name}`;
}

/** A socket with an abstract name has no file: unix(7), Linux only. */
export function isAbstract(path: string): boolean {
  return path.startsWith('\0') && process.platform === 'linux';
}

/** An abstract name needs no zero that ends it. */
export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_PATH + (isAbstract(path) ? 1 : 0);
}

/** @throws {MisuseError} ERR_BAD_ADDRESS unless `path` can name a socket's file */
export function checkPath(path: string): void {
  if (path === '') throw badAddress('a path cannot be empty');
  if (path === '\0')
    throw badAddress('an abstract name needs a character after its zero byte');
  if (path.includes('\0') && !isAbstract(path)) {
    throw badAddress(
      'a path cannot hold a zero byte (only an abstract name of Linux has one)',
    );
  }
  if (process.platform === 'win32') return; // a pipe's name, which has rules of its own
  if (!fitsSocket(path)) throw badAddress(pathTooLong(path));
  // Node takes such a path as a port.
  if (Number(path) >= 0)
    throw badAddress(`the path ${path} looks like a port: write ./${path}`);
}

const FAMILIES: Readonly<Record<number, Family>> = { 4: 'IPv4', 6: 'IPv6' };

/** @throws {MisuseError} ERR_BAD_ADDRESS when empty: the system takes that for every address */
export function checkHost(host: string): void {
  if (host !== '') return;
  throw badAddress(
    'a host cannot be empty: leave it out for this machine, or say 0.0.0.0 for every address',
  );
}

/** The family of a numeric host; undefined for a name, which may have addresses of both. */
export function familyOf(host: string): Family | undefined {
  return FAMILIES[isIP(host)];
}

/** Whether only this machine can reach it (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** @throws {MisuseError} ERR_ADDRESS_FAMILY when a socket of `family` cannot reach `host` */
export function checkFamily(host: string, family: Family): void {
  const actual = familyOf(host);
  if (actual !== undefined && actual !== family) {
    throw new MisuseError(
      'ERR_ADDRESS_FAMILY',
      `${host} is an ${actual} address, but the socket is an ${family} one: ` +
        `create it with { family: '${actual}' }`,
    );
  }
}

/** Node's own shape (`address`, `family` as text or number) to ours. */
export function inetAddress(from: {
  address: string;
  family: string | number;
  port: number;
}): InetAddress {
  const family = from.family === 'IPv6' || from.family === 6 ? 'IPv6' : 'IPv4';
  return { family, host: from.address, port: from.port };
}

/** `127.0.0.1:12000`, `[::1]:12000` (RFC 3986 §3.2.2 brackets), the path, or `@name`. */
export function formatAddress(address: HostPort | PathAddress): string {
  if ('path' in address) return address.path.replaceAll('\0', '@'); // as ss(8) writes it
  const host = address.host ?? LOOPBACK.IPv4;
  return host.includes(':') ? `[${host}]:${address.port}` : `${host}:${address.port}`;
}

function badAddress(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ADDRESS', why);
}
