/**
 * Turns an address of a ZeroMQ program into what this machine's own calls take.
 *
 * Source: zmq_tcp(7), zmq_ipc(7).
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { fitsSocket, pathTooLong, socketFolder } from '../../common/index.ts';
import { ZmqError } from '../base/errors.ts';

/** * is every address of ours; the name of an interface, its first. */
export function hostToBind(
  host: string,
  ipv6: boolean,
): { host: string; ipv6Only?: boolean } {
  if (host === '*') return { host: ipv6 ? '::' : '0.0.0.0' };
  if (net.isIP(host)) return { host };
  const family = ipv6 ? 'IPv6' : 'IPv4';
  const found = networkInterfaces()[host]?.find((one) => one.family === family);
  if (found) return { host: found.address };
  if (host === 'localhost') return { host: ipv6 ? '::1' : '127.0.0.1' };
  throw new ZmqError('ENODEV', {
    hint: `${host} is neither an address nor a network interface of this machine`,
  });
}

export function pathToBind(path: string): string {
  const chosen =
    path === '*' ? join(socketFolder(), `zmq-${randomBytes(6).toString('hex')}`) : path;
  const local = localPath(chosen);
  if (local.startsWith('\0') || process.platform === 'win32') return local;
  // The system would say EACCES, which sends people looking for permissions.
  if (!fs.existsSync(dirname(local))) {
    throw new ZmqError('ENOENT', { hint: `There is no directory ${dirname(local)}` });
  }
  const there = fs.lstatSync(local, { throwIfNoEntry: false });
  if (there && !there.isSocket()) throw new ZmqError('EADDRINUSE');
  return local;
}

/**
 * A socket's file is made under another name, and then takes its place: it may be that of a
 * server that was killed, or of one that this one replaces while it still runs. Node removes
 * the name at which a server listens; this one belongs to whoever made it last.
 */
export class SocketFile {
  readonly #path: string;
  /** Where to listen. */
  readonly first: string;
  #mine: fs.Stats | undefined;

  constructor(path: string) {
    this.#path = path;
    const other = join(dirname(path), `.${randomBytes(3).toString('hex')}`);
    const named = !path.startsWith('\0') && process.platform !== 'win32';
    this.first = named && fitsSocket(other) ? other : path;
    // The other name may be too long for a socket: then there is a moment without any.
    if (named && this.first === path) fs.rmSync(path, { force: true });
  }

  /** Listens now: under its own name. */
  take(): void {
    if (this.first === this.#path) return;
    fs.renameSync(this.first, this.#path);
    this.#mine = fs.lstatSync(this.#path);
  }

  remove(): void {
    const mine = this.#mine;
    if (!mine) return;
    const there = fs.lstatSync(this.#path, { throwIfNoEntry: false });
    if (there?.ino === mine.ino && there.dev === mine.dev) {
      fs.rmSync(this.#path, { force: true });
    }
  }
}

/**
 * Windows has pipes by name in place of sockets by path.
 * @throws {ZmqError} ENAMETOOLONG
 */
export function localPath(path: string): string {
  if (process.platform !== 'win32') {
    if (fitsSocket(path)) return path;
    throw new ZmqError('ENAMETOOLONG', { hint: pathTooLong(path) });
  }
  return `\\\\.\\pipe\\${path.replaceAll(/[/\\:]/g, '-')}`;
}
