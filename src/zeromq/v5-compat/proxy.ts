/** A device between two sockets: what one receives, the other sends. */
import { BUSY, type Socket, type SocketType } from './socket.ts';

/**
 * Which fronts go with which backs, and how many parts at the front of what comes from the back
 * are no part of what is captured: an address and a delimiter.
 */
const PAIRS: Partial<Record<`${SocketType}/${SocketType}`, number>> = {
  'push/pull': 0,
  'pull/push': 0,
  'xpub/xsub': 0,
  'router/dealer': 2,
  'xrep/xreq': 2,
};

/**
 * Carries messages between both until they are closed; a socket is not read while the other has no
 * room. Both still emit 'message'.
 *
 * @param capture also sends what comes from the backend
 * @throws {Error} for types that do not go together in this order
 */
export function proxy(frontend: Socket, backend: Socket, capture?: Socket): void {
  const envelope = PAIRS[`${frontend.type}/${backend.type}`];
  if (envelope === undefined) {
    throw new Error('This socket type order is not supported in compatibility mode');
  }
  carry(frontend, backend);
  carry(backend, frontend);
  if (capture) {
    backend.on('message', (...parts: Buffer[]) => capture.send(parts.slice(envelope)));
  }
}

function carry(from: Socket, to: Socket): void {
  from.on('message', (...parts: Buffer[]) => {
    from[BUSY] = new Promise((resolve) => {
      to.send(parts, 0, (error) => {
        resolve();
        if (error && !to.closed) to.emit('error', error);
      });
    });
  });
}
