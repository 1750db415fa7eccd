/** `socketlab auction …`: the contest. */
import type { CommandModule } from 'yargs';
import { bidCommand } from './bid.ts';
import { boardCommand } from './board.ts';
import { newBotCommand } from './new-bot.ts';
import { serveCommand } from './serve.ts';
import { tournamentCommand } from './tournament.ts';

export const auctionCommand: CommandModule = {
  command: 'auction',
  describe: 'the contest: serve, bid, new-bot, board, tournament',
  builder: (yargs) =>
    yargs
      .command(serveCommand)
      .command(bidCommand)
      .command(newBotCommand)
      .command(boardCommand)
      .command(tournamentCommand)
      .demandCommand(
        1,
        'auction needs a command: serve, bid, new-bot, board or tournament',
      ),
  handler: () => {},
};
