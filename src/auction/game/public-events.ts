/**
 * The events that a board learns. Pure.
 *
 * Everything that is told to everybody, and who has answered. How they answered is sealed: not
 * even whether it was a bid or a pass comes this far, so nothing behind it can reveal it.
 */
import type { AuctionEvent } from './events.ts';
import type { PublicEvent } from './ledger.ts';

export type BoardEvent = PublicEvent | { type: 'answered'; round: number; name: string };

/**
 * An event without what is sealed. Each type lists the fields that may be known: a new type
 * does not compile until somebody has decided what they are.
 */
export function toBoardEvent(event: AuctionEvent): BoardEvent {
  const { type } = event;
  switch (type) {
    case 'bid':
    case 'passed':
      return { type: 'answered', round: event.round, name: event.name };
    case 'joined':
    case 'freed':
      return { type, name: event.name };
    case 'started':
      return { type };
    case 'opened':
    case 'unsold':
      return { type, round: event.round, item: event.item };
    case 'sold': {
      const { round, item, name, price } = event;
      return { type, round, item, name, price };
    }
    case 'over':
      return { type, winner: event.winner };
  }
}
