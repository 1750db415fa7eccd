/** A game of honest bidders, during which an attacker misbehaves. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { type AuctioneerOptions, playAuction } from '../../src/auction/index.ts';
import { type OpenTable, openTable } from './auction.ts';
import { accountOf, certainly } from './auction-accounts.ts';
import { FramedPeer, type Message, TcpPeer } from './auction-peers.ts';
import { eventually } from './eventually.ts';

const HONEST = ['ann', 'bob', 'cid'];

export interface SiegeOptions extends AuctioneerOptions {
  /** Seats for the attackers: the game begins when `attack` is over, and not before. */
  guests?: number;
}

/**
 * Three bidders play a game to its end, one by UDP, and take a moment for each decision. The
 * attack goes on meanwhile; with `guests` it comes before the first round, and whoever it has
 * seated stays. Seats that it leaves empty are taken by some who never say a word.
 */
export async function besieged(
  attack: (table: OpenTable) => Promise<void>,
  { guests = 0, game, ...options }: SiegeOptions = {},
): Promise<void> {
  const table = await openTable({
    ...options,
    game: {
      win: 'highest-value',
      // With seats of those who never say a word each round lasts to its end.
      items: guests > 0 ? 6 : 12,
      budget: 900,
      bidders: HONEST.length + guests,
      secondsPerRound: guests > 0 ? 0.15 : 60,
      ...game,
    },
  });
  const { auction } = table.auctioneer;
  const lost: unknown[] = [];
  const games = HONEST.map((name, seat) => {
    const bid = certainly('siege', seat, HONEST.length);
    return playAuction({
      name,
      code: options.code,
      port: table.port,
      over: seat === 1 ? 'udp' : 'tcp',
      decide: async (view, signal) => {
        await pause(10);
        return bid(view, signal);
      },
      on: (event) => {
        if (event.type === 'lost') lost.push(event.error);
      },
    });
  });
  const all = Promise.all(games);
  all.catch(() => {}); // told below, when it is awaited
  await eventually(() => expect(auction.bidders.size).toBeGreaterThanOrEqual(3));
  await attack(table);
  await fill(table, options.code);
  const played = await all;
  expect(lost).toEqual([]);
  expect(auction.phase).toBe('over');
  for (const { ledger } of played) {
    expect(accountOf(ledger)).toEqual(accountOf(auction.ledger));
  }
}

async function fill({ auctioneer, port }: OpenTable, code?: string): Promise<void> {
  // The seats of those who have gone by now are given to these.
  for (let count = 0; auctioneer.auction.phase === 'joining'; count += 1) {
    const silent = await FramedPeer.open(port);
    expect(await silent.join(`silent${count}`, { code })).toMatchObject({
      type: 'welcome',
    });
  }
}

/** A refusal with this code and a reason in words. */
export function refusal(code: string): Message {
  const reason = expect.stringMatching(/\w+ \w+/) as string;
  return expect.objectContaining({ type: 'refused', code, reason }) as Message;
}

/** The last words to one who comes over bare TCP and says this. */
export async function farewellTo(
  port: number,
  words: string | Uint8Array,
): Promise<string> {
  const peer = await TcpPeer.open(port);
  peer.write(words);
  expect(await peer.ended).toBe('end');
  return peer.received.toString();
}
