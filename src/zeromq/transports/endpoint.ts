/**
 * Addresses: `tcp://127.0.0.1:5555`, `ipc:///tmp/door`, `inproc://name`. Pure.
 *
 *     tcp://HOST:PORT          HOST: an address, a name, [an IPv6 address], * (bind only)
 *     tcp://SOURCE;HOST:PORT   from this address (and port) of ours; connect only
 *                              PORT: 0 and * let the system choose (bind only)
 *     ipc://PATH               ipc://@NAME is abstract (Linux), ipc://* a new path (bind only)
 *     inproc://NAME            inside this process and its Context
 *     ws://HOST:PORT/PATH      HOST and PORT as above; the path may be left out
 *     wss://HOST:PORT/PATH     the same over TLS
 *     epgm://HERE;GROUP:PORT   HERE: a network interface, or its address, or nothing; GROUP: an
 *                              address of multicast; bind and connect mean the same
 *     udp://HOST:PORT          for RADIO, DISH, DGRAM; with HERE; in front as for epgm://
 *
 * Source: zmq_tcp(7), zmq_ipc(7), zmq_inproc(7), zmq_pgm(7); RFC 45/ZWS, 48/RADIO-DISH.
 */
import { isIPv4 } from 'node:net';
import { ZmqError } from '../base/errors.ts';

interface Place {
  host: string;
  port: number;
}

export type Endpoint =
  | ({ transport: 'tcp'; source?: Place } & Place)
  | { transport: 'ipc'; path: string }
  | ({ transport: 'ws'; secure: boolean; path: string } & Place)
  | ({ transport: 'epgm' | 'udp'; interface: string } & Place)
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
    case 'ws':
    case 'wss':
      return webSocket(address, rest, use);
    case 'epgm':
      return multicast(address, rest);
    case 'udp':
      return udp(address, rest, use);
    case 'inproc':
      return { transport: 'inproc', name: rest };
    case 'pgm':
      throw new ZmqError('EPROTONOSUPPORT', {
        address,
        hint: 'pgm:// needs raw sockets, which Node does not have: use epgm://, the same over UDP',
      });
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

function webSocket(address: string, rest: string, use: 'bind' | 'connect'): Endpoint {
  const slash = `${rest}/`.indexOf('/');
  const path = rest.slice(slash) || '/';
  if (!/^[\x21-\x7E]+$/.test(path) || path.includes('#')) {
    throw bad(address, 'The path of ws:// is that of a URL: no spaces, and no #');
  }
  const place = hostAndPort(address, rest.slice(0, slash), use);
  return { transport: 'ws', secure: address.startsWith('wss:'), ...place, path };
}

function multicast(address: string, rest: string): Endpoint {
  const [, here = '', group = '', digits = ''] =
    /^(?:([^;]*);)?([\d.]+):(\d{1,5})$/.exec(rest) ?? [];
  const port = Number(digits);
  const first = Number(group.split('.', 1)[0]);
  if (!isIPv4(group) || first < 224 || first > 239 || port < 1 || port > 65_535) {
    throw bad(
      address,
      'epgm:// needs an IPv4 group and a port, as in epgm://eth0;239.192.1.1:5555',
    );
  }
  return { transport: 'epgm', interface: here, host: group, port };
}

function udp(address: string, rest: string, use: 'bind' | 'connect'): Endpoint {
  const at = rest.indexOf(';');
  const place = hostAndPort(address, rest.slice(at + 1), use);
  return { transport: 'udp', interface: rest.slice(0, Math.max(at, 0)), ...place };
}

function hostAndPort(address: string, text: string, use: 'bind' | 'connect'): Place {
  const [, host = '', name = ''] =
    /^((?![-.%])[\w.:%*[\]-]+):(\*|\d{1,5})$/.exec(text) ?? [];
  const port = name === '*' ? 0 : Number(name);
  if (host === '' || name === '' || port > 65_535) {
    throw bad(address, 'There must be a host and a port, as in tcp://127.0.0.1:5555');
  }
  if (use === 'connect' && (port === 0 || host === '*')) {
    throw bad(address, 'connect() needs one host and one port: * is for bind()');
  }
  const plain = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return { host: plain, port };
}

export function formatTcp(host: string, port: number): string {
  return `tcp://${formatPlace(host, port)}`;
}

export function formatWebSocket(
  host: string,
  port: number,
  { secure, path }: { secure: boolean; path: string },
): string {
  return `${secure ? 'wss' : 'ws'}://${formatPlace(host, port)}${path}`;
}

export function formatPlace(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function formatIpc(path: string): string {
  return `ipc://${path.startsWith('\0') ? `@${path.slice(1)}` : path}`;
}

function bad(address: string, hint: string): ZmqError {
  return new ZmqError('EINVAL', { address, hint });
}
