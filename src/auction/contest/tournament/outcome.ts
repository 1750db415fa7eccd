/** Reads the outcome of a game from its ledger. Pure. */
import type { Ledger } from '../../game/ledger.ts';
import { worth } from '../../game/sale.ts';
import type { GameFault, GameResult } from './game.ts';

export function outcome(ledger: Ledger, faults: readonly GameFault[]): GameResult {
  const { rules, standings, winner } = ledger;
  const seat = standings.findIndex(({ name }) => name === winner);
  return {
    winner: seat === -1 ? undefined : seat,
    rounds: ledger.round,
    seats: standings.map(({ money, owned }) => {
      let items = 0;
      for (const count of Object.values(owned)) items += count;
      return { money, items, value: worth(owned, rules) };
    }),
    faults,
  };
}
