/**
 * Hundreds of bidders over UDP who never repeat themselves: whatever is lost stays lost. All is in
 * one process, so what a socket has to keep does not depend on how busy the machine is.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OpenTable, openTable } from '../../support/auction.ts';
import { FramedPeer, type Message } from '../../support/auction-peers.ts';
import { eventually } from '../../support/eventually.ts';

/** This many of their datagrams are more than Linux keeps for a socket unless told otherwise. */
const CROWD = 300;

/** Bidders behind one socket, as behind one program; each has a token of its own. */
class Crowd {
  readonly tokens: string[] = [];
  /** The answers by the number of the question, which is the bidder's. */
  readonly #answers = new Map<number, (told: Message) => void>();
  readonly #socket: Socket;
  #cookie: unknown;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => {
      const told = JSON.parse(bytes.toString()) as Message;
      this.#answers.get(told['id'] as number)?.(told);
    });
  }

  static async seated(table: OpenTable, count: number): Promise<Crowd> {
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.connect(table.port, '127.0.0.1');
    await once(socket, 'connect');
    const crowd = new Crowd(socket);
    for (let seat = 0; seat < count; seat += 1) await crowd.#join(seat);
    return crowd;
  }

  async #join(seat: number): Promise<void> {
    const join = { type: 'join', version: 1, name: `b${seat}` };
    let told = await this.ask(seat, join);
    if (told.type === 'prove') {
      this.#cookie = told['cookie'];
      told = await this.ask(seat, join);
    }
    if (told.type !== 'welcome') throw new Error(`told ${JSON.stringify(told)}`);
    this.tokens.push(told['token'] as string);
  }

  /** Sent before this returns. */
  ask(seat: number, message: object): Promise<Message> {
    const token = this.tokens[seat];
    const whole = { ...message, token, id: seat, cookie: this.#cookie };
    const answer = new Promise<Message>((resolve) => {
      this.#answers.set(seat, resolve);
    });
    this.#socket.send(JSON.stringify(whole));
    return answer;
  }

  async askAll(message: (seat: number) => object): Promise<Message[]> {
    return Promise.all(this.tokens.map((_, seat) => this.ask(seat, message(seat))));
  }
}

/** The last seat is taken over TCP, which begins the game. */
async function begin(table: OpenTable): Promise<FramedPeer> {
  const last = await FramedPeer.open(table.port);
  await last.join('last');
  return last;
}

describe('three hundred bidders at once', () => {
  // Nobody loses a seat to a slow machine while the others join.
  const times = { silence: 3_600_000 };
  const game = { bidders: CROWD + 1, items: 6, countToWin: 6, secondsPerRound: 0 };

  it('lose neither a bid to each other nor news, behind one socket', async () => {
    const table = await openTable({ game, times });
    const crowd = await Crowd.seated(table, CROWD);
    const { auction } = table.auctioneer;
    // Everybody's question waits when the news comes, and everybody bids when they hear it.
    const playing = Promise.all(
      crowd.tokens.map(async (_, seat) => {
        for (let after = 0; auction.phase !== 'over';) {
          const { news } = await crowd.ask(seat, { type: 'news', after });
          const list = news as Message[];
          after += list.length;
          const round = list.findLast(({ type }) => type === 'round')?.['round'];
          if (round === undefined) continue;
          const answer = await crowd.ask(seat, { type: 'bid', round, amount: 0 });
          expect(answer).toMatchObject({ type: 'accepted', round });
        }
      }),
    );
    (await begin(table)).passOn();
    await playing;
    expect(auction.round).toBe(game.items);
    expect(table.events.filter(({ type }) => type === 'bid')).toHaveLength(6 * CROWD);
  });

  it('lose no bid while the auctioneer is busy', async () => {
    const table = await openTable({ game, times });
    const crowd = await Crowd.seated(table, CROWD);
    await begin(table);
    // Nothing is read before this turn of the event loop, which sends all of them, is over.
    const answers = crowd.askAll((seat) => ({ type: 'bid', round: 0, amount: seat % 9 }));
    await eventually(() => expect(table.auctioneer.auction.answers.size).toBe(CROWD));
    for (const one of await answers) expect(one).toMatchObject({ type: 'accepted' });
  });

  it('are not too late with what came in time, though all of it is read after the deadline', async () => {
    const secondsPerRound = 0.05;
    const table = await openTable({ game: { ...game, secondsPerRound }, times });
    const crowd = await Crowd.seated(table, CROWD);
    table.auctioneer.watch((event) => {
      if (event.type !== 'opened' || event.round !== 0) return;
      void crowd.askAll(() => ({ type: 'bid', round: 0, amount: 1 }));
      const end = performance.now() + secondsPerRound * 1000 + 10;
      while (performance.now() < end); // the program is stopped for longer than the round
    });
    await begin(table);
    await eventually(() => expect(table.auctioneer.auction.round).toBeGreaterThan(0));
    const late = table.events.filter(
      (event) => event.type === 'passed' && event.round === 0 && event.name !== 'last',
    );
    expect(late).toEqual([]);
  });
});
