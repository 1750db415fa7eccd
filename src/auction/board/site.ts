/**
 * The board's web site: what is at which path, and nothing else.
 *
 *   GET /             the page; its scripts and styles beside it (assets.ts)
 *   GET /events       the game, as it changes (event-stream.ts)
 *   GET /state        the same, once, as JSON
 *
 * Limits: time for a request, bytes of its head, requests on a connection, connections. Beside
 * the streams there is room for some hundreds. When they are taken, whoever comes takes the place
 * of the connection that has been idle for longest, so strangers keep nobody out. Only the first
 * line and the headers of a request are read, and the disk is read before the first request
 * arrives.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Asset } from './assets.ts';
import type { EventStream } from './event-stream.ts';
import { refusalOf, refuse, SECURITY_HEADERS, send } from './requests.ts';

export interface SiteParts {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly stream: EventStream;
  /** The state as JSON, now. */
  readonly state: () => string;
  /** Connections beside those that follow the stream. */
  readonly mostGuests: number;
  /** Milliseconds that a request may take, and that an idle connection is kept. */
  readonly patience: number;
}

/** Longest head of a request, in bytes. */
const LONGEST_HEAD = 8192;
/** One page asks for a dozen things; one that asks without end has to connect again. */
const MOST_REQUESTS = 100;

export class Site {
  readonly #parts: SiteParts;
  readonly #server;
  /** Those that do not follow the stream; who was heard from last is the last. */
  readonly #guests = new Set<Socket>();
  /** Where it listens, once it does. */
  address = { host: '', port: 0 };

  constructor(parts: SiteParts) {
    this.#parts = parts;
    const { patience } = parts;
    this.#server = createServer(
      {
        headersTimeout: patience,
        requestTimeout: patience,
        keepAliveTimeout: patience,
        connectionsCheckingInterval: patience / 5,
        maxHeaderSize: LONGEST_HEAD,
        noDelay: true,
      },
      (request, response) => this.#answer(request, response),
    );
    this.#server.maxRequestsPerSocket = MOST_REQUESTS;
    this.#server.on('connection', (socket) => this.#welcome(socket));
  }

  get isOpen(): boolean {
    return this.#server.listening;
  }

  /** @throws EADDRINUSE and other errors of listening */
  async listen(host: string, port: number): Promise<void> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const { address, port: taken } = this.#server.address() as AddressInfo;
    this.address = { host: address, port: taken };
    // A connection that could not be accepted (too many files are open) ends nothing.
    this.#server.on('error', () => {});
  }

  /** Gives the port back; whoever is connected is cut off. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #welcome(socket: Socket): void {
    if (this.#guests.size >= this.#parts.mostGuests) {
      const [idlest] = this.#guests;
      idlest!.destroy();
      this.#guests.delete(idlest!);
    }
    this.#guests.add(socket);
    socket.on('close', () => this.#guests.delete(socket));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (this.#guests.delete(socket)) this.#guests.add(socket);
    // A reader that disconnects is not an error.
    response.on('error', () => {});
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      response.setHeader(name, value);
    }
    const refused = refusalOf(request, this.address.host);
    if (refused) {
      refuse(response, refused);
      return;
    }
    const { assets, state } = this.#parts;
    const [path = '/'] = request.url!.split('?', 1);
    const asset = assets.get(path);
    if (asset) {
      // Asked for again at each visit: tomorrow's board may be another version.
      response.setHeader('cache-control', 'no-cache');
      send(response, asset.type, asset.body);
    } else if (path === '/events') this.#admit(request, response);
    else if (path === '/state') {
      response.setHeader('cache-control', 'no-store');
      send(response, 'application/json; charset=utf-8', state());
    } else refuse(response, { status: 404, text: 'the board has /, /events and /state' });
  }

  #admit(request: IncomingMessage, response: ServerResponse): void {
    const { stream } = this.#parts;
    if (stream.full) {
      refuse(response, {
        status: 503,
        text: 'too many pages are open already: close one, or wait',
        headers: { 'retry-after': '5', connection: 'close' },
      });
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    if (request.method === 'HEAD') response.end();
    else {
      this.#guests.delete(request.socket);
      stream.admit(response);
    }
  }
}
