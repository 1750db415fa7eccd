/**
 * The messages of our own auction protocol, version 1, and their validation. Pure.
 *
 * Each is one JSON object in UTF-8, with a `type`. Over TCP it is the payload of one frame (4
 * bytes of length before it), over UDP it is one datagram. docs/auction-protocol.md describes
 * them for anyone who writes a bidder in another language.
 *
 *   bidder asks        auctioneer answers            and tells, unasked (news, numbered)
 *   join               welcome                       start
 *   bid, pass          accepted                      round
 *   watch              watching                      sold, unsold
 *   news (UDP)         news                          over
 *                      prove, to any over UDP
 *                      refused, to any of them       seated, freed, answered (to watchers)
 *
 * Every request may be repeated: a second join of the same attempt gets the same welcome,
 * and a second bid that says the same is accepted again and counts once.
 */
import * as v from 'valibot';
import { visible } from '../../common/text/index.ts';
import { decodeJson } from '../../framing/index.ts';
import type { RefusalCode } from '../game/events.ts';

export const PROTOCOL_VERSION = 1;

/** The longest request, in bytes of JSON; anything longer is not an honest bid. */
export const LONGEST_REQUEST = 4096;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const shortText = v.pipe(v.string(), v.maxLength(200));
/** Chosen by the bidder, and repeated in the answer. */
const id = v.optional(whole);
/** Who asks; over TCP the connection identifies the bidder. */
const token = v.optional(shortText);
/** Over UDP: from the answer `prove`, for the address that it came to. */
const cookie = v.optional(shortText);

/** They are tried in this order: first what comes most often. */
const requestSchema = v.variant('type', [
  v.object({
    type: v.literal('bid'),
    round: whole,
    // The rules say what a bid is: any amount is passed on to them.
    amount: v.unknown(),
    /** Optional: the connection or the token identifies the bidder. Must be right if given. */
    name: v.optional(v.string()),
    token,
    cookie,
    id,
  }),
  v.object({
    type: v.literal('pass'),
    round: whole,
    name: v.optional(v.string()),
    token,
    cookie,
    id,
  }),
  v.object({ type: v.literal('news'), after: whole, token, cookie, id }),
  v.object({
    type: v.literal('join'),
    version: v.number(),
    // Judged by the rules, like every name.
    name: v.string(),
    /** Random text: identifies a join that is repeated because its welcome was lost. */
    attempt: v.optional(v.pipe(v.string(), v.minLength(8), v.maxLength(200))),
    code: v.optional(shortText),
    token,
    /** Over TCP: all news after this number follows the welcome; without it, only later news. */
    after: v.optional(whole),
    cookie,
    id,
  }),
  v.object({
    type: v.literal('watch'),
    version: v.number(),
    code: v.optional(shortText),
    cookie,
    id,
  }),
]);

export type Request = v.InferOutput<typeof requestSchema>;

/** Returns a request, or throws an error that says what is wrong with the value. */
export function parseRequest(value: unknown): Request {
  return parse(requestSchema, value);
}

/** The longest reason: what is quoted in it comes from the peer. */
const LONGEST_REASON = 300;

/** The request in these bytes; or a refusal, with the number of the request if it has one. */
export function readRequest(payload: Uint8Array): Request | Refused {
  let id: number | undefined;
  try {
    return decodeJson(payload, (value) => {
      const given = (value as { id?: unknown } | null)?.id;
      if (v.is(whole, given)) id = given;
      return parseRequest(value);
    });
  } catch (error) {
    const reason = (error as Error).message.slice(0, LONGEST_REASON);
    return {
      type: 'refused',
      code: 'bad-message',
      reason,
      ...(id !== undefined && { id }),
    };
  }
}

/**
 * Text that an auctioneer sends is shown in terminals, and anybody may be the auctioneer. This
 * changes nothing that an honest one sends, except where it quotes somebody else.
 */
