/** What people are told about a game, in whole sentences. Pure. */
import type { GameRules } from '../game/ledger.ts';

export function howToWin({ win, countToWin, price }: GameRules): string {
  const pays =
    price === 'first'
      ? 'The highest bidder wins and pays their bid'
      : 'The highest bidder wins and pays the second-highest bid';
  const wins =
    win === 'first-to'
      ? `The first to own ${countToWin} of a kind wins the game`
      : 'The most valuable collection after the last item wins the game';
  return `${wins}. ${pays}.`;
}

/** "item 3 of 200": people count from 1. */
export function itemNumber(round: number, { items }: GameRules): string {
  return `item ${round + 1} of ${items}`;
}

/** `ann, bob and 3 more`. */
export function list(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
