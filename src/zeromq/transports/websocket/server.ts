/** A web server that makes WebSockets of its connections, and does nothing else. */
import * as http from 'node:http';
import * as https from 'node:https';
import type * as net from 'node:net';
import type { Mechanism } from '../../zmtp/index.ts';
import { loadWs } from './package.ts';
import type { ServerTls } from './secure.ts';
import type { Opened } from './stream.ts';
import { BARE, chooseSubprotocol, SUBPROTOCOL, subprotocolsOf } from './zws.ts';

/** The longest time a timer can wait, in milliseconds. */
const FOR_EVER = 2 ** 31 - 1;
/** A stranger's headers, in bytes. */
const HEADERS = 8192;

export interface WebSocketServerOptions {
  mechanism: Mechanism['name'];
  /** Most bytes of a message; 0 for no limit. */
  limit: number;
  /** Milliseconds that a request may take to come; 0 for no limit. */
  patience: number;
  /** For wss://. */
  tls: ServerTls | undefined;
}

/**
 * @param accept told of each WebSocket, which is paused, and of the connection under it
 * @throws {ZmqError} ENOTSUP without the package `ws`
 */
export async function webSocketServer(
  { mechanism, limit, patience, tls }: WebSocketServerOptions,
  accept: (socket: net.Socket, opened: Opened) => void,
): Promise<http.Server> {
  const { WebSocketServer } = await loadWs();
  const settings = {
    maxHeaderSize: HEADERS,
    headersTimeout: patience,
    requestTimeout: patience,
    connectionsCheckingInterval: 1000,
  };
  const server = tls
    ? new SecureServer({ ...settings, ...tls, handshakeTimeout: patience || FOR_EVER })
    : http.createServer(settings);
  server.on('connection', (socket) => socket.unref());
  server.on('secureConnection', (socket: net.Socket) => socket.unref());
  server.on('request', (_, response) => {
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' });
    response.end('This is a ZeroMQ socket: connect with a WebSocket.\n');
  });
  const chosen = new WeakMap<http.IncomingMessage, string>();
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: limit,
    handleProtocols: (_, request) => chosen.get(request) ?? false,
  });
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as net.Socket;
    const subprotocol = chooseSubprotocol(request.headers[SUBPROTOCOL], mechanism);
    if (subprotocol === undefined) {
      refuse(socket, `Offer the subprotocol ${subprotocolsOf(mechanism).join(' or ')}`);
      return;
    }
    chosen.set(request, subprotocol);
    // A name with a slash is none for `ws`, which would refuse the request.
    request.headers[SUBPROTOCOL] = BARE;
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.pause();
      accept(socket, { webSocket, subprotocol });
    });
  });
  return server;
}

/** Node's own server forgets those who are still in the handshake of TLS. */
class SecureServer extends https.Server {
  readonly #young = new Map<string, net.Socket>();

  constructor(options: https.ServerOptions) {
    super(options);
    this.on('connection', (socket: net.Socket) => {
      const name = peerOf(socket);
      this.#young.set(name, socket);
      socket.once('close', () => this.#young.delete(name));
    });
    this.on('secureConnection', (socket) => this.#young.delete(peerOf(socket)));
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    for (const socket of this.#young.values()) socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: net.Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function refuse(socket: net.Socket, why: string): void {
  socket.on('error', () => {}); // it has gone already
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n' +
      `Content-Length: ${why.length + 1}\r\n\r\n${why}\n`,
    () => socket.destroy(),
  );
}
