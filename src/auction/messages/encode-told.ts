/**
 * What the auctioneer says, as JSON. Pure.
 *
 * A welcome has two long lists, the items and everybody's standings. They are the same for the
 * thousands who may join at the same time, so each list is written once.
 */
import { encodeJson } from '../../framing/index.ts';
import type { Told } from './native-messages.ts';

const written = new WeakMap<readonly unknown[], string>();

/** The lists of a welcome must not change afterwards. */
export function encodeTold(message: Told): Buffer {
  if (message.type !== 'welcome') return encodeJson(message);
  const { items, state, ...rest } = message;
  const { bidders, ...moment } = state;
  const withBidders = `${open(moment)},"bidders":${listJson(bidders)}}`;
  return Buffer.from(`${open(rest)},"items":${listJson(items)},"state":${withBidders}}`);
}

/** An object's JSON, to which more is added. */
function open(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}

function listJson(list: readonly unknown[]): string {
  const known = written.get(list);
  if (known !== undefined) return known;
  const json = JSON.stringify(list);
  written.set(list, json);
  return json;
}
