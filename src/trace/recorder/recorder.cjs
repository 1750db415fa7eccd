'use strict';
/**
 * What the recorders of both kinds of socket share: numbers, the log, the line of a call, and the
 * fields that many events have.
 */
const { CallSites } = require('./call-site.cjs');
const { text } = require('./text.cjs');

/**
 * @typedef {object} Settings what the one who started the trace wants; SOCKETLAB_TRACE as JSON
 * @property {string} folder where the logs go
 * @property {string} zero when the trace began, in ns by `process.hrtime.bigint()`
 * @property {string} root the folder from which files are told
 * @property {'none' | 'text' | 'hex'} payload
 * @property {boolean} lines whether to look for the line of each call
 * @property {string} [role] the name of the process that was started with these settings
 * @property {number} [parent] the process that started it
 */

/** Of how many calls in a row the line is looked for, and how many more a microsecond. */
const MOST_LINES = 1000;
const LINES = 0.0002;

class Recorder {
  #sockets = 0;
  #budget = MOST_LINES;
  #asked = 0;
  #sites;

  /**
   * @param {import('./event-log.cjs').EventLog} log
   * @param {Settings} settings
   */
  constructor(log, settings) {
    this.log = log;
    this.#sites = settings.lines ? new CallSites(settings.root) : undefined;
  }

  /** The number of a new socket. */
  number() {
    this.#sockets += 1;
    return this.#sockets;
  }

  /** The line of the call, as a field. @param {Function} below our topmost function */
  site(below) {
    const json = this.#find(below);
    return json === '' ? '' : `,"at":${json}`;
  }

  /** The line of the call, as a number for `log.bytes`. @param {Function} below */
  at(below) {
    const json = this.#find(below);
    return json === '' ? 0 : this.log.define(json);
  }

  /**
   * Looking up the stack takes longer than sending a datagram. So for a program that sends
   * thousands a second, only some calls are recorded with their lines.
   *
   * @param {Function} below
   * @returns {string} empty, too, when there were too many calls
   */
  #find(below) {
    if (this.#sites === undefined) return '';
    const t = this.log.latest;
    this.#budget = Math.min(MOST_LINES, this.#budget + (t - this.#asked) * LINES);
    this.#asked = t;
    if (this.#budget < 1) return '';
    this.#budget -= 1;
    return this.#sites.find(below);
  }

  /** An error, as fields. @param {any} error */
  error(error) {
    const code = error?.code ?? error?.name;
    const named = typeof code === 'string' ? `,"code":${text(code)}` : '';
    // An AggregateError says nothing by itself: each address had a reason of its own.
    const all = Array.isArray(error?.errors) ? error.errors : [];
    const reasons = all.map((/** @type {any} */ one) => String(one?.message ?? one));
    const message = String(error?.message ?? error) || reasons.join('; ');
    return `${named},"message":${text(message)}`;
  }
}

module.exports = { Recorder };
