'use strict';
/**
 * The file that a process writes its events to: one line each, appended.
 *
 * Nothing may be lost when the process ends, and most ways to end run no code of ours: a
 * signal, kill -9. So an event is written at once, as long as there are few; when there are
 * many (more than about five in a millisecond) they are gathered, and written every
 * millisecond or 64 KiB. What a kill can cost is that last batch.
 *
 * A stream could not do this: it would write later, and be a socket-like thing of its own that
 * the program's event loop waits for. `writeSync` on a file is seen by nobody.
 */
const { openSync, writeSync } = require('node:fs');
const { setTimeout } = require('node:timers');

/** Characters that are gathered at most. */
const BATCH = 65_536;
/** How many events in a row are written at once, and how many more after each millisecond. */
const MOST_AT_ONCE = 20;
const AT_ONCE = 5;

const now = performance.now.bind(performance);

class Journal {
  /** @type {number | undefined} */
  #fd;
  #pending = '';
  #seq = 0;
  /** Added to this process's `performance.now()`: the trace's µs. */
  #offset;
  #atOnce = MOST_AT_ONCE;
  #flushed = 0;
  #waiting = false;
  #ending = false;

  /**
   * @param {string} file
   * @param {bigint} zero when the trace began, by `process.hrtime.bigint()`
   */
  constructor(file, zero) {
    this.#fd = openSync(file, 'a', 0o600);
    this.#offset = Number(process.hrtime.bigint() - zero) / 1000 - now() * 1000;
  }

  /** Microseconds since the trace began. */
  now() {
    return now() * 1000 + this.#offset;
  }

  /**
   * Writes an event down; `settle` must follow, as soon as there is time.
   *
   * @param {string} type
   * @param {number} t
   * @param {string} rest the other fields as JSON, each with a comma before it
   */
  note(type, t, rest) {
    if (this.#fd === undefined) return;
    this.#pending += `{"type":"${type}","seq":${this.#seq},"t":${Math.round(t * 10) / 10}${rest}}\n`;
    this.#seq += 1;
  }

  /** A line that is no event: it has no number. @param {object} line */
  line(line) {
    this.#pending += `${JSON.stringify(line)}\n`;
  }

  /** Lets what was noted go to the file, now or soon. */
  settle() {
    const t = now();
    if (this.#atOnce < MOST_AT_ONCE) {
      const more = Math.floor((t - this.#flushed) * AT_ONCE);
      this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce + more);
    }
    if (this.#atOnce > 0 || this.#ending || this.#pending.length > BATCH) {
      this.#atOnce -= 1;
      this.#flushed = t;
      this.flush();
    } else if (!this.#waiting) {
      this.#waiting = true;
      setTimeout(this.#later, 1).unref();
    }
  }

  flush() {
    if (this.#pending === '' || this.#fd === undefined) return;
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    try {
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.#fd, bytes, written);
      }
    } catch (error) {
      this.#fd = undefined;
      const { message } = /** @type {Error} */ (error);
      complain(`the trace ends here: ${message}`);
    }
  }

  /** From now on nothing can be put off. */
  end() {
    this.#ending = true;
    this.flush();
  }

  #later = () => {
    this.#waiting = false;
    this.#flushed = now();
    this.flush();
  };
}

/** One line on stderr, past whatever the program does with its own. @param {string} text */
function complain(text) {
  try {
    writeSync(2, `socketlab: ${text}\n`);
  } catch {
    // There is nobody to tell.
  }
}

module.exports = { complain, Journal };
