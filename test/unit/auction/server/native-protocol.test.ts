import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Auction,
  type AuctionEvent,
  type AuctionOptions,
  auctionOptions,
  NativeProtocol,
  parseRequest,
  type SeatKey,
  type Speaker,
  Table,
} from '../../../../src/auction/index.ts';
import { runs } from '../../../support/properties.ts';

type Answer = ReturnType<NativeProtocol['answer']>;
type Request = Parameters<NativeProtocol['answer']>[0];

class Visitor implements Speaker {
  seat: string | undefined;
  readonly dismissed: Answer[] = [];

  dismiss(refusal: Answer): void {
    this.dismissed.push(refusal);
  }
}

class Hall {
  readonly auction: Auction;
  readonly table: Table;
  readonly protocol: NativeProtocol;
  readonly events: AuctionEvent[] = [];
  readonly keys = new Map<string, SeatKey>();
  /** What was told to all, and to watchers. */
  readonly told: unknown[] = [];
  #tokens = 0;

  constructor(given: Partial<AuctionOptions> = {}, code?: string) {
    this.auction = new Auction(auctionOptions({ bidders: 2, ...given }));
    this.table = new Table(this.auction);
    this.protocol = new NativeProtocol(this.table, {
      newToken: () => `token-${(this.#tokens += 1)}`,
      code,
    });
    this.protocol.listen((told) => this.told.push(structuredClone(told)));
    this.table.watch((event) => {
      this.events.push(event);
      // Where the journal looks: the key must be there when the event is.
      if (event.type === 'joined') {
        this.keys.set(event.name, this.protocol.keyOf(event.name)!);
      }
    });
  }

  ask(request: object, speaker: Speaker = new Visitor()): Answer {
    return structuredClone(this.protocol.answer(parseRequest(request), speaker));
  }

  join(name: string, speaker: Speaker = new Visitor(), more: object = {}): Answer {
    return this.ask({ type: 'join', version: 1, name, ...more }, speaker);
  }
}

const ATTEMPT = 'an attempt';

describe('a seat', () => {
  it('is given with a token, rules and items, and what is to come later', () => {
    const hall = new Hall({ items: 3, seed: 's' });
    expect(hall.join('ann')).toEqual({
      type: 'welcome',
      version: 1,
      name: 'ann',
      token: 'token-1',
      rules: {
        bidders: 2,
        budget: 100,
        kinds: ['Picasso', 'Van_Gogh', 'Rembrandt', 'Da_Vinci'],
        countToWin: 3,
        price: 'first',
        order: 'known',
        win: 'first-to',
        values: {},
        items: 3,
        secondsPerRound: 60,
      },
      items: hall.auction.items,
      state: {
        seq: 0,
        phase: 'joining',
        round: 0,
        answered: false,
        winner: null,
        bidders: [],
      },
    });
  });

  it('of the last to join is welcomed as the others were; that the game begins is news', () => {
    const hall = new Hall({ order: 'secret' });
    hall.join('ann');
    expect(hall.join('bob')).toMatchObject({
      items: [],
      state: { seq: 0, phase: 'joining', round: 0 },
    });
    expect(hall.protocol.news).toMatchObject([
      { seq: 1, type: 'start', bidders: ['ann', 'bob'] },
      { seq: 2, type: 'round', round: 0, item: hall.auction.items[0] },
    ]);
  });

  it('is the same for the same attempt, and for its token, and for nothing else', () => {
    const hall = new Hall();
    const [first, again] = [new Visitor(), new Visitor()];
    const [keeper, thief] = [new Visitor(), new Visitor()];
    hall.join('ann', first, { attempt: ATTEMPT });
    expect(hall.join('ann', again, { attempt: ATTEMPT })).toMatchObject({
      token: 'token-1',
    });
    expect(first.seat).toBeUndefined();
    expect(first.dismissed).toMatchObject([{ code: 'seat-taken-over' }]);
    expect(hall.join('ann', keeper, { token: 'token-1' })).toMatchObject({
      token: 'token-1',
    });
    expect(again.dismissed).toHaveLength(1);
    expect(hall.join('ann', thief)).toMatchObject({ code: 'name-taken' });
    expect(hall.join('ann', thief, { attempt: 'another attempt' })).toMatchObject({
      code: 'name-taken',
    });
    expect(hall.join('bob', thief, { token: 'token-1' })).toMatchObject({
      code: 'wrong-token',
    });
    expect(keeper.dismissed).toEqual([]);
    expect(keeper.seat).toBe('ann');
  });

  it('tells who comes back how the game stands', () => {
    const hall = new Hall({ items: 5 });
    const [ann, bob] = [new Visitor(), new Visitor()];
    hall.join('ann', ann);
    hall.join('bob', bob);
    hall.ask({ type: 'bid', round: 0, amount: 3 }, ann);
    hall.ask({ type: 'pass', round: 0 }, bob);
    hall.ask({ type: 'bid', round: 1, amount: 4 }, ann);
    const owned = { [hall.auction.items[0]!]: 1 };
    const state = {
      seq: 4,
      phase: 'bidding',
      round: 1,
      answered: true,
      winner: null,
      bidders: [
        { name: 'ann', money: 97, owned },
        { name: 'bob', money: 100, owned: {} },
      ],
    };
    const token = 'token-1';
    expect(hall.join('ann', new Visitor(), { token })).toMatchObject({ state });
    expect(hall.join('bob', new Visitor(), { token: 'token-2' })).toMatchObject({
      state: { ...state, answered: false },
    });
  });

  it('is left by whoever sits down elsewhere', () => {
    const hall = new Hall();
    const [ann, bob] = [new Visitor(), new Visitor()];
    hall.join('ann', ann);
    hall.join('bob', bob);
    hall.join('bob', ann, { token: 'token-2' });
    expect(ann.seat).toBe('bob');
    expect(bob.seat).toBeUndefined();
    expect(hall.ask({ type: 'bid', round: 0, amount: 1 }, ann)).toMatchObject({
      type: 'accepted',
    });
    expect([...hall.auction.answers.keys()]).toEqual(['bob']);
    expect(hall.ask({ type: 'bid', round: 0, amount: 1 }, bob)).toMatchObject({
      code: 'not-seated',
    });
  });
});

