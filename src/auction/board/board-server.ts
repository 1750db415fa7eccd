/**
 * The board: a web page for the projector, read-only and live, and beside it, where the
 * auctioneer takes bids from pages, a page for phones.
 *
 *   auctioneer ──BoardEvent──► Board ──► pages
 *    (Table.watch, or what a
 *     spectator is told)
 *
 * Nothing that the board's page does reaches the auction. The page for phones sends its
 * messages by `seats`, which asks for a token as every door does (seat-requests.ts). Sealed bids
 * never reach the board (game/public-events.ts), so no page can show them.
 *
 * Read next: board-state.ts for what is shown, site.ts and event-stream.ts for how it gets to
 * a page, page/board.js for the page.
 */
import {
  checkHost,
  checkPort,
  formatAddress,
  isLoopback,
  LOOPBACK,
  misuse,
  filesForConnections,
} from '../../common/index.ts';
import { type Notice, noticeWords } from '../game/notices.ts';
import type { BoardEvent } from '../game/public-events.ts';
import { type Asset, readAssets } from './assets.ts';
import type { Board, BoardOptions } from './board.ts';
import { type BoardGame, BoardState } from './board-state.ts';
import { EventStream } from './event-stream.ts';
import { qrCode } from './qr-code.ts';
import { Site } from './site.ts';
import type { BoardSnapshot } from './snapshot.ts';

/** Connections besides those of readers: pages that are loading, and strangers. */
const MOST_GUESTS = 1000;
/** Of the connections that it may have, how many are for those and for readers. */
const SHARE_OF_FILES = { guests: 0.2, readers: 0.5 };
/** How many notices fit below the stage. */
const MOST_NOTICES = 3;
/** How many sales a phone shows. */
const MOST_SALES = 5;
/** Milliseconds between two updates of a phone: there may be hundreds, on one network. */
const PHONE_PAUSE = 300;
/** Milliseconds between two checks of the deadline. */
const LOOK = 500;

/**
 * Opens a board. It shows that it waits for an auctioneer until `begin` is called.
 * @throws EADDRINUSE and other errors of listening; the signal's reason
 */
export async function openBoard(options: BoardOptions = {}): Promise<Board> {
  const { host = LOOPBACK.IPv4, port = 0, signal } = options;
  checkHost(host);
  checkPort(port);
  signal?.throwIfAborted();
  const board = new BoardServer(await readAssets(options.seats !== undefined), options);
  await board.listen(host, port);
  if (signal?.aborted) {
    await board.close();
    signal.throwIfAborted();
  }
  return board;
}

class BoardServer implements Board {
  readonly #site: Site;
  readonly #streams: ReadonlyMap<string, EventStream>;
  readonly #assets: Map<string, Asset>;
  readonly #options: BoardOptions;
  #join: BoardSnapshot['join'];
  readonly #pause: number;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => void this.close();
  readonly #deadline: () => number | undefined;
  readonly #clock: NodeJS.Timeout;
  #toldDeadline: number | undefined;
  /** Used when nobody else knows better. */
  #ownDeadline: number | undefined;
  #secondsPerRound = 0;
  #state: BoardState | undefined;
  #live = true;
  #notices: Notice[] = [];
  #onFull: (notice: Notice) => void = () => {};

