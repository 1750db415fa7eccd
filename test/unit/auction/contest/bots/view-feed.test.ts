/** What a bot's process knows is what its bidder sees, in every round of any game. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BidderView } from '../../../../../src/auction/index.ts';
import {
  ViewFeed,
  type ViewMessage,
  ViewReader,
} from '../../../../../src/auction/contest/bots/view-feed.ts';
import {
  anyAmounts,
  anyOptions,
  answer,
  begun,
  NAMES,
} from '../../../../support/auction-game.ts';
import { runs } from '../../../../support/properties.ts';

/** Whether each of them is asked in this round: one that has just been restarted may not be. */
const asked = fc.tuple(...NAMES.map(() => fc.boolean()));
const game = fc.record({
  options: anyOptions,
  rounds: fc.array(fc.tuple(anyAmounts, asked)),
});
type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

/** One bot's process, and what it was told. */
class Process {
  readonly told: string[] = [];
  readonly #feed = new ViewFeed();
  readonly #reader = new ViewReader();

  ask(view: BidderView): BidderView {
    const text = JSON.stringify(this.#feed.next(view));
    this.told.push(text);
    return this.#reader.read(JSON.parse(text) as ViewMessage);
  }
}

/**
 * What is read and what was seen, of two games side by side.
 * @param processOf which process a bidder of a game is asked in
 */
function* readAndSeen(
  games: readonly Game[],
  processOf: (name: string, game: number) => Process,
): Generator<[BidderView, BidderView]> {
  const auctions = games.map((one) => begun(one.options));
  for (let round = 0; auctions.some(({ phase }) => phase === 'bidding'); round += 1) {
    for (const [seat, name] of NAMES.entries()) {
      for (const [at, { ledger }] of auctions.entries()) {
        const view = ledger.view(name);
        const isAsked = games[at]!.rounds[round]?.[1][seat] ?? true;
        if (!view || !isAsked) continue;
        const read = processOf(name, at).ask(view);
        yield [read, structuredClone(view)];
        // A bot may do with its view what it likes.
        scribble(read);
      }
    }
    for (const [at, auction] of auctions.entries()) {
      if (auction.phase !== 'bidding') continue;
      answer(auction, games[at]!.rounds[round]?.[0] ?? [null, null, null]);
    }
  }
}

/** Empties or changes all that is in it. */
function scribble(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    scribble(inner);
    if (typeof inner !== 'object') (value as Record<string, unknown>)[key] = 'mine';
  }
  if (Array.isArray(value)) value.length = 0;
}

describe('what a bot’s process is told', () => {
  it('makes each view, for everybody at the table and in every round', () => {
    fc.assert(
      fc.property(game, game, (one, other) => {
        const processes = new Map<string, Process>();
        const own = (name: string, at: number): Process => {
          const key = `${at} ${name}`;
          const process = processes.get(key) ?? new Process();
          processes.set(key, process);
          return process;
        };
        for (const [read, seen] of readAndSeen([one, other], own)) {
          expect(read).toEqual(seen);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('makes each view where one process is asked of two games in turn', () => {
    fc.assert(
      fc.property(game, game, (one, other) => {
        const processes = NAMES.map(() => new Process());
        const shared = (name: string): Process => processes[NAMES.indexOf(name)]!;
        for (const [read, seen] of readAndSeen([one, other], shared)) {
          expect(read).toEqual(seen);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('is the whole view once in a game, and then a line, the same for all', () => {
    const auction = begun({ unsold: 'to-nobody' });
    const [ann, bob] = [new Process(), new Process()];
    for (const amounts of [
      [3, 4, 5],
      [null, null, null],
      [1, 2, null],
      [7, 7, 7],
    ]) {
      ann.ask(auction.ledger.view('ann')!);
      bob.ask(auction.ledger.view('bob')!);
      answer(auction, amounts);
    }
    expect(JSON.parse(ann.told[0]!)).toHaveProperty('rules');
    expect(ann.told.slice(1)).toEqual(bob.told.slice(1));
    expect(JSON.parse(ann.told[2]!)).toEqual({
      round: 2,
      item: auction.items[2],
      sales: [{ item: auction.items[1], name: null, price: 0 }],
      buyers: [],
    });
    expect(JSON.parse(ann.told[3]!)).toMatchObject({
      sales: [{ name: 'bob', price: 2 }],
      buyers: [{ name: 'bob', money: 98, owned: { [auction.items[2]!]: 1 } }],
    });
  });

  it('has its reader among the bidders, and nothing in it is anybody else’s', () => {
    const { ledger } = begun();
    const bob = new Process();
    const [one, other] = [bob.ask(ledger.view('bob')!), bob.ask(ledger.view('bob')!)];
    expect(one.me).toBe(one.bidders[1]);
    expect(one.bidders).not.toBe(other.bidders);
    expect(one.bidders[1]).not.toBe(ledger.standings[1]);
  });
});