describe('a seat that was left for another', () => {
  it('is empty: whoever takes it dismisses nobody, least of all from the other', () => {
    const hall = new Hall();
    const [mover, bob, late] = [new Visitor(), new Visitor(), new Visitor()];
    hall.join('ann', mover);
    hall.join('bob', bob);
    hall.join('bob', mover, { token: 'token-2' });
    hall.join('ann', late, { token: 'token-1' });
    expect(mover.dismissed).toEqual([]);
    expect([mover.seat, bob.seat, late.seat]).toEqual(['bob', undefined, 'ann']);
    // And who goes takes nobody's seat along.
    hall.protocol.leave(bob);
    hall.protocol.leave(late);
    hall.join('ann', bob, { token: 'token-1' });
    expect(late.dismissed).toEqual([]);
    hall.protocol.leave(late);
    hall.join('ann', late, { token: 'token-1' });
    expect(bob.dismissed).toHaveLength(2);
    expect(bob.dismissed[1]).toMatchObject({
      code: 'seat-taken-over',
      reason: expect.stringContaining('ann') as string,
    });
  });
});

describe('a seat that somebody else may want', () => {
  it('is not had for want of an attempt on both sides', () => {
    const hall = new Hall();
    hall.join('ann');
    expect(hall.join('ann')).toMatchObject({ code: 'name-taken' });
  });

  it('is one for each speaker, who keeps it when asking for another', () => {
    const hall = new Hall({ bidders: 3 });
    const ann = new Visitor();
    hall.join('ann', ann);
    expect(hall.join('eve', ann)).toMatchObject({
      code: 'name-taken',
      reason: 'you have already joined, as ann',
    });
    expect([...hall.auction.bidders.keys()]).toEqual(['ann']);
    expect(ann.seat).toBe('ann');
  });

  it('is not kept for a name that the rules refuse', () => {
    const hall = new Hall({ bidders: 3 });
    hall.join('two words', new Visitor(), { attempt: ATTEMPT });
    expect(hall.protocol.keyOf('two words')).toBeUndefined();
    expect(hall.join('two words', new Visitor(), { attempt: ATTEMPT })).toMatchObject({
      code: 'bad-name',
    });
  });

  it('is not bid for in its name, and its own name may be said', () => {
    const hall = new Hall();
    const [ann, bob] = [new Visitor(), new Visitor()];
    hall.join('ann', ann);
    hall.join('bob', bob);
    const bid = { type: 'bid', round: 0, amount: 5 };
    expect(hall.ask({ ...bid, name: 'ann' }, bob)).toMatchObject({ code: 'wrong-name' });
    expect(hall.auction.answers.size).toBe(0);
    expect(hall.ask({ ...bid, name: 'bob' }, bob)).toMatchObject({ type: 'accepted' });
  });
});

