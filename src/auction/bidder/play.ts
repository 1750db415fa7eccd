/**
 * A bidder: sits down, decides in every round, and comes back after a lost connection.
 *
 *   join ─► welcome ─► news ─► news ─► …          told by the auctioneer, kept in a Ledger
 *                        └─► decide(view) ─► bid ─► accepted, or refused
 *
 * News keeps coming while a decision is made: when the round ends without it, the decision's
 * signal aborts, and its result is thrown away.
 *
 * After a lost connection the bidder takes its seat again with its token, and asks for the
 * news since then. A bid that was decided and never acknowledged is sent again unchanged: the
 * auctioneer counts it once (server/native-protocol.ts).
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PeerError, SocketlabError } from '../../common/index.ts';
import { type BidderView, Ledger } from '../game/ledger.ts';
import type { News, Refused, Welcome } from '../messages/native-messages.ts';
import { publicEvents } from '../messages/news.ts';
import { ANSWER_TIME, type AuctioneerLink, type JoinRequest, lost } from './link.ts';
import { openLink, type Over } from './open-link.ts';

/**
 * What to bid: a whole number from 0 to `view.me.money`, or undefined to pass. Anything else
 * is refused, and then counts as a pass. An error that it throws ends the bidder.
 *
 * @param signal aborts when the round is over
 */
export type Decide = (
  view: BidderView,
  signal: AbortSignal,
) => number | undefined | Promise<number | undefined>;

export type BidderEvent =
  /** Nobody has answered yet. It gives up when that has lasted for `patience` milliseconds. */
  | { type: 'unanswered'; patience: number }
  | { type: 'seated'; welcome: Welcome; again: boolean }
  | { type: 'news'; news: News }
  | { type: 'accepted'; round: number; amount: number | null }
  | { type: 'refused'; round: number; refused: Refused }
  | { type: 'lost'; error: unknown };

export interface PlayOptions {
  host?: string | undefined;
  port: number;
  /** `tcp` unless given: open-link.ts has the others. */
  over?: Over | undefined;
  name: string;
  code?: string | undefined;
  /** Of a seat that an earlier run of this bidder had. */
  token?: string | undefined;
  decide: Decide;
  /**
   * Called with what happens, with `ledger` up to date. An error that it throws ends the
   * bidder.
   */
  on?: ((event: BidderEvent, ledger: Ledger | undefined) => void) | undefined;
  /** Leaves the table, as the last thing; the seat is kept for its token. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for which to try to reconnect; a minute unless told otherwise. */
  patience?: number | undefined;
}

export interface Played {
  token: string;
  ledger: Ledger;
}

/** Milliseconds without a first answer after which our caller is told so. */
const QUIET = 1500;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1000;
/** How a connection breaks, as seen from here. */
const BROKEN = new Set([
  'ERR_AUCTION_LOST',
  'ERR_FRAME_CUT',
  'ERR_STREAM_ENDED',
  'ECONNRESET',
  'EPIPE',
]);

/**
 * Plays until the game is over.
 * @throws ECONNREFUSED and other errors of the system when nobody is there at first
 * @throws {PeerError} ERR_AUCTION_REFUSED when this bidder cannot have a seat, with the
 *   auctioneer's reason; ERR_AUCTION_LOST when it stays away
 * @throws the signal's reason
 */
export async function playAuction(options: PlayOptions): Promise<Played> {
  return await new Player(options).play();
}

