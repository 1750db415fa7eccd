'use strict';
/**
 * The file to which a process appends its events, each as a record (layout.cjs).
 *
 * Events must not be lost when the process ends, and a signal or kill -9 runs no code of ours.
 * So an event is written at once as long as there are few. When there are many (more than two
 * hundred a second for a while), they are gathered: for 5 ms or 64 KiB or, if no further event
 * arrives to check the clock, for 50 ms. A kill can lose only that last batch.
 *
 * The timer is slow because a fast one is expensive: with a 1 ms timer pending, each turn of
 * the event loop took 5 µs longer, more than everything else that the recorder does.
 *
 * A stream would not do: it writes later, and keeps the program's event loop alive.
 * `writeSync` on a file does neither.
 */
const { closeSync, openSync, writeSync } = require('node:fs');
const { setTimeout } = require('node:timers');
const { xxh32 } = require('./digest.cjs');
const { HEAD, TYPES } = require('./layout.cjs');

/** Bytes that are gathered at most, and room for one record more. */
const BATCH = 65_536;
const LONGEST_EXTRA = 16_384;
/** How many events in a row are written at once, and how many more after each microsecond. */
const MOST_AT_ONCE = 64;
const AT_ONCE = 0.0002;
/** Otherwise they are gathered for this many microseconds. */
const GATHER = 5000;
/** When no more come, they are written after this many milliseconds. */
const SILENCE = 50;
/** How many texts are remembered as defined; after that they are defined anew. */
const MOST_TEXTS = 10_000;

const now = performance.now.bind(performance);

class EventLog {
  /** @type {string} */
  #file;
  /** @type {number | undefined} */
  #fd;
  #buffer = Buffer.alloc(BATCH + HEAD + LONGEST_EXTRA);
  #view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset);
  #length = 0;
  /** Added to this process's `performance.now()`: the trace's µs. */
  #offset;
  /** @type {Map<string, number>} */
  #texts = new Map();
  #defined = 0;
  #preview;
  /** @type {(() => object) | undefined} */
  #whoAmI;
  #began;
  #atOnce = MOST_AT_ONCE;
  /** The time of the last record. */
  latest = 0;
  #flushed = 0;
  #waiting = false;
  #ending = false;

  /**
   * @param {string} file
   * @param {object} options
   * @param {bigint} options.zero when the trace began, by `process.hrtime.bigint()`
   * @param {number} options.preview how many bytes of each payload to keep
   * @param {() => object} options.whoAmI asked before the first record, and not earlier: a
   *   worker thread does not know its program at once
   */
  constructor(file, { zero, preview, whoAmI }) {
    this.#file = file;
    this.#fd = openSync(file, 'a', 0o600);
    this.#whoAmI = whoAmI;
    this.#offset = offsetFrom(zero);
    this.#preview = preview;
    this.#began = { t: this.now(), wall: Date.now() };
  }

  /** Microseconds since the trace began. */
  now() {
    return this.timeOf(now());
  }

  /**
   * Of a reading of this process's `performance.now()`.
   *
   * @param {number} reading
   * @returns {number} microseconds since the trace began
   */
  timeOf(reading) {
    return reading * 1000 + this.#offset;
  }

  /**
   * Writes an event down. After this and `bytes`, `settle` must follow, as soon as there is
   * time.
   *
   * @param {string} type
   * @param {number} t
   * @param {string} rest the other fields as JSON, each with a comma before it
   */
  note(type, t, rest) {
    this.#text('json', t, `{"type":"${type}"${rest}}`);
  }