describe('the door', () => {
  it('is opened by the code to who joins or watches, and by the token of a seat', () => {
    const hall = new Hall({ bidders: 3 }, 'K7RT');
    const code = 'K7RT';
    hall.join('ann', new Visitor(), { code });
    for (const wrong of [{}, { code: 'K7RX' }, { token: 'token-9' }]) {
      expect(hall.join('eve', new Visitor(), wrong)).toMatchObject({
        code: 'wrong-code',
      });
    }
    const watch = { type: 'watch', version: 1 };
    expect(hall.ask(watch)).toMatchObject({ code: 'wrong-code' });
    expect(hall.ask({ ...watch, code })).toMatchObject({ type: 'watching' });
    // On a keyboard nobody presses Shift for it.
    expect(hall.ask({ ...watch, code: 'k7rt' })).toMatchObject({ type: 'watching' });
    // Who has a token has known the code, or that of another day.
    expect(hall.join('ann', new Visitor(), { token: 'token-1' })).toMatchObject({
      type: 'welcome',
    });
  });

  it('is closed to those who speak another version', () => {
    const hall = new Hall();
    for (const type of ['join', 'watch']) {
      expect(hall.ask({ type, version: 2, name: 'ann' })).toMatchObject({
        code: 'wrong-version',
      });
    }
    expect(hall.auction.bidders.size).toBe(0);
  });

  it('gives no list to newcomers: in a hall of thousands each would get thousands', () => {
    const hall = new Hall({ bidders: 3 });
    hall.join('ann');
    const bob = new Visitor();
    expect(hall.join('bob', bob)).toMatchObject({ state: { bidders: [] } });
    expect(hall.join('bob', bob, { token: 'token-2' })).toMatchObject({
      state: { phase: 'joining', bidders: [] },
    });
  });

  it('shows who comes back the accounts as they are then, whatever happens later', () => {
    const hall = new Hall({ items: 5 });
    const [ann, bob] = [new Visitor(), new Visitor()];
    hall.join('ann', ann);
    hall.join('bob', bob);
    // As the protocol gave it, not copied: an answer may wait in a line for a while.
    const request = parseRequest({
      type: 'join',
      version: 1,
      name: 'ann',
      token: 'token-1',
    });
    const welcome = hall.protocol.answer(request, ann);
    hall.ask({ type: 'bid', round: 0, amount: 9 }, ann);
    hall.ask({ type: 'pass', round: 0 }, bob);
    expect(welcome).toMatchObject({
      state: { bidders: [{ money: 100, owned: {} }, {}] },
    });
  });
});

describe('an answer', () => {
  it('carries the number of its request, even when it is a refusal', () => {
    const hall = new Hall({}, 'K7RT');
    expect(hall.join('ann', new Visitor(), { id: 7 })).toMatchObject({
      id: 7,
      code: 'wrong-code',
    });
    const right = { id: 8, code: 'K7RT' };
    expect(hall.join('ann', new Visitor(), right)).toMatchObject({ id: 8 });
  });

  it('to a bid that was said before is the same, until another round is answered', () => {
    const hall = new Hall({ items: 9 });
    const [ann, bob] = [new Visitor(), new Visitor()];
    hall.join('ann', ann);
    hall.join('bob', bob);
    const bid = (round: number, amount: number): Answer =>
      hall.ask({ type: 'bid', round, amount }, ann);
    expect(bid(0, 3)).toMatchObject({ type: 'accepted' });
    expect(bid(0, 3)).toMatchObject({ type: 'accepted', round: 0, amount: 3 });
    expect(bid(0, 4)).toMatchObject({ code: 'already-answered' });
    hall.ask({ type: 'pass', round: 0 }, bob);
    expect(hall.ask({ type: 'pass', round: 0 }, bob)).toMatchObject({
      type: 'accepted',
      amount: null,
    });
    expect(bid(0, 3)).toMatchObject({ type: 'accepted' });
    expect(bid(0, 4)).toMatchObject({ code: 'wrong-round' });
    hall.table.submit({ type: 'forfeit', round: 1 });
    // The clock has passed for them: that was not their answer.
    expect(hall.ask({ type: 'pass', round: 1 }, bob)).toMatchObject({
      code: 'wrong-round',
    });
    expect(bid(0, 3)).toMatchObject({ type: 'accepted' });
    expect(bid(2, 5)).toMatchObject({ type: 'accepted' });
    expect(bid(0, 3)).toMatchObject({ code: 'wrong-round' });
  });

  it('to the bid that ends the game is the same when it is said again', () => {
    const hall = new Hall({ items: 1 });
    const [ann, bob] = [new Visitor(), new Visitor()];
    hall.join('ann', ann);
    hall.join('bob', bob);
    hall.ask({ type: 'pass', round: 0 }, ann);
    const bid = { type: 'bid', round: 0, amount: 2 };
    expect(hall.ask(bid, bob)).toMatchObject({ type: 'accepted' });
    expect(hall.auction.phase).toBe('over');
    expect(hall.ask(bid, bob)).toMatchObject({ type: 'accepted' });
    expect(hall.ask({ ...bid, amount: 1 }, bob)).toMatchObject({ code: 'game-over' });
  });
});

