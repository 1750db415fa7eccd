/** Options of every command that joins an auction. */
import { AUCTION_PORT } from '../../common/index.ts';
import { count, port, text } from '../line/options.ts';

export const AUCTIONEER = text('the host where the auctioneer is', '127.0.0.1');
export const AUCTIONEERS_PORT = port(
  1,
  "the auctioneer's port, 1 to 65535",
  AUCTION_PORT,
);
export const WATCHERS = count(1, 'how many pages may follow the board at once', '2000');
export const JOIN_CODE = text('the join code, if the auctioneer asks for one', 'none');
