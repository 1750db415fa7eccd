/** `socketlab auction board`: the page for the projector, for an auctioneer elsewhere. */
import { AUCTION_PORT } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { command, port, text } from '../line/options.ts';
import { commandLine } from '../line/program-name.ts';
import { AUCTIONEER, AUCTIONEERS_PORT, JOIN_CODE, WATCHERS } from './common-options.ts';

export const boardCommand = command({
  builder: (yargs) =>
    yargs
      .options({
        host: AUCTIONEER,
        port: AUCTIONEERS_PORT,
        code: JOIN_CODE,
        'board-host': text('where to serve the page; 0.0.0.0 for everybody', '127.0.0.1'),
        watchers: WATCHERS,
        'board-port': port(0, 'the port of the page, 0 to 65535', 'a free one'),
      })
      .example('$0 auction board', 'for the auctioneer on this machine')
      .example('$0 auction board --host 192.168.1.5 --code K7RTQX', 'for another one'),
  handler: async (given) => {
    const { code, host, port: at = AUCTION_PORT, watchers } = given;
    const { showBoard } = await import('../../auction/index.ts');
    const { ownTerminal } = await import('../../common/terminal/index.ts');
    await showBoard(
      {
        host,
        port: at,
        code,
        boardHost: given['board-host'],
        boardPort: given['board-port'],
        watchers,
        bidCommand: commandLine('auction bid'),
        signal: onInterrupt({ server: true }),
      },
      ownTerminal(),
    );
  },
});