  /**
   * Writes down that bytes went by. All arguments in a row, because an object for some of
   * them takes time.
   *
   * @param {number} type of TYPES
   * @param {number} t
   * @param {number} socket
   * @param {Uint8Array} bytes
   * @param {number} offset
   * @param {number} flags
   * @param {number} at
   * @param {number} address
   * @param {number} error
   */
  bytes(type, t, socket, bytes, offset, flags, at, address, error) {
    const { length } = bytes;
    const extra = Math.min(length, this.#preview);
    const start = this.#head(type, t, extra);
    const view = this.#view;
    view.setUint8(start + 1, flags);
    view.setUint32(start + 4, socket, true);
    view.setFloat64(start + 16, offset, true);
    view.setUint32(start + 24, length, true);
    view.setUint32(start + 28, xxh32(bytes), true);
    view.setUint32(start + 32, at, true);
    view.setUint32(start + 36, address, true);
    view.setUint32(start + 40, error, true);
    const buffer = this.#buffer;
    for (let index = 0; index < extra; index += 1) {
      buffer[start + HEAD + index] = /** @type {number} */ (bytes[index]);
    }
  }

  /**
   * A number for a text that many events have in common.
   *
   * @param {string} json
   * @returns {number} 1 or more
   */
  define(json) {
    const known = this.#texts.get(json);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    this.#defined += 1;
    this.#texts.set(json, this.#defined);
    const start = this.#text('define', 0, json);
    this.#view.setUint32(start + 44, this.#defined, true);
    return this.#defined;
  }

  /**
   * Lets what was noted go to the file, now or soon.
   *
   * @param {number} [t] the time, or that of the event, to save a look at the clock
   */
  settle(t = this.now()) {
    const since = t - this.#flushed;
    if (this.#atOnce < 1 && since < GATHER && !this.#ending) {
      if (this.#waiting) return;
      this.#waiting = true;
      setTimeout(this.#later, SILENCE).unref();
      return;
    }
    const left = Math.max(0, this.#atOnce - 1);
    this.#atOnce = Math.min(MOST_AT_ONCE, left + since * AT_ONCE);
    this.#flushed = t;
    this.flush();
  }

  flush() {
    if (this.#length === 0) return;
    const length = this.#length;
    this.#length = 0;
    try {
      for (let written = 0; written < length && this.#fd !== undefined;) {
        written += writeSync(this.#fd, this.#buffer, written, length - written);
      }
    } catch (error) {
      this.#fd = undefined;
      const { message } = /** @type {Error} */ (error);
      complain(`the trace ends here: ${message}`);
      markLost(this.#file);
    }
  }

  /** From now on nothing can be put off. */
  end() {
    this.#ending = true;
    this.#waiting = false;
    this.flush();
  }

  /** For callers that carry on without it. */
  close() {
    this.end();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #later = () => {
    this.#waiting = false;
    this.#flushed = this.now();
    this.flush();
  };

  /**
   * @param {'process' | 'define' | 'json'} type
   * @param {number} t
   * @param {string} json
   * @returns {number} where the record begins
   */
  #text(type, t, json) {
    const bytes = Buffer.from(json).subarray(0, LONGEST_EXTRA);
    const start = this.#head(TYPES.indexOf(type), t, bytes.length);
    bytes.copy(this.#buffer, start + HEAD);
    return start;
  }

  /** @param {() => object} whoAmI */
  #begin(whoAmI) {
    this.#whoAmI = undefined;
    const { t, wall } = this.#began;
    this.#text('process', t, JSON.stringify({ wall, ...whoAmI() }));
  }

  /** @param {number} type @param {number} t @param {number} extra @returns {number} */
  #head(type, t, extra) {
    if (this.#whoAmI !== undefined) this.#begin(this.#whoAmI);
    if (this.#length > BATCH) this.flush();
    const start = this.#length;
    const view = this.#view;
    if (t > this.latest) this.latest = t;
    this.#length = start + HEAD + extra;
    view.setUint16(start, type, true);
    view.setUint16(start + 2, extra, true);
    view.setFloat64(start + 8, t, true);
    return start;
  }
}

/**
 * From this process's `performance.now()` to the trace's µs. A busy machine may do something
 * else for milliseconds between two looks at the clock, so the quickest of a few tries counts.
 *
 * @param {bigint} zero when the trace began
 */
function offsetFrom(zero) {
  let [quickest, offset] = [Infinity, 0];
  for (let tries = 0; tries < 5; tries += 1) {
    const before = process.hrtime.bigint();
    const here = now() * 1000;
    const took = Number(process.hrtime.bigint() - before) / 1000;
    if (took >= quickest) continue;
    quickest = took;
    offset = Number(before - zero) / 1000 + took / 2 - here;
  }
  return offset;
}

/** One line on stderr, past whatever the program does with its own. @param {string} text */
function complain(text) {
  try {
    writeSync(2, `socketlab: ${text}\n`);
  } catch {
    // stderr is gone too: there is nowhere to report this.
  }
}

/**
 * Tells the reader of the log that there was more. An empty file needs no room on a full disk.
 *
 * @param {string} file
 */
function markLost(file) {
  try {
    closeSync(openSync(`${file}.lost`, 'a', 0o600));
  } catch {
    // Already reported on stderr.
  }
}

module.exports = { complain, EventLog };