export const shown = v.pipe(
  v.string(),
  v.transform((text) => visible(text)),
);
const name = shown;
const count = whole;
export const rulesSchema = v.object({
  bidders: whole,
  budget: whole,
  kinds: v.pipe(v.array(shown), v.readonly()),
  countToWin: whole,
  price: v.picklist(['first', 'second']),
  order: v.picklist(['known', 'secret']),
  win: v.picklist(['first-to', 'highest-value']),
  values: v.pipe(v.record(shown, whole), v.readonly()),
  items: whole,
  secondsPerRound: v.number(),
});

export const standingSchema = v.object({
  name,
  money: whole,
  owned: v.record(shown, count),
});

const seq = whole;
const newsSchema = v.variant('type', [
  v.object({ type: v.literal('start'), seq, bidders: v.array(name) }),
  v.object({ type: v.literal('round'), seq, round: whole, item: shown }),
  v.object({
    type: v.literal('sold'),
    seq,
    round: whole,
    item: shown,
    winner: name,
    price: whole,
  }),
  v.object({ type: v.literal('unsold'), seq, round: whole, item: shown }),
  v.object({ type: v.literal('over'), seq, winner: v.nullable(name) }),
]);

const stateSchema = v.object({
  /** The number of the latest news; those that follow have greater ones. */
  seq,
  phase: v.picklist(['joining', 'bidding', 'over']),
  round: whole,
  /** Whether this bidder's answer for the round is there. */
  answered: v.boolean(),
  winner: v.nullable(name),
  /** In the order of their seats; empty until the game has begun. */
  bidders: v.array(standingSchema),
});

const answerSchema = v.variant('type', [
  v.object({
    type: v.literal('welcome'),
    id,
    version: v.number(),
    name,
    token: shown,
    rules: rulesSchema,
    /** All items in their order; in a `secret` game those up to now. */
    items: v.array(shown),
    state: stateSchema,
  }),
  v.object({
    type: v.literal('watching'),
    id,
    version: v.number(),
    rules: rulesSchema,
    items: v.array(shown),
    bidders: v.array(name),
    /** The current round, or the one that will begin the game. All news so far follows. */
    round: whole,
    /** Who has answered in it. */
    answered: v.array(name),
  }),
  v.object({
    type: v.literal('accepted'),
    id,
    round: whole,
    amount: v.nullable(whole),
  }),
  v.object({ type: v.literal('refused'), id, code: shown, reason: shown }),
  /** Over UDP: ask again with the cookie, so that your address is known to be yours. */
  v.object({ type: v.literal('prove'), id, cookie: shown }),
  v.object({ type: v.literal('news'), id, news: v.array(newsSchema) }),
]);

const noteSchema = v.variant('type', [
  v.object({ type: v.literal('seated'), name }),
  v.object({ type: v.literal('freed'), name }),
  v.object({ type: v.literal('answered'), round: whole, name }),
]);

export type News = v.InferOutput<typeof newsSchema>;
/** What only watchers are told. */
export type Note = v.InferOutput<typeof noteSchema>;
export type Answer = v.InferOutput<typeof answerSchema>;
export type Welcome = Extract<Answer, { type: 'welcome' }>;
export type Watching = Extract<Answer, { type: 'watching' }>;
export type Accepted = Extract<Answer, { type: 'accepted' }>;
export type Refused = Extract<Answer, { type: 'refused' }>;

/** Why a request was refused: by the rules, or before they were asked. */
export type WireRefusalCode =
  | RefusalCode
  | 'bad-message'
  | 'too-long'
  | 'wrong-version'
  | 'wrong-code'
  | 'wrong-token'
  | 'wrong-name'
  | 'not-seated'
  | 'seat-taken-over'
  | 'too-slow'
  | 'too-big';

const toldSchema = v.variant('type', [answerSchema, newsSchema, noteSchema]);

/** Anything that an auctioneer says: an answer, news, or a note to watchers. */
export type Told = v.InferOutput<typeof toldSchema>;

/** Returns what an auctioneer said, or throws an error that says what is wrong with it. */
export function parseTold(value: unknown): Told {
  return parse(toldSchema, value);
}

function parse<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  const [issue] = issues;
  const where = v.getDotPath(issue);
  throw new Error(where === null ? issue.message : `${where}: ${issue.message}`);
}
