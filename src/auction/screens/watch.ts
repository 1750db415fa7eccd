/** `socketlab auction board`: a board for an auctioneer in another process. */
import {
  explain,
  familyOf,
  formatAddress,
  inTermsOf,
  LOOPBACK,
} from '../../common/index.ts';
import { type Output, Screen } from '../../common/terminal/index.ts';
import { watchAuction } from '../bidder/watch.ts';
import { openBoard } from '../board/index.ts';
import { noticeWords } from '../game/notices.ts';
import { bidLine } from './serve-words.ts';

export interface BoardAwayOptions {
  /** Where the auctioneer is. */
  host?: string | undefined;
  port: number;
  code?: string | undefined;
  /** Where the board listens. */
  boardHost?: string | undefined;
  boardPort?: number | undefined;
  /** Pages that may follow it at the same time; 2,000 unless given. */
  watchers?: number | undefined;
  /** The command that joins, as it is typed here. */
  bidCommand: string;
  signal: AbortSignal;
}

/**
 * Shows the board until the signal aborts; waits for an auctioneer that is not there yet.
 * @throws {PeerError} ERR_AUCTION_REFUSED when the join code is wrong
 */
export async function showBoard(
  options: BoardAwayOptions,
  output: Output,
): Promise<void> {
  const { bidCommand, boardHost, boardPort, code, port, signal, watchers } = options;
  const { host = LOOPBACK.IPv4 } = options;
  const screen = new Screen(output);
  const where = formatAddress({ host, port });
  const address = { family: familyOf(host) ?? 'IPv4', host, port } as const;
  const board = await openBoard({
    host: boardHost,
    port: boardPort,
    join: { where, code, command: bidLine({ address, code }, bidCommand) },
    mostReaders: watchers,
  }).catch(inTermsOf({ host: '--board-host', port: '--board-port' }));
  try {
    screen.print(`The board: ${screen.paint.bold(board.url)} (Ctrl-C ends it)`);
    board.onFull((notice) => screen.print(noticeWords(notice)));
    await watchAuction({
      host,
      port,
      code,
      signal,
      onBegin: (game) => board.begin(game),
      onEvent: (event) => board.apply(event),
      onHearing: (hears, error) => {
        board.hears(hears);
        screen.print(
          hears
            ? `Connected to the auctioneer at ${where}.`
            : `No auctioneer at ${where}; still trying: ${explain(error)}`,
        );
      },
    });
  } finally {
    await board.close();
  }
}
