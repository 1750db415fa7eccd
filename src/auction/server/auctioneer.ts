/**
 * The auctioneer: one game, and every way into it, on one port.
 *
 *                    ┌─ frames ───────────► NativeProtocol ─┐
 *   TCP, one socket ─┼─ ZeroMQ's REQ ────┐                  │
 *                    └─ lecture's text ──┴► LectureProtocol ┼─► Table ─► Auction (the rules)
 *   UDP ─────────────── datagrams ───────► NativeProtocol ──┤     │
 *   HTTP, the board's ─ pages ───────────► NativeProtocol ──┘     │
 *                                                                 ├─► Journal
 *                                                                 ├─► RoundClock
 *                                                                 └─► who calls `watch`
 *
 * A bid goes from its door to the table, where the rules decide. What happens goes to the
 * journal, and from there, once it is safe, back out to everybody (doors/outbox.ts).
 *
 * Read next: ../game/rules.ts, then doors/tcp-doors.ts.
 */
import { randomBytes } from 'node:crypto';
import { AUCTION_PORT, type InetAddress, Wait } from '../../common/index.ts';
import type { AuctionEvent } from '../game/events.ts';
import { type Notice, Notices } from '../game/notices.ts';
import { Auction } from '../game/rules.ts';
import { DatagramDoor } from './doors/datagram-door.ts';
import { FramedDoor } from './doors/framed-door.ts';
import { LectureDesk } from './doors/lecture-desk.ts';
import { ClosedLectureDoor, LectureDoor } from './doors/lecture-door.ts';
import { Outbox } from './doors/outbox.ts';
import { Presence } from './doors/presence.ts';
import { type PageAnswer, PageDoor } from './doors/page-door.ts';
import type { Address } from './doors/quarter-counter.ts';
import { closeSockets, openSockets, type Sockets } from './doors/sockets.ts';
import { TcpDoors } from './doors/tcp-doors.ts';
import { DOOR_TIMES, type DoorTimes } from './doors/times.ts';
import { ZeromqDoor } from './doors/zeromq-door.ts';
import type { Journal } from './journal.ts';
import { Lobby } from './lobby.ts';
import { LectureProtocol, whyNot } from './lecture-protocol.ts';
import { NativeProtocol } from './native-protocol.ts';
import { openPast, type Past, type PastOptions, replay } from './past.ts';
import { RoundClock } from './round-clock.ts';
import { Table } from './table.ts';

export interface AuctioneerOptions extends PastOptions {
  /** Where to listen: this machine only unless told otherwise. */
  host?: string | undefined;
  /** 50018 unless told otherwise; 0 for a free one. */
  port?: number | undefined;
  /** How long the doors wait for silent peers; doors/times.ts has the defaults. */
  times?: Partial<DoorTimes> | undefined;
}

export interface AuctioneerStatistics {
  /** TCP connections that are open. */
  connections: number;
  /** Bidders who are present. */
  present: number;
  /** Datagrams that came while too many were waiting, and are lost. */
  dropped: number;
}

/**
 * Opens the doors.
 * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES from the system
 * @throws {MisuseError} ERR_BAD_ARGUMENT for options, or a journal, that cannot be used
 */
export async function openAuction(options: AuctioneerOptions = {}): Promise<Auctioneer> {
  const { host, port = AUCTION_PORT } = options;
  // The address first: a second auctioneer fails here, and leaves the journal alone.
  const sockets = await openSockets(host, port);
  let past: Past | undefined;
  try {
    past = openPast(options);
    const auctioneer = new Auctioneer(sockets, past, options);
    auctioneer.open();
    return auctioneer;
  } catch (error) {
    past?.journal?.close();
    await closeSockets(sockets);
    throw error;
  }
}

export class Auctioneer implements AsyncDisposable {
  readonly address: InetAddress;
  readonly auction: Auction;
  /** The join code; a resumed game keeps the one that it began with. */
  readonly code: string | undefined;
  /** Why the lecture's bidders cannot take part; undefined when they can. */
  readonly closedToLecture: string | undefined;
  /** What the journal brought back. */
  readonly past: readonly AuctionEvent[];
  /** Bytes of an incomplete last line that a crash left in the journal, cut off now. */
  readonly cut: number;
  readonly #table: Table;
  readonly #sockets: Sockets;
  readonly #journal: Journal | undefined;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #clock: RoundClock;
  readonly #lobby: Lobby;
  readonly #notices = new Notices();
  readonly #onPresence = new Set<(name: string, isHere: boolean) => void>();
  readonly #tcp: TcpDoors;
  readonly #udp: DatagramDoor;
  readonly #pages: PageDoor;
  /** Resolves the promises of those who wait until nobody is present. */
  readonly #onEmpty = new Set<() => void>();
  #failure: unknown;
  #onFailure: ((error: unknown) => void) | undefined;
  #closing: Promise<void> | undefined;

