/**
 * The seat at the table: asks the auctioneer, and keeps the token.
 *
 * A page is reloaded, put to sleep and closed whenever a phone sees fit. So the token stands
 * in the page's storage, and every request may be sent again: a second join of the same attempt
 * gets the same seat, a second bid that says the same counts once.
 */

const STORE = 'seat';
/** Milliseconds for an answer. */
const PATIENCE = 5000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 4000;

/**
 * @typedef {{ name: string, code: string, attempt: string, token?: string,
 *   bid?: { round: number, amount: number | null } }} Kept
 * @typedef {{ type: string, code?: string, reason?: string, token?: string, name?: string,
 *   phase?: string, round?: number, answered?: boolean, money?: number,
 *   owned?: Record<string, number>, amount?: number | null }} Answer
 */

/** The name of this page, so that another one of the same bidder may be closed. */
const PAGE = randomText();

/** In case the browser allows no storage: then a reload loses the seat. @type {Kept | undefined} */
let kept;

/** @returns {Kept | undefined} */
export function keptSeat() {
  if (kept) return kept;
  try {
    kept = JSON.parse(localStorage.getItem(STORE) ?? 'null') ?? undefined;
  } catch {
    // No storage, or not what we wrote.
  }
  return kept;
}

/** @param {Kept | undefined} seat */
export function keepSeat(seat) {
  kept = seat;
  try {
    if (seat) localStorage.setItem(STORE, JSON.stringify(seat));
    else localStorage.removeItem(STORE);
  } catch {
    // It is kept for as long as this page is.
  }
}

/**
 * Another page in this browser has joined, has bid or has left the table: this one is of the same
 * bidder.
 * @param {() => void} changed
 */
export function whenSeatChanges(changed) {
  addEventListener('storage', ({ key }) => {
    if (key !== STORE && key !== null) return;
    kept = undefined;
    changed();
  });
}

/** Hard to guess: whoever repeats it gets the seat. */
export const newAttempt = randomText;

function randomText() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Asks once. @throws when no answer comes
 * @param {object} message
 * @returns {Promise<Answer>}
 */
export async function ask(message) {
  const response = await fetch('seat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...message, page: PAGE }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 429) throw new Error(await response.text());
  if (!response.ok)
    return { type: 'refused', code: 'http', reason: await response.text() };
  return response.json();
}

/**
 * Asks again and again until an answer comes, or the question no longer matters.
 * @param {object} message
 * @param {{ matters: () => boolean, failed: (error: unknown) => void }} how
 * @returns {Promise<Answer | undefined>}
 */
export async function askUntilAnswered(message, { matters, failed }) {
  for (let delay = FIRST_DELAY; matters(); delay = Math.min(2 * delay, LONGEST_DELAY)) {
    try {
      return await ask(message);
    } catch (error) {
      failed(error);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, delay);
    });
  }
  return undefined;
}

/**
 * A last word, which the browser sends even if the page is being closed.
 * @param {string} token
 * @param {{ all?: boolean }} [whose] all: other pages of the same bidder leave, too
 */
export function sayGoodbye(token, { all = false } = {}) {
  const message = { type: 'leave', token, ...(!all && { page: PAGE }) };
  const body = new Blob([JSON.stringify(message)], { type: 'application/json' });
  navigator.sendBeacon('seat', body);
}
