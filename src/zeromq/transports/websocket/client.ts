/** A WebSocket over an existing connection. */
import { randomFillSync } from 'node:crypto';
import type * as net from 'node:net';
import type { Mechanism } from '../../zmtp/index.ts';
import { loadWs } from './package.ts';
import type { Opened } from './stream.ts';
import { BARE, SUBPROTOCOL, subprotocolsOf } from './zws.ts';

/**
 * @param where what follows ws://
 * @param limit most bytes of a message; 0 for no limit
 * @throws {ZmqError} ENOTSUP without the package `ws`; or why the peer does not speak WebSocket
 */
export async function openWebSocket(
  socket: net.Socket,
  where: string,
  mechanism: Mechanism['name'],
  limit: number,
): Promise<Opened> {
  const { WebSocket } = await loadWs();
  // `ws` would wait for an end that has already arrived.
  if (socket.destroyed) throw new Error('socket hang up');
  let subprotocol = BARE;
  // A name with a slash is none for `ws`: it is shown this one, and the peer the real ones.
  const webSocket = new WebSocket(`ws://${where}`, BARE, {
    createConnection: () => socket,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: limit,
    finishRequest: (request) => {
      request.setHeader(SUBPROTOCOL, subprotocolsOf(mechanism).join(','));
      request.end();
    },
  });
  webSocket.once('upgrade', ({ headers }) => {
    subprotocol = headers[SUBPROTOCOL] ?? '';
    if (subprotocolsOf(mechanism).includes(subprotocol)) headers[SUBPROTOCOL] = BARE;
  });
  return new Promise((resolve, reject) => {
    webSocket.once('error', reject);
    webSocket.once('open', () => {
      webSocket.pause();
      webSocket.off('error', reject);
      resolve({ webSocket, subprotocol, masks: unpredictable });
    });
  });
}

/** A call for each mask would take longer than the mask. */
const POOL = Buffer.alloc(4096);
let used = POOL.length;

function unpredictable(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += 4;
  return POOL.subarray(used - 4, used);
}
