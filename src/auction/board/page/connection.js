/**
 * Follows the board's server for as long as the page is open.
 *
 * An EventSource reconnects by itself only in some cases: after an answer such as 503 it gives up
 * for good, and when the network vanishes silently it waits for ever. So after any error, or three
 * beats without a sign of life, this opens a new one. Each begins with the whole state, so there is
 * nothing to catch up on.
 */

/** @import { BoardSnapshot } from '../snapshot.ts' */

const FIRST_DELAY = 500;
const LONGEST_DELAY = 5000;
/** Milliseconds of silence to allow before the server has said how often it beats. */
const PATIENCE = 15_000;
const BEATS_MISSED = 3;

/**
 * @param {string} url
 * @param {{ state(snapshot: BoardSnapshot): void, lost(): void }} told
 */
export function follow(url, told) {
  let delay = FIRST_DELAY;
  let patience = PATIENCE;
  /** @type {number | undefined} */
  let silence;

  function open() {
    const source = new EventSource(url);

    function giveUp() {
      source.close();
      clearTimeout(silence);
      told.lost();
      // Not all pages of a classroom at the same moment.
      setTimeout(open, delay * (0.75 + Math.random() / 2));
      delay = Math.min(delay * 1.5, LONGEST_DELAY);
    }
    function hear() {
      clearTimeout(silence);
      silence = setTimeout(giveUp, patience);
    }

    source.addEventListener('message', ({ data }) => {
      hear();
      delay = FIRST_DELAY;
      told.state(JSON.parse(data));
    });
    source.addEventListener('beat', ({ data }) => {
      patience = BEATS_MISSED * Number(data);
      hear();
    });
    source.addEventListener('error', giveUp);
    hear();
  }
  open();
}
