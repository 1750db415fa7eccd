/** `socketlab auction …`: the contest. */
import type { CommandModule } from 'yargs';
import { bidCommand } from './bid.ts';
import { boardCommand } from './board.ts';
import { serveCommand } from './serve.ts';

export const auctionCommand: CommandModule = {
  command: 'auction',
  describe: 'the contest: serve, bid, board',
  builder: (yargs) =>
    yargs
      .command(serveCommand)
      .command(bidCommand)
      .command(boardCommand)
      .demandCommand(1, 'auction needs a command: serve, bid or board'),
  handler: () => {},
};
