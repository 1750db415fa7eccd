'use strict';
/**
 * Finds the line of the program that made a call: the first frame on the stack that is neither
 * Node's, nor in node_modules, nor this toolkit's.
 *
 * Taking a stack costs microseconds, most of them for its frames. So take one frame first: it
 * is enough if the program called `write` itself. Take the others only if that frame is not the
 * program's. The result for each place in a file (its line in the TypeScript source, its path
 * as the trace writes it) is cached.
 *
 * Source: https://v8.dev/docs/stack-trace-api
 */
const { findSourceMap } = require('node:module');
const path = require('node:path');
const { fileURLToPath } = require('node:url');

/** How far up the stack the program may be. */
const DEPTH = 24;
/** How many places are remembered; a program that has more makes them up as it goes. */
const MOST_PLACES = 10_000;

/** The rooms of this toolkit: `src/`, where a checkout has it or where it was compiled to. */
const TOOLKIT = path.resolve(__dirname, '../..') + path.sep;
const NOT_OURS = /[\\/]node_modules[\\/]/;
/** What this recorder does is nobody's call: Node listens in a cluster by itself. */
const RECORDER = __dirname + path.sep;

/**
 * @typedef {object} Place
 * @property {string} json the value of `at`; empty for what is nobody's
 * @property {0 | 1 | 2} rank 2: the program; 1: the toolkit; 0: Node, node_modules
 */

/** @type {Place} */
const NOWHERE = { json: '', rank: 0 };

class CallSites {
  #root;
  /** By file and position. @type {Map<string, Map<number, Place>>} */
  #files = new Map();
  #count = 0;

  /** @param {string} root the folder from which paths are told */
  constructor(root) {
    this.#root = root;
  }

  /**
   * @param {Function} below the topmost function on the stack that is ours
   * @returns {string} the line of the call, `{"file","line"}`; empty when there is none
   */
  find(below) {
    const [nearest] = stackAbove(below, 1);
    if (nearest === undefined) return '';
    const place = this.#placeOf(nearest);
    if (place.rank === 2) return place.json;
    let best = place;
    for (const frame of stackAbove(below, DEPTH)) {
      const next = this.#placeOf(frame);
      if (next.rank === 2) return next.json;
      if (next.rank > best.rank) best = next;
    }
    return best.json;
  }

  /** @param {NodeJS.CallSite} frame @returns {Place} */
  #placeOf(frame) {
    const file = frame.getFileName();
    if (typeof file !== 'string' || file.startsWith('node:')) return NOWHERE;
    let places = this.#files.get(file);
    if (places === undefined) {
      places = new Map();
      this.#files.set(file, places);
    }
    const position = frame.getPosition();
    const known = places.get(position);
    if (known !== undefined) return known;
    const place = this.#read(file, frame);
    places.set(position, place);
    this.#count += 1;
    if (this.#count > MOST_PLACES) this.#forget();
    return place;
  }

  #forget() {
    this.#files.clear();
    this.#count = 0;
  }

  /** @param {string} file @param {NodeJS.CallSite} frame @returns {Place} */
  #read(file, frame) {
    const ran = pathOf(file);
    if (NOT_OURS.test(ran) || ran.startsWith(RECORDER)) return NOWHERE;
    const source = original(file, ran, frame);
    const told = path.isAbsolute(source.file)
      ? path.relative(this.#root, source.file)
      : source.file;
    const inside = told !== '' && !told.startsWith('..') && !path.isAbsolute(told);
    const name = (inside ? told : source.file).replaceAll(path.sep, '/');
    const json = JSON.stringify({ file: name, line: source.line });
    return { json, rank: ran.startsWith(TOOLKIT) ? 1 : 2 };
  }
}

/**
 * @param {Function} below
 * @param {number} limit
 * @returns {NodeJS.CallSite[]}
 */
function stackAbove(below, limit) {
  /** @type {{ stack?: any }} */
  const holder = {};
  try {
    const { stackTraceLimit: limitBefore } = Error;
    const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')?.value;
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = asItIs;
    Error.captureStackTrace(holder, below);
    const { stack } = holder;
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = limitBefore;
    return Array.isArray(stack) ? stack : [];
  } catch {
    return []; // a program that has frozen Error
  }
}

/** @type {typeof Error.prepareStackTrace} */
const asItIs = (_, frames) => frames;

/** @param {string} file a path, or a URL with whatever a loader appended to it */
function pathOf(file) {
  if (!file.startsWith('file:')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}

/**
 * Where the frame's line came from, if there is a source map.
 *
 * @param {string} file
 * @param {string} ran the same as a path
 * @param {NodeJS.CallSite} frame
 */
function original(file, ran, frame) {
  const line = frame.getLineNumber() ?? 0;
  try {
    const column = frame.getColumnNumber() ?? 1;
    const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
    if (entry && 'originalSource' in entry) {
      const { originalSource, originalLine } = entry;
      const source = path.resolve(ran, '..', pathOf(originalSource));
      return { file: source, line: originalLine + 1 };
    }
  } catch {
    // A map that is none: the line as it runs must do.
  }
  return { file: ran, line };
}

module.exports = { CallSites };