/* One hall, under any requests of anybody. */

const NAMES = ['ann', 'bob', 'cid', 'dan'];
const SPEAKERS = 5;

type Step =
  | { do: 'join'; who: number; name: string; attempt: string | undefined; key: number }
  | { do: 'bid'; who: number; round: number; key: number; poor: boolean }
  | { do: 'pass'; who: number; round: number; key: number }
  | { do: 'watch'; who: number; key: number }
  | { do: 'news'; who: number; key: number }
  | { do: 'leave'; who: number; key: number }
  | { do: 'forfeit' };

const who = fc.nat({ max: SPEAKERS - 1 });
/** −1 for none; a token that was given, or the next, which nobody has yet. */
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constant(-1) },
  { weight: 1, arbitrary: fc.nat({ max: 5 }) },
);
const round = fc.constantFrom(0, 0, 0, 0, -1, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      who,
      name: fc.constantFrom(...NAMES),
      attempt: fc.constantFrom(undefined, 'attempt-1', 'attempt-2'),
      key,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('bid' as const),
      who,
      round,
      key,
      poor: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), who, round, key }),
  },
  ...(['watch', 'news', 'leave'] as const).map((what) => ({
    weight: 1,
    arbitrary: fc.record({ do: fc.constant(what), who, key }) as fc.Arbitrary<Step>,
  })),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forfeit' as const) }) },
);
const manySteps = fc.array(step, { maxLength: 120, size: 'max' });
/** Most games must have begun, or there is little to look at. */
const SEATED = NAMES.map((name, who): Step => ({
  do: 'join',
  who,
  name,
  attempt: 'attempt-1',
  key: -1,
}));
const options = fc.record({
  order: fc.constantFrom('known' as const, 'secret' as const),
  price: fc.constantFrom('first' as const, 'second' as const),
  items: fc.integer({ min: 1, max: 8 }),
});

/** One game in which every kind of answer is given, and somebody is dismissed. */
const SETTINGS = { order: 'known', price: 'first', items: 4 } as const;
const OF_EACH: Step[] = [
  { do: 'watch', who: 4, key: -1 },
  { do: 'news', who: 0, key: -1 },
  { do: 'bid', who: 0, round: 0, key: -1, poor: true },
  { do: 'bid', who: 0, round: 0, key: -1, poor: false },
  { do: 'join', who: 4, name: 'ann', attempt: undefined, key: 0 },
];

/** A bid is known by its digits, wherever they turn up. */
const FIRST_AMOUNT = 700_001;

/** Everything but prices, and the money that is left after paying them. */
function withoutPrices(message: unknown): string {
  return JSON.stringify(message, (field, value: unknown) =>
    field === 'price' || field === 'money' ? undefined : value,
  );
}

