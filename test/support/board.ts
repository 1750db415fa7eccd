/** For the tests of the board: a game to watch, and a reader of the board's stream. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import {
  Auction,
  type AuctionEvent,
  type AuctionOptions,
  auctionOptions,
  gameRules,
  randomFrom,
  Table,
} from '../../src/auction/index.ts';
import { toBoardEvent } from '../../src/auction/game/public-events.ts';
import type { Board } from '../../src/auction/board/board.ts';
import type { BoardSnapshot } from '../../src/auction/board/snapshot.ts';
import { PATIENCE } from './programs.ts';

/** A game on the bare rules whose bidders bid as its seed decides. */
export class SeededGame {
  readonly auction: Auction;
  readonly table: Table;
  readonly names: readonly string[];
  /** Everything that has happened. */
  readonly past: AuctionEvent[] = [];
  readonly #random: () => number;

  constructor(names: readonly string[], given: Partial<AuctionOptions> = {}) {
    this.names = names;
    this.auction = new Auction(auctionOptions({ bidders: names.length, ...given }));
    this.table = new Table(this.auction);
    this.table.watch((event) => this.past.push(event));
    this.#random = randomFrom(this.auction.options.seed);
  }

  /** Shows the game on a board: what has happened, and what will. */
  showOn(board: Board): () => void {
    const { auction, past, table } = this;
    board.begin({ rules: gameRules(auction.options), items: auction.items });
    for (const event of past) board.apply(toBoardEvent(event));
    return table.watch((event) => board.apply(toBoardEvent(event)));
  }

  join(names: readonly string[] = this.names): this {
    for (const name of names) this.#submit({ type: 'join', name });
    return this;
  }

  /** Lets these answer, by bids that are small enough for a long game. */
  answer(names: readonly string[] = this.names): this {
    const { round } = this.auction;
    for (const name of names) {
      const { money } = this.auction.bidders.get(name)!;
      const amount = Math.floor(money * this.#random() * this.#random() * 0.2);
      this.#submit({ type: 'bid', round, name, amount });
    }
    return this;
  }

  /** Plays whole rounds, until `round` is on sale or the game is over. */
  playTo(round: number): this {
    while (this.auction.phase === 'bidding' && this.auction.round < round) {
      const { answers } = this.auction;
      this.answer(this.names.filter((name) => !answers.has(name)));
    }
    return this;
  }

  #submit(command: Parameters<Table['submit']>[0]): void {
    const refusal = this.table.submit(command);
    if (refusal) throw new Error(`${JSON.stringify(command)}: ${refusal.reason}`);
  }
}

/** Reads a board's stream as a browser would, and keeps every byte. */
export class StreamReader {
  readonly response: IncomingMessage;
  /** All that has come. */
  text = '';
  ended = false;
  #watchers = new Set<() => void>();

  /** @param localAddress whose page it is, on Linux: any address of 127.0.0.0/8 */
  static async open(
    url: string,
    path = 'events',
    localAddress?: string,
  ): Promise<StreamReader> {
    const request = get(new URL(path, url), { agent: false, localAddress });
    const signal = AbortSignal.timeout(PATIENCE);
    const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
    return new StreamReader(response);
  }

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.text += text;
      this.#tell();
    });
    response.on('error', () => {}); // cut off: `ended` tells
    response.on('close', () => {
      this.ended = true;
      this.#tell();
    });
  }

  /** The messages that are complete, as [event, data]. */
  get messages(): [event: string, data: string][] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .map((message) => {
        const fields = message.split('\n').map((line) => /^(\w+): (.*)$/.exec(line)!);
        const find = (name: string): string | undefined =>
          fields.find(([, field]) => field === name)?.[2];
        return [find('event') ?? 'message', find('data') ?? ''];
      });
  }

  get states(): BoardSnapshot[] {
    return this.messages
      .filter(([event]) => event === 'message')
      .map(([, data]) => JSON.parse(data) as BoardSnapshot);
  }

  /** The latest state, once it is as wanted. */
  async until(is: (state: BoardSnapshot) => boolean): Promise<BoardSnapshot> {
    await this.#wait(() => {
      const latest = this.states.at(-1);
      return latest !== undefined && is(latest);
    });
    return this.states.at(-1)!;
  }

  async untilText(is: (text: string) => boolean): Promise<void> {
    await this.#wait(() => is(this.text));
  }

  async untilEnd(): Promise<void> {
    await this.#wait(() => this.ended);
  }

  close(): void {
    this.response.destroy();
  }

  async #wait(is: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = (): void => {
        if (is()) done(resolve);
        else if (this.ended)
          done(() => reject(new Error(`the stream ended: ${this.text}`)));
      };
      const timer = setTimeout(
        () => done(() => reject(new Error(`the stream has only told: ${this.text}`))),
        PATIENCE,
      );
      this.#watchers.add(look);
      look();
    });
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
