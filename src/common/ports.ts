/** The ports that programs here use unless told otherwise. */

/** Of the lecture's server, and of the lessons. */
export const LECTURE_PORT = 12_000;
/** Of the auctioneer: the lab's own number, for TCP, UDP and ZeroMQ. */
export const AUCTION_PORT = 50_018;
/** Of the auction's scores, for ZeroMQ's subscribers. */
export const SCORES_PORT = 50_019;
/** Of the page that shows an auction. */
export const BOARD_PORT = 50_020;