  /** Only `openAuction` makes one. */
  constructor(sockets: Sockets, past: Past, { times: given }: AuctioneerOptions) {
    const { code } = past;
    const times = { ...DOOR_TIMES, ...given };
    this.code = code;
    this.#sockets = sockets;
    this.address = sockets.welcoming.address as InetAddress;
    this.#journal = past.journal;
    this.cut = past.cut;
    this.auction = new Auction(past.options);
    this.#table = new Table(this.auction);
    const notices = this.#notices;
    const native = new NativeProtocol(this.#table, {
      newToken,
      code,
      onRefused: (name, refusal) => notices.refused(name, refusal),
    });
    this.closedToLecture = whyNot(past.options);
    const lecture =
      this.closedToLecture === undefined
        ? new LectureProtocol(this.#table, {
            code,
            onRefused: (name, refusal) => notices.refused(name, refusal),
          })
        : undefined;
    const { events, rest } = replay(past, this.#table, { native, lecture });
    this.past = events;
    for (const event of events) notices.happened(event);
    notices.resumed();
    this.#outbox = new Outbox(
      () => this.#journal?.flush(),
      (error) => this.#fail(error),
      () => (this.#journal && this.#isBetweenBids() ? times.gather : 0),
    );
    this.#presence = new Presence((name, isHere) => {
      this.#clock.look(name, isHere);
      this.#lobby.look(name, isHere, times.lobby);
      notices.presence(name, isHere);
      for (const listener of this.#onPresence) listener(name, isHere);
      if (this.#presence.size === 0) this.#tellEmpty();
    });
    this.#clock = new RoundClock(this.#table, this.#presence, () => this.#udp.heard);
    this.#lobby = new Lobby(this.#table, this.#presence);
    this.#table.watch((event) => {
      const key = event.type === 'joined' ? native.keyOf(event.name) : undefined;
      this.#journal?.append({ ...event, ...key });
      notices.happened(event);
      this.#outbox.schedule();
    });
    const framed = new FramedDoor(native, this.#outbox, this.#presence, times);
    const desk = lecture && new LectureDesk(lecture, this.#table, this.#presence);
    const bare = desk
      ? new LectureDoor(desk, times)
      : new ClosedLectureDoor(this.closedToLecture!);
    const zeromq = new ZeromqDoor(desk ?? this.closedToLecture!, times);
    const tcpDoors = [framed, bare, zeromq];
    this.#tcp = new TcpDoors(tcpDoors, this.#outbox, times, sockets.files);
    this.#udp = new DatagramDoor(
      sockets.datagrams,
      native,
      this.#table,
      this.#outbox,
      this.#presence,
      times,
    );
    this.#pages = new PageDoor(native, this.#table, this.#outbox, this.#presence, times);
    this.#outbox.beforeCommit(framed.publish);
    // A crash had cut them off. Now they are written, like everything that happens.
    for (const event of rest) {
      events.push(event);
      this.#table.restore(event);
    }
    for (const name of this.auction.bidders.keys()) {
      this.#lobby.look(name, false, times.lobbyAfterCrash);
    }
  }

  /** Lets everybody in. */
  open(): void {
    void this.#tcp.welcome(this.#sockets.welcoming);
    void this.#udp.serve();
  }

  /** When the current round ends at the latest, by `performance.now()`; undefined for never. */
  get deadline(): number | undefined {
    return this.#clock.deadline;
  }

  /** How many TCP connections there may be at the same time. */
  get mostConnections(): number {
    return this.#tcp.most;
  }

  get statistics(): AuctioneerStatistics {
    return {
      connections: this.#tcp.connections,
      present: this.#presence.size,
      dropped: this.#sockets.datagrams.dropped,
    };
  }

  isPresent(name: string): boolean {
    return this.#presence.has(name);
  }

  /** Calls `watcher` with every event from now on, sealed bids too, before it is safe. */
  watch(watcher: (event: AuctionEvent) => void): () => void {
    return this.#table.watch(watcher);
  }

  /** Calls `listener` whenever a bidder has arrived or left. */
  onPresence(listener: (name: string, isHere: boolean) => void): void {
    this.#onPresence.add(listener);
  }

  /** Calls `listener` with what the lecturer should know beside the game. */
  listen(listener: (notice: Notice) => void): void {
    this.#notices.listen(listener);
  }

  /**
   * A request of a page for phones, from this host and port: doors/page-door.ts.
   * @returns undefined when too many are waiting because of other people's mistakes
   */
  askFromPage(payload: Uint8Array, from: Address): Promise<PageAnswer | undefined> {
    return this.#pages.ask(payload, from);
  }

  /**
   * Calls `action` when all that has happened is in the journal; never, if it cannot be
   * written. A watcher that tells others does it here: what was told must have happened, even
   * after a crash.
   */
  afterwards(action: () => void): void {
    this.#outbox.add({ leave: action });
  }

  /**
   * Calls `onFailure` when the journal cannot be written: from then on nobody is answered, and
   * all doors close.
   */
  onFailure(onFailure: (error: unknown) => void): void {
    this.#onFailure = onFailure;
    if (this.#failure !== undefined) onFailure(this.#failure);
  }

  /** Resolves when nobody is present, after `patience` milliseconds, or by `close`. */
  async emptied(patience: number): Promise<void> {
    if (this.#presence.size === 0 || this.#closing) return;
    const empty = new Wait<void>('emptied', { timeout: patience });
    const resolve = (): void => empty.resolve();
    this.#onEmpty.add(resolve);
    await empty.promise.catch(() => {});
    this.#onEmpty.delete(resolve);
  }

  /** Closes all doors and the journal. What was acknowledged is in it. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#clock.close();
    this.#lobby.close();
    this.#pages.close();
    this.#outbox.flush();
    this.#udp.hurry();
    // Anything that comes in from now on is neither written nor answered.
    this.#outbox.close();
    await Promise.all([closeSockets(this.#sockets), this.#tcp.close()]);
    this.#journal?.close();
    this.#tellEmpty();
  }

  /** Somebody has answered in this round, and somebody who is there has not. */
  #isBetweenBids(): boolean {
    const { size } = this.auction.answers;
    return size > 0 && size < this.#presence.size;
  }

  #tellEmpty(): void {
    for (const resolve of this.#onEmpty) resolve();
  }

  /** Nobody should wait for answers that will not come. */
  #fail(error: unknown): void {
    this.#failure = error;
    queueMicrotask(() => void this.close());
    this.#onFailure?.(error);
  }
}

function newToken(): string {
  return randomBytes(16).toString('hex');
}
