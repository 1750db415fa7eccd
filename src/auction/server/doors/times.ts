/** How long the doors wait, in milliseconds. */
export interface DoorTimes {
  /** For the first message of a TCP connection, and for the rest of one that has begun. */
  speak: number;
  /** After this long a silence a bidder over UDP counts as gone. */
  silence: number;
  /** The same for a page: a phone that sleeps says nothing. */
  pageSilence: number;
  /** Before the game begins, a bidder who has gone may come back to its seat for this long. */
  lobby: number;
  /** The same, after a crash of the auctioneer: they have to notice first. */
  lobbyAfterCrash: number;
  /** With a journal, what happens waits for the bids that are still missing in its round. */
  gather: number;
}

export const DOOR_TIMES: DoorTimes = {
  speak: 10_000,
  silence: 5000,
  pageSilence: 30_000,
  lobby: 5000,
  lobbyAfterCrash: 30_000,
  gather: 1,
};
