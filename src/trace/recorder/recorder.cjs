'use strict';
/**
 * What both kinds of socket need of the recorder: numbers, the journal, the call's line, and
 * the fields that many events share.
 */
const path = require('node:path');
const { CallSites } = require('./call-site.cjs');
const { bytesOf, payloadFields } = require('./payload.cjs');

/**
 * @typedef {object} Settings what the one who started the trace wants; SOCKETLAB_TRACE as JSON
 * @property {string} folder where the journals go
 * @property {string} zero when the trace began, in ns by `process.hrtime.bigint()`
 * @property {string} root the folder from which files are told
 * @property {'none' | 'text' | 'hex'} payload
 * @property {boolean} lines whether to look for the line of each call
 * @property {string} [role] the name of the process that was started with these settings
 * @property {number} [parent] the process that started it
 */

/** @typedef {{ host: string, port: number } | { path: string }} Address */

class Recorder {
  #sockets = 0;
  #payload;
  #sites;

  /**
   * @param {import('./journal.cjs').Journal} journal
   * @param {Settings} settings
   */
  constructor(journal, settings) {
    this.journal = journal;
    this.#payload = settings.payload;
    this.#sites = settings.lines ? new CallSites(settings.root) : undefined;
  }

  /** The number of a new socket. */
  number() {
    this.#sockets += 1;
    return this.#sockets;
  }

  /** The line of the call, as a field. @param {Function} below our topmost function */
  site(below) {
    return this.#sites === undefined ? '' : this.#sites.field(below);
  }

  /** Bytes, as fields. @param {Uint8Array} bytes */
  payload(bytes) {
    return payloadFields(bytes, this.#payload);
  }

  /** An error, as fields. @param {any} error */
  error(error) {
    const code = error?.code ?? error?.name;
    const named = typeof code === 'string' ? `,"code":${text(code)}` : '';
    return `${named},"message":${text(String(error?.message ?? error))}`;
  }
}

/** @param {string} value */
function text(value) {
  return JSON.stringify(value.slice(0, 1000));
}

/** As a value in JSON. @param {Address} address */
function addressJson(address) {
  return 'path' in address
    ? `{"path":${text(address.path)}}`
    : `{"host":${text(address.host)},"port":${address.port}}`;
}

/**
 * A path as every process of the machine would write it; names that are no files (pipes of
 * Windows, abstract ones of Linux) stay as they are.
 *
 * @param {string} name
 * @returns {Address}
 */
function pathAddress(name) {
  const isFile = !name.startsWith('\0') && process.platform !== 'win32';
  return { path: isFile ? path.resolve(name) : name };
}

module.exports = { addressJson, bytesOf, pathAddress, Recorder };
