/**
 * Addresses: `tcp://127.0.0.1:5555`, `ipc:///tmp/door`, `inproc://name`. Pure.
 *
 *     tcp://HOST:PORT          HOST: an address, a name, [an IPv6 address], * (bind only)
 *     tcp://SOURCE;HOST:PORT   from this address (and port) of ours; connect only
 *                              PORT: 0 and * let the system choose (bind only)
 *     ipc://PATH               ipc://@NAME is abstract (Linux), ipc://* a new path (bind only)
 *     inproc://NAME            inside this process and its Context
 *
 * Source: zmq_tcp(7), zmq_ipc(7), zmq_inproc(7).
 */
import { ZmqError } from '../base/errors.ts';

export type Endpoint =
  | {
      transport: 'tcp';
      host: string;
      port: number;
      source?: { host: string; port: number };
    }
  | { transport: 'ipc'; path: string }
  | { transport: 'inproc'; name: string };

/** @throws {ZmqError} EINVAL, EPROTONOSUPPORT */
export function parseEndpoint(address: string, use: 'bind' | 'connect'): Endpoint {
  const at = address.indexOf('://');
  const rest = address.slice(at + 3);
  if (at < 1 || rest === '') {
    throw bad(
      address,
      'An address needs a transport and a place, such as tcp://127.0.0.1:5555',
    );
  }
  switch (address.slice(0, at)) {
    case 'tcp':
      return tcp(address, rest, use);
    case 'ipc':
      if (rest === '*' && use === 'connect')
        throw bad(address, 'Only bind() may choose the path');
      return {
        transport: 'ipc',
        path: rest.startsWith('@') ? `\0${rest.slice(1)}` : rest,
      };
    case 'inproc':
      return { transport: 'inproc', name: rest };
    default:
      throw new ZmqError('EPROTONOSUPPORT', { address });
  }
}

function tcp(address: string, rest: string, use: 'bind' | 'connect'): Endpoint {
  const semicolon = rest.indexOf(';');
  if (semicolon === -1) return { transport: 'tcp', ...hostAndPort(address, rest, use) };
  if (use === 'bind') throw bad(address, 'Only connect has a source address');
  return {
    transport: 'tcp',
    ...hostAndPort(address, rest.slice(semicolon + 1), use),
    source: hostAndPort(address, rest.slice(0, semicolon), 'bind'),
  };
}

function hostAndPort(
  address: string,
  text: string,
  use: 'bind' | 'connect',
): { host: string; port: number } {
  const [, host = '', name = ''] = /^([\w.:%*[\]-]+):(\*|\d{1,5})$/.exec(text) ?? [];
  const port = name === '*' ? 0 : Number(name);
  if (host === '' || name === '' || port > 65_535) {
    throw bad(address, 'tcp:// needs a host and a port, such as tcp://127.0.0.1:5555');
  }
  if (use === 'connect' && (port === 0 || host === '*')) {
    throw bad(address, 'connect() needs one host and one port: * is for bind()');
  }
  const plain = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return { host: plain, port };
}

export function formatTcp(host: string, port: number): string {
  return `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function formatIpc(path: string): string {
  return `ipc://${path.startsWith('\0') ? `@${path.slice(1)}` : path}`;
}

function bad(address: string, hint: string): ZmqError {
  return new ZmqError('EINVAL', { address, hint });
}
