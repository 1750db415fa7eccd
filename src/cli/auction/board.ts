/** `socketlab auction board`: the page for the projector, for an auctioneer elsewhere. */
import { AUCTION_PORT } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { type Command, portOption } from '../line/options.ts';
import { AUCTIONEER, JOIN_CODE } from './common-options.ts';

interface BoardArguments {
  host: string | undefined;
  port: number | undefined;
  code: string | undefined;
  'board-host': string | undefined;
  'board-port': number | undefined;
}

export const boardCommand: Command<BoardArguments> = {
  builder: (yargs) =>
    yargs
      .option('host', { ...AUCTIONEER })
      .option('port', {
        type: 'string',
        coerce: portOption(1),
        defaultDescription: String(AUCTION_PORT),
        describe: "the auctioneer's port, 1 to 65535",
      })
      .option('code', { ...JOIN_CODE })
      .option('board-host', {
        type: 'string',
        requiresArg: true,
        defaultDescription: '127.0.0.1',
        describe: 'where to serve the page; 0.0.0.0 for everybody',
      })
      .option('board-port', {
        type: 'string',
        coerce: portOption(0),
        defaultDescription: 'a free one',
        describe: 'the port of the page, 0 to 65535',
      })
      .example('$0 auction board', 'for the auctioneer on this machine')
      .example('$0 auction board --host 192.168.1.5 --code K7RTQX', 'for another one'),
  handler: async (given) => {
    const { code, host, port = AUCTION_PORT } = given;
    const { showBoard } = await import('../../auction/index.ts');
    const { ownTerminal } = await import('../../common/terminal/index.ts');
    await showBoard(
      {
        host,
        port,
        code,
        boardHost: given['board-host'],
        boardPort: given['board-port'],
        signal: onInterrupt({ server: true }),
      },
      ownTerminal(),
    );
  },
};
