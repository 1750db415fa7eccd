/**
 * A client's side of SOCKS5, until the proxy has connected us to the peer. Pure.
 *
 *     05 n methods ──►             01 n name n password ──►      05 01 00 address ──►
 *              ◄── 05 method                     ◄── 01 00         ◄── 05 00 00 address
 *                  00: no authentication 02: name and password, which only then are sent
 *
 * Source: RFC 1928; RFC 1929, "Username/Password Authentication for SOCKS V5".
 */
import { PeerError } from '../../common/index.ts';

export interface Proxy {
  host: string;
  port: number;
  username: string | undefined;
  password: string;
}

const ADDRESS = /^(?:([^:@]+):(.*)@)?(\[[^\]]+\]|[^:@]+):(\d{1,5})$/;
const [ANYBODY, PASSWORD] = [0, 2];
const REFUSALS = [
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'time to live expired',
  'command not supported',
  'address type not supported',
];

/** `HOST:PORT`, or `NAME:PASSWORD@HOST:PORT`. Undefined when it is neither. */
export function parseProxy(text: string): Proxy | undefined {
  const [, username, password = '', host, port] = ADDRESS.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined;
  if (Math.max(username?.length ?? 0, password.length) > 255) return undefined;
  return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port), username, password };
}

/** The proxy resolves a name that is not an address: it may know names that we do not. */
export class SocksClient {
  readonly #proxy: Proxy;
  readonly #request: Buffer;
  #state: 'method' | 'password' | 'request' = 'method';
  #heard = Buffer.alloc(0);

  constructor(proxy: Proxy, host: string, port: number) {
    this.#proxy = proxy;
    this.#request = Buffer.concat([
      Buffer.from([5, 1, 0]),
      addressOf(host),
      Buffer.from([port >> 8, port & 0xff]),
    ]);
  }

  start(): Buffer {
    const methods = this.#proxy.username === undefined ? [ANYBODY] : [ANYBODY, PASSWORD];
    return Buffer.from([5, methods.length, ...methods]);
  }

  /**
   * @returns what to say next, if anything; when `through`, also what followed the proxy's
   * last words: it is from the peer
   * @throws {PeerError} ERR_SOCKS when the proxy refuses, or does not speak SOCKS5
   */
  push(chunk: Uint8Array): { say?: Buffer; through?: Buffer } {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    const heard = this.#heard;
    const first = this.#state === 'password' ? 1 : 5;
    if (heard.length > 0 && heard[0] !== first) throw wrong('does not speak SOCKS5');
    if (this.#state === 'request') return this.#answer(heard);
    if (heard.length < 2) return {};
    this.#heard = heard.subarray(2);
    const { username, password } = this.#proxy;
    if (this.#state === 'method') {
      if (heard[1] === PASSWORD && username !== undefined) {
        this.#state = 'password';
        const [name, word] = [Buffer.from(username), Buffer.from(password)];
        const lengths = [Buffer.from([1, name.length]), Buffer.from([word.length])];
        return { say: Buffer.concat([lengths[0]!, name, lengths[1]!, word]) };
      }
      if (heard[1] !== ANYBODY) throw wrong('asks for a name and a password');
    } else if (heard[1] !== 0) throw wrong('does not accept this name and password');
    this.#state = 'request';
    return { say: this.#request };
  }

  #answer(heard: Buffer): { through?: Buffer } {
    if (heard.length > 1 && heard[1] !== 0) {
      throw wrong(`cannot connect: ${REFUSALS[heard[1]! - 1] ?? `code ${heard[1]}`}`);
    }
    if (heard.length < 5) return {};
    const sizes: Record<number, number> = { 1: 4, 3: 1 + heard[4]!, 4: 16 };
    const size = sizes[heard[3]!];
    if (size === undefined) throw wrong('sent an address of an unknown type');
    const end = 4 + size + 2;
    return heard.length < end ? {} : { through: heard.subarray(end) };
  }
}

function addressOf(host: string): Buffer {
  if (/^\d+(\.\d+){3}$/.test(host)) {
    return Buffer.from([1, ...host.split('.').map(Number)]);
  }
  if (host.includes(':')) return Buffer.from([4, ...groupsOf(host)]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

/** The sixteen bytes of an IPv6 address. */
function groupsOf(host: string): number[] {
  const [before = '', after] = host.split('%')[0]!.split('::');
  const [head, tail] = [bytesOf(before), bytesOf(after ?? '')];
  const zeros = Array.from({ length: 16 - head.length - tail.length }, () => 0);
  return [...head, ...zeros, ...tail];
}

function bytesOf(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 0xff];
  });
}

/** What is wrong when the connection to a proxy is over before it has connected us. */
export function unanswered(): PeerError {
  return wrong('hung up, or did not answer in time');
}

function wrong(what: string): PeerError {
  return new PeerError('ERR_SOCKS', `the SOCKS proxy ${what}`);
}
