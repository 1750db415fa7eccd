/** The scoreboard on a terminal: `socketlab auction watch`. */
import { formatAddress, LOOPBACK } from '../../common/index.ts';
import { type Output, Screen } from '../../common/terminal/index.ts';
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
          : `Nobody publishes at ${endpoint}; listening on`,
      );
    },
    onScore: (score) => {
      if (json === true) output.write(`${JSON.stringify(score)}\n`);
      else screen.print(...scoreLines(score, screen));
    },
  });
}

/** What a score says to people. Names come from the wire, and go to a terminal. */
function scoreLines(score: Score, { paint, width }: Screen): string[] {
  const { rules } = score;
  const { bold, dim, green } = paint;
  switch (score.type) {
    case 'seated':
      return [`${bold(shown(score.name))} has joined`];
    case 'start':
      return [`The game begins: ${list(score.bidders.map(shown))}. ${howToWin(rules)}`];
    case 'round':
      return ['', `${itemNumber(score.round, rules)}: ${bold(shown(score.item))}`];
    case 'unsold':
      return [`  ${dim('not sold: nobody has bid')}`];
    case 'sold': {
      const { price, standings, winner } = score;
      const safe = standings.map(({ name, money, owned }) => {
        return { name: shown(name), money, owned };
      });
      const kinds = rules.kinds.map(shown);
      return [
        `  sold to ${bold(shown(winner))} for ${bold(String(price))}`,
        ...standingsTable(safe, { rules: { ...rules, kinds }, paint, width }),
      ];
    }
    case 'over':
      return [
        '',
        score.winner === null
          ? 'The game is over, and nobody has won.'
          : green(`${bold(shown(score.winner))} has won.`),
      ];
  }
}

/** Without what plays tricks on a terminal. */
function shown(text: string): string {
  return text.slice(0, 40).replaceAll(/\p{C}/gu, '?');
}