class Player {
  readonly #options: PlayOptions;
  readonly #attempt = randomBytes(16).toString('hex');
  #token: string | undefined;
  #ledger: Ledger | undefined;
  /** The latest news that the ledger knows. */
  #seq = 0;
  /** The bid that was decided on last, acknowledged or not. */
  #decided: { round: number; amount: number | undefined } | undefined;
  /** Aborts when the round is over, or the connection is lost. */
  #answering: { round: number; controller: AbortController } | undefined;
  /** What our caller's functions threw: it is not the auctioneer's fault, and we do not go on. */
  #failed: { error: unknown } | undefined;
  /** Whether this visit has brought more than the welcome. */
  #gotOn = false;
  /**
   * `any` until it is known: only our auctioneer gives a token. When that one has crashed, its
   * machine reports the same as where something else listens.
   */
  #over: Over;
  /** Runs until the first answer. */
  #quiet: NodeJS.Timeout | undefined;
  /** A join was on its way when the connection broke: there may be a seat for this attempt. */
  #mayBeSeated = false;

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#token = options.token;
    const { over = 'tcp', token } = options;
    this.#over = over === 'any' && token !== undefined ? 'tcp' : over;
  }

  async play(): Promise<Played> {
    const { patience = 60_000, signal } = this.#options;
    let lostSince: number | undefined;
    let wait = FIRST_PAUSE;
    for (;;) {
      signal?.throwIfAborted();
      this.#gotOn = false;
      // Whoever has lost the auctioneer has been told so.
      if (lostSince === undefined) this.#quiet = setTimeout(this.#tellQuiet, QUIET);
      try {
        await this.#visit(() => {
          lostSince = undefined;
        });
        return { token: this.#token!, ledger: this.#ledger! };
      } catch (error) {
        signal?.throwIfAborted();
        if (this.#failed) throw this.#failed.error;
        if (!this.#mayComeBack(error)) throw error;
        const now = performance.now();
        if (lostSince === undefined) this.#tell({ type: 'lost', error });
        lostSince ??= now;
        if (now - lostSince > patience) throw error;
      } finally {
        clearTimeout(this.#quiet);
      }
      // A bidder that is turned away at once, again and again, tries less and less often.
      if (this.#gotOn) wait = FIRST_PAUSE;
      await pause(wait, undefined, signal ? { signal } : {}).catch(() => {});
      wait = Math.min(2 * wait, LONGEST_PAUSE);
    }
  }

  /** Before it can have a seat, nobody there is an error to report at once. */
  #mayComeBack(error: unknown): boolean {
    const { code } = error as SocketlabError;
    return (
      code !== 'ERR_AUCTION_REFUSED' && (this.#ledger !== undefined || this.#mayBeSeated)
    );
  }

  /** One connection, from join to the end of the game. */
  async #visit(seated: () => void): Promise<void> {
    const { signal } = this.#options;
    const link = await this.#open();
    const onAbort = (): void => void link.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      signal?.throwIfAborted(); // it may have been aborted before anybody listened
      const welcome = await this.#join(link);
      seated();
      let answered = welcome.state.answered ? welcome.state.round : -1;
      for (;;) {
        const ledger = this.#ledger!;
        if (ledger.phase === 'over') return;
        const upToDate = this.#seq >= welcome.state.seq && ledger.isOpen;
        if (upToDate && answered < ledger.round) {
          answered = ledger.round;
          void this.#answer(link, ledger);
        }
        this.#learn(await link.news());
        if (this.#failed) throw this.#failed.error;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#answering?.controller.abort();
      await link.close();
    }
  }

  #open(): Promise<AuctioneerLink> {
    const { host, port, signal } = this.#options;
    return openLink(this.#over, { host, port }, signal);
  }

  async #join(link: AuctioneerLink): Promise<Welcome> {
    const { name, code } = this.#options;
    const request: JoinRequest = {
      name,
      code,
      token: this.#token,
      attempt: this.#attempt,
      after: this.#seq,
    };
    let answer: Welcome | Refused;
    try {
      answer = await link.join(request);
    } catch (error) {
      // Over UDP, no answer means that nobody is there: we have asked often enough.
      const { code: how } = error as SocketlabError;
      if (this.#over !== 'udp' && BROKEN.has(how)) this.#mayBeSeated = true;
      throw error;
    }
    clearTimeout(this.#quiet);
    const isFreed = answer.type === 'refused' && answer.code === 'wrong-token';
    if (isFreed && this.#ledger?.phase === 'joining') {
      // The seat was freed while nobody was in it: it joins anew.
      this.#token = undefined;
      this.#ledger = undefined;
      return this.#join(link);
    }
    if (answer.type === 'refused') {
      throw new PeerError(
        'ERR_AUCTION_REFUSED',
        `the auctioneer refused: ${answer.reason}`,
      );
    }
    const again = this.#ledger !== undefined;
    this.#token = answer.token;
    if (this.#over === 'any' && answer.token !== '') this.#over = 'tcp';
    this.#ledger ??= new Ledger(answer.rules, answer.items);
    this.#tell({ type: 'seated', welcome: answer, again });
    return answer;
  }

  #learn(news: News): void {
    if (news.seq <= this.#seq) return;
    if (news.seq !== this.#seq + 1) throw lost(`news ${this.#seq + 1} never arrived`);
    const ledger = this.#ledger!;
    for (const event of publicEvents(news)) {
      if (event.type === 'sold' && !ledger.bidders.has(event.name)) {
        throw lost(`${event.name} has bought, but does not sit at the table`);
      }
      ledger.apply(event);
    }
    this.#seq = news.seq;
    this.#gotOn = true;
    if (this.#answering && this.#answering.round < ledger.round) {
      this.#answering.controller.abort();
    }
    this.#tell({ type: 'news', news });
  }

  /** @throws what the caller's function throws, which nothing here survives */
  #tell(event: BidderEvent): void {
    try {
      this.#options.on?.(event, this.#ledger);
    } catch (error) {
      this.#failed ??= { error };
      throw error;
    }
  }

  readonly #tellQuiet = (): void => {
    try {
      this.#tell({ type: 'unanswered', patience: ANSWER_TIME });
    } catch {
      // Thrown again when there is an answer, or none is waited for any more.
    }
  };

  /** Decides, once for a round, and sends what was decided. Never rejects. */
  async #answer(link: AuctioneerLink, { round }: Ledger): Promise<void> {
    const controller = new AbortController();
    this.#answering = { round, controller };
    try {
      const { signal } = controller;
      if (this.#decided?.round !== round && !(await this.#decide(round, signal))) return;
      await this.#send(link, round, signal);
    } catch {
      // The round is over, the connection is lost, or our caller's function has failed.
      if (this.#failed) await link.close();
    }
  }

  /** False when there is nothing to send, as the round is over. */
  async #decide(round: number, signal: AbortSignal): Promise<boolean> {
    const view = this.#ledger!.view(this.#options.name);
    if (view === undefined) return false;
    try {
      const amount = await this.#options.decide(view, signal);
      if (signal.aborted) return false;
      this.#decided = { round, amount };
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      this.#failed ??= { error };
      throw error;
    }
  }

  async #send(link: AuctioneerLink, round: number, over: AbortSignal): Promise<void> {
    const answer = await link.bid(this.#decided!, over);
    this.#gotOn = true;
    if (answer.type === 'accepted') {
      this.#tell({ type: 'accepted', round, amount: answer.amount });
      return;
    }
    this.#tell({ type: 'refused', round, refused: answer });
    if (!['bad-amount', 'too-poor', 'bad-message'].includes(answer.code)) return;
    this.#decided = { round, amount: undefined };
    await link.bid(this.#decided, over);
  }
}
