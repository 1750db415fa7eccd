/**
 * Breaks a connection off (RST): the peer gets an error, not the end of the stream.
 *
 * While a goodbye is on its way to the system, libuv refuses to reset (EINVAL in
 * uv_tcp_close_reset), and Node then leaves the socket open for ever. Such a connection is closed:
 * its peer has been told all that there was to tell.
 */
import type { Socket } from 'node:net';

export function breakOff(socket: Socket): void {
  const { connecting, writableEnded, writableFinished, writableLength } = socket;
  // While data waits, the goodbye has not been given to the system.
  const isGoing = writableEnded && !writableFinished && writableLength === 0;
  if (isGoing || (connecting && writableEnded)) socket.destroy();
  else socket.resetAndDestroy();
}
