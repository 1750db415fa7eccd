/**
 * Finds out whether anything is listening at an address, without disturbing it.
 *
 * If we sent a datagram or connected to find out, the program at the other end would have to deal
 * with it: a server of the lecture would answer it, or stumble over it. But an address of this
 * machine can be taken only once. If we can have it, nobody else has it.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { HostPort, InetAddress } from '../../common/index.ts';
import { numeric } from './relay-address.ts';

/**
 * True or false for an address of this machine, undefined for any other.
 * @throws {MisuseError} ERR_BAD_ADDRESS
 * @throws ENOTFOUND
 */
export async function isAnybodyThere(
  transport: 'udp' | 'tcp',
  address: HostPort,
): Promise<boolean | undefined> {
  const { host, port, family } = await numeric(address, 1);
  const mine = await isFree(transport, host, port, family);
  // Beside Linux, one program may have an address and another all addresses.
  if (mine !== true || process.platform === 'linux')
    return mine === undefined ? mine : !mine;
  return (
    (await isFree(transport, family === 'IPv6' ? '::' : '0.0.0.0', port, family)) ===
    false
  );
}

async function isFree(
  transport: 'udp' | 'tcp',
  host: string,
  port: number,
  family: InetAddress['family'],
): Promise<boolean | undefined> {
  const socket =
    transport === 'udp'
      ? createSocket(family === 'IPv6' ? 'udp6' : 'udp4').bind({
          address: host,
          port,
          exclusive: true,
        })
      : createServer().listen({ host, port, exclusive: true });
  try {
    await once(socket, 'listening');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? false : undefined;
  } finally {
    await new Promise<void>((resolve) => {
      try {
        socket.close(() => resolve());
      } catch {
        resolve(); // a datagram socket that could not be bound may be closed already
      }
    });
  }
}
