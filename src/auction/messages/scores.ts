/**
 * What is published about a game, over ZeroMQ's PUB: two parts, the topic and JSON. Pure.
 *
 *   [sold] [{"type":"sold","version":1,"round":3,"item":"Picasso","winner":"bob","price":12,…}]
 *
 * The words are those of the native protocol's news. A subscriber may come in the middle, and
 * no message is kept for it: so each carries the rules, and each sale the standings after it.
 *
 * Read next: ../server/publish-scores.ts, ../bidder/follow-scores.ts.
 */
import * as v from 'valibot';
import { decodeJson } from '../../framing/index.ts';
import type { Ledger } from '../game/ledger.ts';
import type { BoardEvent } from '../game/public-events.ts';
import { rulesSchema, shown, standingSchema } from './native-messages.ts';

const VERSION = 1;
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const always = { version: v.literal(VERSION), rules: rulesSchema };
const standings = v.array(standingSchema);

const scoreSchema = v.variant('type', [
  v.object({ type: v.literal('seated'), ...always, name: shown }),
  v.object({ type: v.literal('freed'), ...always, name: shown }),
  v.object({ type: v.literal('start'), ...always, bidders: v.array(shown) }),
  v.object({ type: v.literal('round'), ...always, round: whole, item: shown }),
  v.object({
    type: v.literal('sold'),
    ...always,
    round: whole,
    item: shown,
    winner: shown,
    price: whole,
    standings,
  }),
  v.object({ type: v.literal('unsold'), ...always, round: whole, item: shown }),
  v.object({
    type: v.literal('over'),
    ...always,
    winner: v.nullable(shown),
    standings,
  }),
]);

export type Score = v.InferOutput<typeof scoreSchema>;

/** @returns undefined for an event that is not published: that somebody has answered */
export function scoreOf(event: BoardEvent, ledger: Ledger): Score | undefined {
  const always = { version: VERSION, rules: ledger.rules } as const;
  switch (event.type) {
    case 'answered':
      return undefined;
    case 'joined':
      return { type: 'seated', ...always, name: event.name };
    case 'freed':
      return { type: 'freed', ...always, name: event.name };
    case 'started':
      return { type: 'start', ...always, bidders: [...ledger.bidders.keys()] };
    case 'opened':
      return { type: 'round', ...always, round: event.round, item: event.item };
    case 'sold': {
      const { round, item, name: winner, price } = event;
      const after = ledger.copyStandings();
      return { type: 'sold', ...always, round, item, winner, price, standings: after };
    }
    case 'unsold':
      return { type: 'unsold', ...always, round: event.round, item: event.item };
    case 'over': {
      const winner = event.winner ?? null;
      return { type: 'over', ...always, winner, standings: ledger.copyStandings() };
    }
  }
}

export function encodeScore(score: Score): [topic: string, json: string] {
  return [score.type, JSON.stringify(score)];
}

/** @returns undefined for anything that is not a score: anybody may publish anything */
export function decodeScore(parts: readonly Uint8Array[]): Score | undefined {
  const [, json] = parts;
  if (json === undefined || parts.length !== 2) return undefined;
  try {
    return decodeJson(json, (value) => v.parse(scoreSchema, value));
  } catch {
    return undefined;
  }
}
