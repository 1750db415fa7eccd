/** The ports that programs here use unless told otherwise. */

/** The port of the lecture's server, and of the lessons. */
export const LECTURE_PORT = 12_000;
/** The auctioneer's port, as in the lab, for TCP, UDP and ZeroMQ. */
export const AUCTION_PORT = 50_018;
/** The port of the auction's scores, for ZeroMQ's subscribers. */
export const SCORES_PORT = 50_019;
/** The port of the page that shows an auction. */
export const BOARD_PORT = 50_020;