  constructor(assets: Map<string, Asset>, options: BoardOptions) {
    const { join = {}, mostReaders = 2000, beat = 5000, pause = 100 } = options;
    const {
      deadline,
      files = filesForConnections(),
      patience = 10_000,
      seats,
      signal,
    } = options;
    const readersByFiles = Math.floor(files * SHARE_OF_FILES.readers);
    this.#join = {
      ...(join.where !== undefined && { where: join.where }),
      ...(join.code !== undefined && { code: join.code }),
      ...(join.command !== undefined && { command: join.command }),
    };
    this.#assets = assets;
    this.#options = options;
    this.#pause = pause;
    this.#signal = signal;
    this.#deadline = deadline ?? (() => this.#ownDeadline);
    const state = (): string => JSON.stringify(this.#snapshot());
    const forPhones = (): string => JSON.stringify(phoneSnapshot(this.#snapshot()));
    const phonePause = Math.max(pause, PHONE_PAUSE);
    this.#streams = new Map([
      ['/events', new EventStream(state, { beat, pause })],
      ...(seats
        ? ([
            ['/bid-events', new EventStream(forPhones, { beat, pause: phonePause })],
          ] as const)
        : []),
    ]);
    this.#site = new Site({
      assets,
      streams: this.#streams,
      mostReaders: Math.min(mostReaders, readersByFiles),
      seats,
      state,
      mostGuests: Math.min(MOST_GUESTS, Math.floor(files * SHARE_OF_FILES.guests)),
      patience,
      onFull: (readers) => {
        const why = mostReaders > readersByFiles ? 'files' : 'limit';
        this.#onFull({ type: 'no-room', pages: readers, why });
      },
    });
    this.#clock = setInterval(() => this.#lookAtClock(), LOOK);
  }

  async listen(host: string, port: number): Promise<void> {
    try {
      await this.#site.listen(host, port);
    } catch (error) {
      this.#stop();
      throw error;
    }
    this.#signal?.addEventListener('abort', this.#onAbort);
    if (this.#options.seats) this.#invitePhones();
  }

  /** Says on the board where the page for phones is. */
  #invitePhones(): void {
    const { code } = this.#join;
    const { host, port } = this.address;
    const every = host === '0.0.0.0' || host === '::';
    const reachable = (every ? this.#options.reachableAt : host) ?? LOOPBACK.IPv4;
    const page = `http://${formatAddress({ host: reachable, port })}/bid`;
    const isForOthers = !isLoopback(reachable);
    this.#join = { ...this.#join, page, ...(isForOthers && { qr: true as const }) };
    // A fragment is never sent, so the code stands in no log.
    const body = qrCode(code === undefined ? page : `${page}#${code}`);
    this.#assets.set('/join.svg', { type: 'image/svg+xml', body });
  }

  get address(): { host: string; port: number } {
    return this.#site.address;
  }

  get page(): string | undefined {
    return this.#join.page;
  }

  get url(): string {
    const { host, port } = this.address;
    const every: Record<string, string> = {
      '0.0.0.0': LOOPBACK.IPv4,
      '::': LOOPBACK.IPv6,
    };
    return `http://${formatAddress({ host: every[host] ?? host, port })}/`;
  }

  begin(game: BoardGame): void {
    this.#state = new BoardState(game);
    this.#secondsPerRound = game.rules.secondsPerRound;
    this.#ownDeadline = undefined;
    // Keep the old table for now: what has happened so far is about to be told.
    this.#changed(this.#pause);
  }

  apply(event: BoardEvent): void {
    if (!this.#state) throw misuse('board: begin first');
    this.#state.apply(event);
    // Refused joins no longer matter once the game begins.
    if (event.type === 'started') this.#notices = [];
    else if (event.type === 'freed') this.#forgetPresence(event.name);
    if (event.type === 'opened' && this.#secondsPerRound > 0) {
      this.#ownDeadline = performance.now() + this.#secondsPerRound * 1000;
    } else if (event.type === 'over') this.#ownDeadline = undefined;
    this.#changed();
  }

  note(notice: Notice): void {
    if (notice.type === 'left' || notice.type === 'returned') {
      this.#forgetPresence(notice.name);
    }
    this.#notices = [...this.#notices, notice].slice(-MOST_NOTICES);
    this.#changed();
  }

  /** Of all notices about a bidder, only the latest is still true. */
  #forgetPresence(name: string): void {
    this.#notices = this.#notices.filter(
      (one) =>
        !['left', 'returned'].includes(one.type) || !('name' in one && one.name === name),
    );
  }

  present(name: string, isHere: boolean): void {
    this.#state?.present(name, isHere);
    this.#changed();
  }

  hears(auctioneer: boolean): void {
    if (this.#live === auctioneer) return;
    this.#live = auctioneer;
    this.#changed();
  }

  onFull(listener: (notice: Notice) => void): void {
    this.#onFull = listener;
  }

  async close(): Promise<void> {
    if (!this.#site.isOpen) return;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#stop();
    await this.#site.close();
  }

  #changed(least = 0): void {
    for (const stream of this.#streams.values()) stream.changed(least);
  }

  #stop(): void {
    clearInterval(this.#clock);
    for (const stream of this.#streams.values()) stream.close();
  }

  /** A round's clock may stop or start when nothing else happens. */
  #lookAtClock(): void {
    const deadline = this.#deadline();
    if (deadline === this.#toldDeadline) return;
    this.#toldDeadline = deadline;
    this.#changed();
  }

  #snapshot(): BoardSnapshot {
    const deadline = this.#deadline();
    const left = deadline === undefined ? 0 : Math.max(0, deadline - performance.now());
    return {
      version: 1,
      live: this.#live,
      join: this.#join,
      notices: this.#notices.map(noticeWords),
      ...(left > 0 && { secondsLeft: Math.round(left / 100) / 10 }),
      ...(this.#state && { game: this.#state.snapshot() }),
    };
  }
}

/** The state without what a phone does not show: hundreds of them share a classroom's network. */
function phoneSnapshot({ game, ...snapshot }: BoardSnapshot): BoardSnapshot {
  const small = { ...snapshot, join: {}, notices: [] };
  if (!game) return small;
  const { first, latest } = game.sales;
  const left = Math.max(0, latest.length - MOST_SALES);
  const sales = { first: first + left, latest: latest.slice(left) };
  return { ...small, game: { ...game, standings: [], more: 0, sales } };
}
