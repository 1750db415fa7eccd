/** Programs in Python at the auctioneer's table, through every door, and ours beside them. */
import { afterEach, describe, expect, it } from 'vitest';
import { playAuction, randomFrom } from '../../../src/auction/index.ts';
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { bidsOf, openTable } from '../../support/auction.ts';
import { type Account, accountOf } from '../../support/auction-accounts.ts';
import { needPython, needPyzmq } from '../../support/peers.ts';
import { IN_PEACE, type Program, Programs } from '../../support/programs.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

const BUDGET = 1_000_000;
const FOLDER = 'test/interop/auction';

/** What a program of Python's prints when it is done. */
interface OwnAccount extends Account {
  name: string;
  /** Its bid of each round. */
  bids: number[];
  /** Every kind of answer that its bids got. */
  answers: string[];
}

function lecture(
  over: 'tcp' | 'zeromq',
  port: number,
  name: string,
  pause: number,
): Program {
  const args = [over, String(port), name, String(pause), String(BUDGET)];
  return programs.python(`${FOLDER}/lecture_bidder.py`, ...args);
}

function native(over: 'framed' | 'datagrams', port: number, name: string): Program {
  return programs.python(`${FOLDER}/native_bidder.py`, over, String(port), name);
}

/** One of ours, with bids of the same kind: the last three digits are the round. */
async function ours(
  over: 'tcp' | 'udp',
  port: number,
  name: string,
): Promise<OwnAccount> {
  const random = randomFrom(name);
  const bids: number[] = [];
  const answers = new Set<string>();
  const { ledger } = await playAuction({
    over,
    port,
    name,
    decide: ({ round }) => {
      bids[round] = 1000 * (1 + Math.floor(20 * random())) + round;
      return bids[round];
    },
    on: ({ type }) => {
      if (type === 'accepted' || type === 'refused') answers.add(type);
    },
  });
  return { ...accountOf(ledger), name, bids, answers: [...answers] };
}

async function accountBy(program: Program): Promise<OwnAccount> {
  expect(await program.ended()).toEqual(IN_PEACE);
  return JSON.parse(program.stdout) as OwnAccount;
}

