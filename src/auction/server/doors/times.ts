/** How long the doors wait for silent peers, in milliseconds. */
export interface DoorTimes {
  /** For the first message of a TCP connection, and for the rest of one that has begun. */
  speak: number;
  /** After this long a silence a bidder over UDP counts as gone. */
  silence: number;
}

export const DOOR_TIMES: DoorTimes = { speak: 10_000, silence: 5000 };
