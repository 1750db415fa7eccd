/** An auctioneer with its board and the page for phones, in the test's own process. */
import { onTestFinished } from 'vitest';
import type { Board, BoardOptions } from '../../src/auction/board/board.ts';
import { openBoard } from '../../src/auction/board/board-server.ts';
import { toBoardEvent } from '../../src/auction/game/public-events.ts';
import {
  type Auctioneer,
  type AuctioneerOptions,
  gameRules,
  openAuction,
} from '../../src/auction/index.ts';

export interface Hall {
  auctioneer: Auctioneer;
  board: Board;
  /** The page for phones. */
  page: string;
}

/** Open until the end of the test. */
export async function openHall(
  options: AuctioneerOptions = {},
  boardOptions: BoardOptions = {},
): Promise<Hall> {
  const auctioneer = await openAuction({ port: 0, ...options });
  onTestFinished(() => auctioneer.close());
  const board = await openBoard({
    pause: 1,
    join: { code: auctioneer.code },
    seats: (payload, from) => auctioneer.askFromPage(payload, from),
    ...boardOptions,
  });
  onTestFinished(() => board.close());
  const { auction } = auctioneer;
  board.begin({ rules: gameRules(auction.options), items: auction.items });
  for (const event of auctioneer.past) board.apply(toBoardEvent(event));
  auctioneer.watch((event) => {
    const told = toBoardEvent(event);
    auctioneer.afterwards(() => board.apply(told));
  });
  return { auctioneer, board, page: board.page! };
}