describe('a table', () => {
  it('seats four bidders who come through four doors, a REQ socket of libzmq among them', async (context) => {
    needPyzmq(context);
    const { auctioneer, events, port } = await openTable({
      game: { bidders: 4, budget: BUDGET },
    });
    const accounts = await Promise.all([
      accountBy(lecture('zeromq', port, 'req', 0)),
      accountBy(lecture('tcp', port, 'bare', 0)),
      ours('tcp', port, 'framed'),
      ours('udp', port, 'datagrams'),
    ]);
    const truth = accountOf(auctioneer.auction.ledger);
    expect(truth.winner).toBeDefined();
    for (const { name, bids, answers: _, ...account } of accounts) {
      expect({ name, ...account }).toEqual({ name, ...truth });
      expect(bidsOf(name, events).map(({ amount }) => amount)).toEqual(bids);
    }
  });

  it("plays the lecture's own game over ZeroMQ, with pauses and without", async (context) => {
    needPyzmq(context);
    const { auctioneer, events, port } = await openTable({ game: { budget: BUDGET } });
    const accounts = await Promise.all([
      accountBy(lecture('zeromq', port, 'ann', 0)),
      accountBy(lecture('zeromq', port, 'bob', 0.1)),
      accountBy(lecture('zeromq', port, 'größe', 0)),
    ]);
    const truth = accountOf(auctioneer.auction.ledger);
    for (const { name, bids, answers, ...account } of accounts) {
      expect(account).toEqual(truth);
      expect(bidsOf(name, events).map(({ amount }) => amount)).toEqual(bids);
      expect(answers).toEqual(['bid received']);
    }
  });

  it('seats two hundred REQ sockets of libzmq at once', async (context) => {
    needPyzmq(context);
    const bidders = 200;
    const game = { bidders, budget: BUDGET, win: 'highest-value', items: 10 } as const;
    const { auctioneer, port } = await openTable({ game });
    const crowd = programs.python(
      `${FOLDER}/req_crowd.py`,
      String(port),
      String(bidders),
    );
    expect(await crowd.ended()).toEqual(IN_PEACE);
    const { ledger } = auctioneer.auction;
    expect(ledger.phase).toBe('over');
    const sales = ledger.sales.map(({ item, name, price }) => [item, name, price]);
    const told = JSON.parse(crowd.stdout) as Record<string, unknown>;
    expect(Object.keys(told)).toHaveLength(bidders);
    for (const account of Object.values(told)) expect(account).toEqual(sales);
  });

  it('seats bidders who come through all doors, and all tell the same of the game', async (context) => {
    needPython(context);
    const game = { bidders: 7, budget: BUDGET };
    const { auctioneer, events, port } = await openTable({ game });
    const accounts = await Promise.all([
      accountBy(lecture('tcp', port, 'sleepy', 0.3)),
      accountBy(lecture('tcp', port, 'hasty', 0)),
      accountBy(native('framed', port, 'framed')),
      accountBy(native('datagrams', port, 'datagrams')),
      ours('tcp', port, 'tcp'),
      ours('udp', port, 'udp'),
      accountBy(lecture('tcp', port, 'größe', 0.1)),
    ]);
    const { ledger } = auctioneer.auction;
    expect(ledger.phase).toBe('over');
    expect(ledger.winner).toBeDefined();
    const truth = accountOf(ledger);
    for (const { name, bids, answers, ...account } of accounts) {
      expect({ name, ...account }).toEqual({ name, ...truth });
      const counted = bidsOf(name, events);
      // Each bid counts once, in the round for which it was made, and in no other.
      expect(counted.map(({ round }) => round)).toEqual(truth.sales.map((_, r) => r));
      expect(counted.map(({ amount }) => amount)).toEqual(bids);
      for (const { amount, round } of counted) expect(amount % 1000).toBe(round);
      expect(['accepted', 'bid received']).toContain(answers.join());
    }
  });

  it.for([
    ['with a pause before each bid', 0.2],
    ['without any pause', 0],
  ] as const)("plays the lecture's own game, %s", async ([, pause], context) => {
    needPython(context);
    const { auctioneer, events, port } = await openTable({ game: { budget: BUDGET } });
    const names = ['ann', 'bob', 'cid'];
    const accounts = await Promise.all(
      names.map((name) => accountBy(lecture('tcp', port, name, pause))),
    );
    const truth = accountOf(auctioneer.auction.ledger);
    for (const { name, bids, answers, ...account } of accounts) {
      expect(account).toEqual(truth);
      expect(bidsOf(name, events).map(({ amount }) => amount)).toEqual(bids);
      expect(answers).toEqual(['bid received']);
    }
  });

  it('seats one who comes by datagrams over a bad link', async (context) => {
    needPython(context);
    const game = { bidders: 2, budget: BUDGET };
    const { auctioneer, events, port } = await openTable({ game });
    const relay = await openDatagramRelay({
      listen: { port: 0 },
      to: { port },
      link: { loss: 0.2, dup: 0.1, dupDelay: 300, reorder: 0.2, seed: 5 },
    });
    context.onTestFinished(() => relay.close());
    const [{ bids, name, answers: _, ...account }] = await Promise.all([
      accountBy(native('datagrams', relay.address.port, 'datagrams')),
      ours('udp', relay.address.port, 'udp'),
    ]);
    expect(account).toEqual(accountOf(auctioneer.auction.ledger));
    expect(bidsOf(name, events).map(({ amount }) => amount)).toEqual(bids);
    expect(relay.statistics.there.lost).toBeGreaterThan(0);
  });

  it('lets one bidder pause and the others not, round after round', async (context) => {
    needPython(context);
    const { auctioneer, events, port } = await openTable({
      game: { budget: BUDGET, bidders: 4 },
    });
    const accounts = await Promise.all([
      accountBy(lecture('tcp', port, 'slow', 0.3)),
      accountBy(lecture('tcp', port, 'quick', 0)),
      accountBy(lecture('tcp', port, 'quicker', 0)),
      accountBy(native('framed', port, 'framed')),
    ]);
    const truth = accountOf(auctioneer.auction.ledger);
    for (const { name, bids, answers: _, ...account } of accounts) {
      expect(account).toEqual(truth);
      expect(bidsOf(name, events).map(({ amount }) => amount)).toEqual(bids);
    }
  });
});
