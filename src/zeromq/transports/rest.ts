/**
 * For the end of the process: finds out how much of what a connection was given has not yet been
 * taken by the system.
 */
import type * as net from 'node:net';
import type { Rest } from '../pipes/wire-pipe.ts';

/** What Node has inside a `net.Socket`. */
interface Handle {
  /** −1, or none, on Windows and outside Node. */
  fd?: number;
  bytesWritten: number;
  writeQueueSize: number;
}

/**
 * @param given the last bytes that the socket was given, whether the system has them or not
 * @returns undefined where it cannot be told: without a descriptor, in TLS, or when more is lacking
 */
export function restOf(
  socket: net.Socket,
  given: readonly Uint8Array[],
): Rest | undefined {
  if ('encrypted' in socket) return undefined; // what it would have to write is encrypted
  const handle = (socket as unknown as { _handle?: Handle | null })._handle;
  const fd = handle?.fd ?? -1;
  if (!handle || fd < 0) return undefined;
  // Of what Node was given, the system lacks what Node keeps and what libuv keeps.
  const lacking = socket.bytesWritten - handle.bytesWritten + handle.writeQueueSize;
  const bytes = lastOf(given, lacking);
  return bytes && { fd, bytes };
}

/** The last bytes of these; undefined when there are fewer. */
export function lastOf(
  given: readonly Uint8Array[],
  count: number,
): Uint8Array[] | undefined {
  const bytes: Uint8Array[] = [];
  let missing = count;
  for (let i = given.length - 1; i >= 0 && missing > 0; i -= 1) {
    bytes.unshift(given[i]!.subarray(-missing));
    missing -= bytes[0]!.length;
  }
  return missing > 0 ? undefined : bytes;
}
