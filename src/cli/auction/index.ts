/** `socketlab auction …`: the contest. */
import type { CommandModule } from 'yargs';
import { bidCommand } from './bid.ts';
import { boardCommand } from './board.ts';
import { serveCommand } from './serve.ts';

export const auctionCommand: CommandModule = {
  command: 'auction <command>',
  describe: 'the contest: serve, bid, board',
  builder: (yargs) =>
    yargs.command(serveCommand).command(bidCommand).command(boardCommand).demandCommand(),
  handler: () => {},
};
