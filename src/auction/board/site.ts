/**
 * The board's web site: what each path serves.
 *
 *   GET /             the page; its scripts and styles beside it (assets.ts)
 *   GET /events       the game, as it changes (event-stream.ts)
 *   GET /state        the same, once, as JSON
 *
 * and, where the auctioneer lets pages play (seat-requests.ts):
 *
 *   GET /bid          the page for phones
 *   GET /bid-events   the game without what such a page does not show
 *   GET /join.svg     the address of /bid as a QR code
 *   POST /seat        to join, to bid, to pass
 *
 * Limits: time for a request, bytes of its head and body, connections, and one request at a time on
 * each of them, as browsers send them. Beside the streams there is room for other connections, but
 * not without limit. When all of these are in use, a new one takes the place of the one that has
 * been idle for longest, and no host can take all the streams. So strangers cannot keep anybody
 * out. The disk is read before the first request arrives.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Asset } from './assets.ts';
import type { EventStream } from './event-stream.ts';
import { refusalOf, refusalOfHost, refuse, SECURITY_HEADERS, send } from './requests.ts';
import {
  type AskForSeat,
  bodyOf,
  refusalOfName,
  refusalOfSeat,
  TOO_OFTEN,
} from './seat-requests.ts';

export interface SiteParts {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly streams: ReadonlyMap<string, EventStream>;
  /** Pages that follow a stream. */
  readonly mostReaders: number;
  /** Lets pages play; without it there is no page for phones. */
  readonly seats: AskForSeat | undefined;
  /** The state as JSON, now. */
  readonly state: () => string;
  /** Connections beside those that follow the stream. */
  readonly mostGuests: number;
  /** Milliseconds that a request may take, and that an idle connection is kept. */
  readonly patience: number;
  /** Called the first time that there is no room for a page, with how many there are. */
  readonly onFull: (readers: number) => void;
}

/** Longest head of a request, in bytes. */
const LONGEST_HEAD = 8192;

const NO_SUCH = 'the board has /, /events and /state';
const NO_SUCH_HERE = 'the board has /, /bid, /events and /state';
const ONLY_WATCHES =
  'this board only watches: the page to bid on is at the board of `auction serve --board`';

export class Site {
  readonly #parts: SiteParts;
  readonly #server;
  /** Connections that do not follow the stream, the most recently active last. */
  readonly #guests = new Set<Socket>();
  /** Those that do, by host, the first to come first. */
  readonly #readers = new Map<string, Set<Socket>>();
  #wasFull = false;
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
    this.#server.on('error', () => this.#isFull());
  }

  /** Gives the port back, and ends all connections. */
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
    // It was sent after another request, whose answer is not out yet. Thousands of them in one
    // piece would have the server, and its memory, to themselves.
    if (!response.socket) {
      socket.destroy();
      return;
    }
    if (this.#guests.delete(socket)) this.#guests.add(socket);
    // A reader that disconnects is not an error.
    response.on('error', () => {});
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      response.setHeader(name, value);
    }
    const { assets, seats, state, streams } = this.#parts;
    const [path = '/'] = request.url!.split('?', 1);
    if (path === '/seat' && seats) {
      this.#askForSeat(request, response, seats);
      return;
    }
    const refused =
      refusalOf(request, this.address.host) ??
      (path === '/bid' ? refusalOfName(request) : undefined);
    if (refused) {
      refuse(response, refused);
      return;
    }
    const stream = streams.get(path);
    const asset = assets.get(path);
    if (asset) {
      // Asked for again at each visit: tomorrow's board may be another version.
      response.setHeader('cache-control', 'no-cache');
      send(response, asset.type, asset.body);
    } else if (stream) this.#admit(request, response, stream);
    else if (path === '/state') {
      response.setHeader('cache-control', 'no-store');
      send(response, 'application/json; charset=utf-8', state());
    } else refuse(response, { status: 404, text: this.#nothingAt(path) });
  }

  #nothingAt(path: string): string {
    if (this.#parts.seats) return NO_SUCH_HERE;
    return path === '/bid' ? ONLY_WATCHES : NO_SUCH;
  }

  #askForSeat(
    request: IncomingMessage,
    response: ServerResponse,
    seats: AskForSeat,
  ): void {
    const elsewhere = refusalOfHost(request, this.address.host);
    const refused = elsewhere ?? refusalOfSeat(request);
    if (refused) {
      refuse(response, refused);
      return;
    }
    const { remoteAddress: host = '', remotePort: port = 0 } = request.socket;
    bodyOf(request)
      .then((body) => seats(body, { host, port }))
      .then((answer) => {
        if (!answer) return refuse(response, TOO_OFTEN);
        response.setHeader('cache-control', 'no-store');
        return send(response, 'application/json; charset=utf-8', JSON.stringify(answer));
      })
      // The client has gone before it had sent everything.
      .catch(() => response.destroy());
  }

  #admit(request: IncomingMessage, response: ServerResponse, stream: EventStream): void {
    const { socket } = request;
    if (!this.#makeRoom(socket)) {
      this.#isFull();
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
      this.#guests.delete(socket);
      this.#seat(socket);
      stream.admit(response);
    }
  }

  #seat(socket: Socket): void {
    const host = socket.remoteAddress ?? '';
    const own = this.#readers.get(host) ?? new Set();
    this.#readers.set(host, own.add(socket));
    socket.on('close', () => {
      own.delete(socket);
      if (own.size === 0) this.#readers.delete(host);
    });
  }

  /**
   * Nobody can take all the room: a page of the host that has the most makes room for one of a
   * host that has fewer.
   */
  #makeRoom({ remoteAddress = '' }: Socket): boolean {
    if (this.#count < this.#parts.mostReaders) return true;
    const [most] = [...this.#readers.values()].sort((a, b) => b.size - a.size);
    const own = this.#readers.get(remoteAddress)?.size ?? 0;
    if (!most || most.size < own + 2) return false;
    const [first] = most;
    most.delete(first!);
    first!.destroy();
    return true;
  }

  get #count(): number {
    return [...this.#parts.streams.values()].reduce((sum, one) => sum + one.readers, 0);
  }

  #isFull(): void {
    if (this.#wasFull) return;
    this.#wasFull = true;
    this.#parts.onFull(this.#count);
  }
}
