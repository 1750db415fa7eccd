/** `socketlab auction board`: the page for the projector, for an auctioneer elsewhere. */
import type { CommandModule } from 'yargs';
import { AUCTION_PORT, showBoard } from '../../auction/index.ts';
import { ownTerminal } from '../../lessons/index.ts';
import { onInterrupt } from '../interrupt.ts';
import { portOption } from '../options.ts';

interface BoardArguments {
  host: string | undefined;
  port: number | undefined;
  code: string | undefined;
  'board-host': string | undefined;
  'board-port': number | undefined;
}

export const boardCommand: CommandModule<object, BoardArguments> = {
  command: 'board',
  describe: 'the page for the projector',
  builder: (yargs) =>
    yargs
      .option('host', { type: 'string', describe: 'where the auctioneer is' })
      .option('port', {
        type: 'string',
        coerce: portOption(1),
        describe: `the auctioneer's; ${AUCTION_PORT} unless given`,
      })
      .option('code', { type: 'string', describe: 'the join code, where there is one' })
      .option('board-host', {
        type: 'string',
        describe: 'who can see the page: this machine, or everybody with 0.0.0.0',
      })
      .option('board-port', {
        type: 'string',
        coerce: portOption(0),
        describe: 'for the page; a free one unless given',
      })
      .example('$0 auction board', 'for the auctioneer on this machine')
      .example('$0 auction board --host 192.168.1.5 --code K7RTQX', 'for another one'),
  handler: async (given) => {
    const { code, host, port = AUCTION_PORT } = given;
    await showBoard(
      {
        host,
        port,
        code,
        boardHost: given['board-host'],
        boardPort: given['board-port'],
        signal: onInterrupt(),
      },
      ownTerminal(),
    );
  },
};
