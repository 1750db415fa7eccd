/** What a board can be told, and how one is opened. Types only. */
import type { Notice } from '../game/notices.ts';
import type { BoardEvent } from '../game/public-events.ts';
import type { BoardGame } from './board-state.ts';
import type { AskForSeat } from './seat-requests.ts';

export interface BoardOptions {
  /** This machine only unless given; `0.0.0.0` for the class. */
  host?: string | undefined;
  /** 0, the default, for any that is free. */
  port?: number | undefined;
  /** Closes the board. */
  signal?: AbortSignal | undefined;
  /** How to join the game: shown large until it has begun. */
  join?:
    | {
        where?: string | undefined;
        code?: string | undefined;
        /** What to type to join with a program. */
        command?: string | undefined;
      }
    | undefined;
  /** Lets people play on a page of this server. */
  seats?: AskForSeat | undefined;
  /** Where others reach this server, if `host` is every address of this machine. */
  reachableAt?: string | undefined;
  /**
   * When the current round ends, by `performance.now()`; undefined for never. A board that is
   * not told counts the seconds itself, from when it heard of the round.
   */
  deadline?: (() => number | undefined) | undefined;
  /** Pages at the same time; 2,000 unless given, or as many as `files` allows. */
  mostReaders?: number | undefined;
  /** How many connections it may have; all that this process may have unless given. */
  files?: number | undefined;
  /** Milliseconds between signs of life on a page's stream; 5000 unless given. */
  beat?: number | undefined;
  /** Milliseconds between two updates of a page, at least; 100 unless given. */
  pause?: number | undefined;
  /** Milliseconds that a request or an idle connection may take; 10,000 unless given. */
  patience?: number | undefined;
}

export interface Board {
  /** The address to open on this machine. */
  readonly url: string;
  /** The page for phones, as others reach it; undefined where there is none. */
  readonly page: string | undefined;
  /** Where it listens. */
  readonly address: { host: string; port: number };
  /**
   * Begins with an empty table, and begins again when the auctioneer is back and tells
   * everything from the start.
   * @throws {MisuseError} ERR_BAD_ARGUMENT for an item of an unknown kind
   */
  begin(game: BoardGame): void;
  /**
   * @throws {MisuseError} ERR_BAD_ARGUMENT for an event that cannot happen in this game, and
   *   before `begin`
   */
  apply(event: BoardEvent): void;
  /** Adds what the lecturer should know beside the game. */
  note(notice: Notice): void;
  /** Marks a bidder who is away, or is back. */
  present(name: string, isHere: boolean): void;
  /** Tells the pages whether there is contact with the auctioneer; they keep what they show. */
  hears(auctioneer: boolean): void;
  /** Calls `listener` when a page is turned away for the first time. */
  onFull(listener: (notice: Notice) => void): void;
  /** Ends all streams and gives the port back. */
  close(): Promise<void>;
}