describe('whoever asks whatever, in any order', () => {
  it('no seat has two keys, no key two seats; what is repeated changes nothing; nothing sealed is told', () => {
    const seen = {
      welcome: 0,
      accepted: 0,
      refused: 0,
      news: 0,
      watching: 0,
      dismissed: 0,
    };
    fc.assert(
      fc.property(
        options,
        fc.constantFrom(0, 2, 3),
        manySteps,
        (given, seated, random) => {
          const steps = [...SEATED.slice(0, seated), ...random];
          const hall = new Hall({
            ...given,
            bidders: 3,
            budget: 10_000_000,
            countToWin: 8,
            seed: 'any',
          });
          const speakers = Array.from({ length: SPEAKERS }, () => new Visitor());
          const tokenOf = new Map<string, string>();
          const sealed = new Map<string, string>();
          let amount = FIRST_AMOUNT;

          const check = (request: Request, speaker: Visitor, answer: Answer): void => {
            if (answer.type === 'welcome') {
              const { items, name, token } = answer;
              // One seat, one key, for ever.
              expect(tokenOf.get(name) ?? token).toBe(token);
              tokenOf.set(name, token);
              expect(new Set(tokenOf.values()).size).toBe(tokenOf.size);
              expect(hall.protocol.nameOf(token)).toBe(name);
              expect(speaker.seat).toBe(name);
              checkItems(items);
            }
            if (answer.type === 'watching') checkItems(answer.items);
            const asker =
              'token' in request && request.token !== undefined
                ? hall.protocol.nameOf(request.token)
                : speaker.seat;
            checkSealed(answer, asker);
          };
          /** No item is told before it is on sale, where they are secret. */
          const checkItems = (items: readonly string[]): void => {
            const { auction } = hall;
            const most = given.order === 'known' ? given.items : auction.round + 1;
            expect(items.length).toBeLessThanOrEqual(most);
            expect(items).toEqual(auction.items.slice(0, items.length));
          };
          const checkSealed = (message: unknown, reader: string | undefined): void => {
            const text = withoutPrices(message);
            if (!text.includes('7000')) return;
            for (const [digits, owner] of sealed) {
              if (text.includes(digits)) expect(owner).toBe(reader);
            }
          };

          for (const one of steps) {
            if (one.do === 'forfeit') {
              hall.table.submit({ type: 'forfeit', round: hall.auction.round });
              continue;
            }
            const speaker = speakers[one.who]!;
            if (one.do === 'leave') {
              hall.protocol.leave(speaker);
              expect(speaker.seat).toBeUndefined();
              continue;
            }
            const token = one.key < 0 ? undefined : `token-${one.key + 1}`;
            const known = token === undefined ? undefined : hall.protocol.nameOf(token);
            let request: object;
            if (one.do === 'join') {
              const { attempt, name } = one;
              request = { type: 'join', version: 1, name, attempt, token };
            } else if (one.do === 'watch') {
              request = { type: 'watch', version: 1 };
            } else if (one.do === 'news') {
              request = { type: 'news', after: 0, token };
            } else {
              const now = Math.max(0, hall.auction.round + one.round);
              request = { type: one.do, round: now, token };
              if (one.do === 'bid') {
                const said = one.poor ? 20_000_000 + amount : amount;
                sealed.set(
                  String(said),
                  (token === undefined ? speaker.seat : known) ?? '',
                );
                request = { ...request, amount: said };
                amount += 1;
              }
            }
            const parsed = parseRequest(request);
            const heard = hall.told.length;
            const happened = hall.events.length;
            const answer = hall.ask(request, speaker);
            if (answer.type === 'prove') throw new Error('only datagrams need that');
            seen[answer.type] += 1;
            check(parsed, speaker, answer);
            for (const told of hall.told.slice(heard)) checkSealed(told, undefined);
            const after = hall.events.length;
            if (answer.type === 'refused') expect(after).toBe(happened);

            // Once more: the same, and nothing happens.
            const again = hall.ask(request, speaker);
            expect(hall.events).toHaveLength(after);
            if (answer.type === 'accepted') expect(again).toEqual(answer);
            if (answer.type === 'welcome' && 'attempt' in request) {
              const isRepeatable = token !== undefined || request.attempt !== undefined;
              if (isRepeatable) {
                expect(again).toMatchObject({ token: answer.token, name: answer.name });
              }
            }
            check(parsed, speaker, again);

            // Each seat has one speaker at most, and each who had it before was told.
            const seats = speakers.flatMap(({ seat }) => seat ?? []);
            expect(new Set(seats).size).toBe(seats.length);
          }

          for (const { dismissed } of speakers) seen.dismissed += dismissed.length;
          const { news } = hall.protocol;
          expect(news.map(({ seq }) => seq)).toEqual(news.map((_, index) => index + 1));
          checkSealed(news, undefined);

          // Another life, from what was written down: the same seats, the same news.
          const later = new Hall({
            ...given,
            bidders: 3,
            budget: 10_000_000,
            countToWin: 8,
            seed: 'any',
          });
          for (const event of hall.events) {
            if (event.type === 'joined') {
              later.protocol.restore(event.name, hall.keys.get(event.name)!);
            }
            later.table.restore(event);
          }
          expect(later.protocol.news).toEqual(news);
          for (const [name, token] of tokenOf) {
            expect(later.protocol.nameOf(token)).toBe(name);
            expect(later.join(name, new Visitor(), { token })).toMatchObject({ token });
          }
          expect(later.auction.ledger).toEqual(hall.auction.ledger);
        },
      ),
      { numRuns: runs(200), examples: [[SETTINGS, 3, OF_EACH]] },
    );
    // That all this was looked at; the example alone sees to it that no luck is needed.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});
