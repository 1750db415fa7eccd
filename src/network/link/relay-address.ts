/** Checks the addresses and numbers that both relays are given. */
import { lookup } from 'node:dns/promises';
import {
  checkHost,
  checkPort,
  formatAddress,
  type HostPort,
  inetAddress,
  type InetAddress,
  LOOPBACK,
  misuse,
  MisuseError,
} from '../../common/index.ts';

/**
 * The address with its name looked up, once and for all.
 * @throws {MisuseError} ERR_BAD_ADDRESS
 * @throws ENOTFOUND
 */
export async function numeric(
  { host = LOOPBACK.IPv4, port }: HostPort,
  leastPort: 0 | 1,
): Promise<InetAddress> {
  checkHost(host);
  checkPort(port, leastPort);
  return inetAddress({ ...(await lookup(host)), port });
}

/**
 * A relay that is its own target would send everything round for ever.
 * @throws {MisuseError} ERR_BAD_ADDRESS
 */
export function checkNoLoop(
  listen: { host: string; port: number },
  to: InetAddress,
): void {
  const everywhere = listen.host === '0.0.0.0' || listen.host === '::';
  const here = to.host === '127.0.0.1' || to.host === '::1';
  const same = to.host === listen.host || (everywhere && here);
  if (to.port !== listen.port || !same) return;
  throw new MisuseError(
    'ERR_BAD_ADDRESS',
    `the relay cannot listen at its own target, ${formatAddress(to)}`,
  );
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT */
export function wholeFrom1(what: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 2 ** 31 - 1) return value;
  throw misuse(`a relay's ${what}: a whole number, 1 or more, not ${value}`);
}
