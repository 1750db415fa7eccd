/**
 * Translates events into the messages of our own protocol, and back. Pure.
 *
 *   AuctionEvent ──toldOf──► news (numbered, for all) or a note (for watchers)
 *                            news ──publicEvents──► what a ledger learns of it
 *
 * No amount is revealed before its round is over: a note says only that somebody has answered.
 *
 * Read next: native-messages.ts.
 */
import type { AuctionEvent } from '../game/events.ts';
import type { PublicEvent } from '../game/ledger.ts';
import type { News, Note } from './native-messages.ts';

/**
 * @param seq the number that it has if it is news
 * @param bidders all who are seated
 */
export function toldOf(
  event: AuctionEvent,
  seq: number,
  bidders: Iterable<string>,
): News | Note {
  switch (event.type) {
    case 'joined':
      return { type: 'seated', name: event.name };
    case 'freed':
      return { type: 'freed', name: event.name };
    case 'started':
      return { type: 'start', seq, bidders: [...bidders] };
    case 'opened':
      return { type: 'round', seq, round: event.round, item: event.item };
    case 'bid':
    case 'passed':
      return { type: 'answered', round: event.round, name: event.name };
    case 'sold': {
      const { round, item, name, price } = event;
      return { type: 'sold', seq, round, item, winner: name, price };
    }
    case 'unsold':
      return { type: 'unsold', seq, round: event.round, item: event.item };
    case 'over':
      return { type: 'over', seq, winner: event.winner ?? null };
  }
}

/** News in the ledger's words. */
export function publicEvents(news: News): PublicEvent[] {
  switch (news.type) {
    case 'start':
      return [
        ...news.bidders.map((name) => ({ type: 'joined' as const, name })),
        { type: 'started' },
      ];
    case 'round':
      return [{ type: 'opened', round: news.round, item: news.item }];
    case 'sold': {
      const { round, item, winner, price } = news;
      return [{ type: 'sold', round, item, name: winner, price }];
    }
    case 'unsold':
      return [{ type: 'unsold', round: news.round, item: news.item }];
    case 'over':
      return [{ type: 'over', winner: news.winner ?? undefined }];
  }
}
