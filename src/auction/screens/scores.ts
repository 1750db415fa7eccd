/** The scoreboard on a terminal: `socketlab auction watch`. */
import { formatAddress, LOOPBACK } from '../../common/index.ts';
import { jsonLine, type Output, Screen } from '../../common/terminal/index.ts';
import { followScores } from '../bidder/follow-scores.ts';
import type { Score } from '../messages/scores.ts';
import { howToWin, itemNumber, list } from './game-words.ts';
import { standingsTable } from './standings.ts';

export interface ShowScoresOptions {
  /** Where the scores are published. */
  host?: string | undefined;
  port: number;
  /** Each message as a line of JSON instead of a screen. */
  json?: boolean | undefined;
  signal: AbortSignal;
}

/** True when the game was followed to its end. */
export async function showScores(
  { host = LOOPBACK.IPv4, port, json, signal }: ShowScoresOptions,
  output: Output,
): Promise<boolean> {
  const endpoint = `tcp://${formatAddress({ host, port })}`;
  const screen = new Screen(output);
  let heard: boolean | undefined;
  return followScores({
    endpoint,
    signal,
    onHearing: (hears) => {
      if (hears === heard || json === true) return;
      heard = hears;
      screen.print(
        hears
          ? `The scores of ${endpoint} (Ctrl-C ends it)`
          : `Nobody is publishing at ${endpoint}; still trying`,
      );
    },
    onScore: (score) => {
      if (json === true) output.write(jsonLine(score));
      else screen.print(...scoreLines(score, screen));
    },
  });
}

/** A score as lines for people to read. */
function scoreLines(score: Score, { paint, width }: Screen): string[] {
  const { rules } = score;
  const { bold, dim, green } = paint;
  switch (score.type) {
    case 'seated':
      return [`${bold(score.name)} has joined`];
    case 'freed':
      return [`The seat of ${bold(score.name)} is free again`];
    case 'start':
      return [`The game begins: ${list(score.bidders)}. ${howToWin(rules)}`];
    case 'round':
      return ['', `${itemNumber(score.round, rules)}: ${bold(score.item)}`];
    case 'unsold':
      return [`  ${dim('not sold: nobody has bid')}`];
    case 'sold': {
      const { price, standings, winner } = score;
      return [
        `  sold to ${bold(winner)} for ${bold(String(price))}`,
        ...standingsTable(standings, { rules, paint, width }),
      ];
    }
    case 'over':
      return [
        '',
        score.winner === null
          ? 'The game is over, and nobody has won.'
          : green(`${bold(score.winner)} has won.`),
      ];
  }
}
