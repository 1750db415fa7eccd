/** `socketlab auction …`: the contest. */
import type { CommandModule } from 'yargs';
import { bidCommand } from './bid.ts';
import { boardCommand } from './board.ts';
import { newBotCommand } from './new-bot.ts';
import { serveCommand } from './serve.ts';
import { tournamentCommand } from './tournament.ts';
import { watchCommand } from './watch.ts';

export const auctionCommand: CommandModule = {
  command: 'auction',
  describe: 'the contest: serve, bid, new-bot, board, watch, tournament',
  builder: (yargs) =>
    yargs
      .command(serveCommand)
      .command(bidCommand)
      .command(newBotCommand)
      .command(boardCommand)
      .command(watchCommand)
      .command(tournamentCommand)
      .demandCommand(
        1,
        'auction needs a command: serve, bid, new-bot, board, watch or tournament',
      ),
  handler: () => {},
};
