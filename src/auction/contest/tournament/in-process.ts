/**
 * Plays a game by the rules alone, without a socket. Bots that answer at once are not awaited, so
 * that thousands of games fit into a second.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BotDecision } from '../bots/bot.ts';
import type { GameResult, GameRunner } from './game.ts';
import { Match } from './match.ts';

/** After this many milliseconds without waiting, others get their turn: above all Ctrl-C. */
const LONGEST_TURN = 20;

export const inProcess: GameRunner = {
  name: 'in-process',
  play: (plan) => {
    const match = new Match(plan);
    const end = performance.now() + LONGEST_TURN;
    while (!match.over) {
      const asked = match.ask();
      if (!Array.isArray(asked) || performance.now() > end) return playOn(match, asked);
      match.answer(asked);
    }
    return match.result();
  },
};

/** The rest of a game in which a bot must be awaited, or that lasts long. */
async function playOn(
  match: Match,
  asked: BotDecision[] | Promise<BotDecision[]>,
): Promise<GameResult | undefined> {
  match.answer(await asked);
  let end = 0;
  while (!match.over) {
    if (performance.now() > end) {
      await nextTurn();
      end = performance.now() + LONGEST_TURN;
    }
    const decisions = await match.ask();
    if (match.stopped) return undefined;
    match.answer(decisions);
  }
  return match.stopped ? undefined : match.result();
}
