'use strict';
/**
 * Records what is sent over connections: `node:net`, and with it http, tls and everything else
 * that uses a `net.Socket`.
 *
 *   program ── write, end ──► net.Socket ── _final, _destroy ──► the system
 *   program ◄─ data, read ─── net.Socket ◄──── push ──────────── the system
 *
 * Wraps the methods that bytes pass through, on the prototype. It adds no listener, so no stream
 * begins to flow, no count of listeners changes, and an unhandled error still ends the program.
 * Incoming data is recorded at `push`, where Node hands over what it took from the system,
 * however the program reads.
 *
 * Before a call only the time is taken; everything else waits until the bytes have been sent,
 * so that the peer does not wait for the recorder.
 *
 * Simplification: an HTTP/2 session reads below the stream, which is not recorded.
 *
 * Read next: datagrams.cjs.
 */
const { readSync } = require('node:fs');
const { Socket } = require('node:net');
const { FULL, TYPES, WAITS } = require('./layout.cjs');
const { bytesOf } = require('./payload.cjs');
const { symbolOf, wrap } = require('./wrap.cjs');

/** @typedef {import('./connection-book.cjs').Connection} Connection */

const READ = TYPES.indexOf('read');
const WRITE = TYPES.indexOf('write');
const ONE_BYTE = Buffer.alloc(1);

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {import('./connection-book.cjs').ConnectionBook} book
 */
function watchStreams(recorder, book) {
  const { log } = recorder;

  wrap(Socket.prototype, 'push', (original) => {
    /** @this {any} @param {any} chunk @param {any} encoding */
    return function push(chunk, encoding) {
      const connection = book.of(this);
      if (connection === undefined) return original.call(this, chunk, encoding);
      const t = log.now();
      if (chunk === null) noteEnd(this, connection, t);
      else if (chunk instanceof Uint8Array) noteRead(connection, t, chunk);
      try {
        return original.call(this, chunk, encoding);
      } finally {
        log.settle(t);
      }
    };
  });

  wrap(Socket.prototype, 'write', watchWrite);

  /** @param {Function} original */
  function watchWrite(original) {
    /** @this {any} @param {any} chunk @param {any} encoding @param {any} callback */
    return function write(chunk, encoding, callback) {
      const connection = book.of(this);
      if (connection === undefined || !isOpen(this)) {
        return original.call(this, chunk, encoding, callback);
      }
      const t = log.now();
      const offset = connection.written;
      const bytes = bytesOf(chunk, encoding);
      if (bytes !== undefined) connection.written += bytes.length;
      let result;
      try {
        result = original.call(this, chunk, encoding, callback);
        return result;
      } finally {
        if (result === undefined)
          connection.written = offset; // it threw
        else if (bytes !== undefined) {
          const flags = (result ? 0 : FULL) | waiting(this, connection);
          const at = recorder.at(write);
          log.bytes(WRITE, t, connection.id, bytes, offset, flags, at, 0, 0);
          log.settle(t);
        }
      }
    };
  }

  wrap(Socket.prototype, 'end', (original) => {
    /** @this {any} @param {any} chunk @param {any} encoding @param {any} callback */
    return function end(chunk, encoding, callback) {
      const connection = book.of(this);
      if (connection === undefined || !isOpen(this)) {
        return original.call(this, chunk, encoding, callback);
      }
      const t = log.now();
      connection.endSite = recorder.site(end); // for the half-close that follows
      const offset = connection.written;
      const bytes = bytesOf(chunk, encoding);
      if (bytes !== undefined) connection.written += bytes.length;
      try {
        return original.call(this, chunk, encoding, callback);
      } finally {
        if (bytes !== undefined) {
          const at = recorder.at(end);
          const flags = waiting(this, connection);
          log.bytes(WRITE, t, connection.id, bytes, offset, flags, at, 0, 0);
        }
        log.settle(t);
      }
    };
  });

  // Node calls this when the system has taken what it did not take at once.
  const afterWrite = symbolOf(Socket.prototype, 'kAfterAsyncWrite');
  if (afterWrite !== undefined) {
    wrap(Socket.prototype, afterWrite, (original) => {
      /** @this {any} @param {any} request */
      return function afterAsyncWrite(request) {
        const connection = book.of(this);
        if (connection?.waits) noteTaken(request.handle, connection);
        return original.call(this, request);
      };
    });
  }

  // What waited for the connection, or was corked, goes on here.
  wrap(Socket.prototype, '_writeGeneric', (original) => {
    /** @this {any} @param {any} a @param {any} b @param {any} c @param {any} d */
    return function _writeGeneric(a, b, c, d) {
      const result = original.call(this, a, b, c, d);
      const connection = book.of(this);
      if (connection?.waits && this._handle && !this.connecting) {
        noteTaken(this._handle, connection);
      }
      return result;
    };
  });

  wrap(Socket.prototype, '_final', (original) => {
    /** @this {any} @param {any} callback */
    return function _final(callback) {
      const connection = book.of(this);
      // Before it is connected, Node puts this off and calls it again.
      if (connection !== undefined && !this.pending) noteShutdown(connection);
      return original.call(this, callback);
    };
  });

  wrap(Socket.prototype, '_destroy', (original) => {
    /** @this {any} @param {any} error @param {any} callback */
    return function _destroy(error, callback) {
      const connection = book.of(this);
      if (connection !== undefined && !connection.closed) {
        const site = recorder.site(_destroy);
        book.setConnecting(connection, false);
        noteClose(connection, error, site, this.resetAndClosing === true);
      }
      return original.call(this, error, callback);
    };
  });

  /** @param {Connection} connection @param {number} t @param {Uint8Array} bytes */
  function noteRead(connection, t, bytes) {
    log.bytes(READ, t, connection.id, bytes, connection.read, 0, 0, 0, 0);
    connection.read += bytes.length;
  }

  /** @param {any} socket @param {Connection} connection @param {number} t */
  function noteEnd(socket, connection, t) {
    if (connection.ended) return;
    connection.ended = true;
    const reset = wasReset(socket) ? ',"reset":true' : '';
    const fields = `${connection.socket},"offset":${connection.read}${reset}`;
    log.note('end', t, fields);
    if (!socket.allowHalfOpen) watchLastWrites(socket);
  }

  /**
   * A socket whose peer has finished gets another `write` from Node, for itself alone, with an
   * error that explains more. What it still takes has to be seen as well.
   *
   * @param {any} socket
   */
  function watchLastWrites(socket) {
    if (Object.hasOwn(socket, 'write')) return;
    const { write: known } = socket;
    const common = { configurable: true, enumerable: true };
    Object.defineProperty(socket, 'write', {
      ...common,
      get: () => known,
      set: (write) => {
        const value = write === known ? write : watchWrite(write);
        Object.defineProperty(socket, 'write', { ...common, writable: true, value });
      },
    });
  }

  /** @param {any} handle @param {Connection} connection */
  function noteTaken({ bytesWritten, writeQueueSize }, connection) {
    const upTo = Math.min(connection.written, bytesWritten - writeQueueSize);
    if (upTo <= connection.taken) return;
    connection.taken = upTo;
    connection.waits = upTo < connection.written;
    const t = log.now();
    log.note('taken', t, `${connection.socket},"upTo":${upTo}`);
    log.settle(t);
  }

  /** @param {Connection} connection */
  function noteShutdown(connection) {
    if (connection.shut) return;
    connection.shut = true;
    const t = log.now();
    const fields = `${connection.endSite},"offset":${connection.written}`;
    log.note('shutdown', t, connection.socket + fields);
    log.settle(t);
  }

  /**
   * @param {Connection} connection
   * @param {any} error
   * @param {string} site
   * @param {boolean} reset
   */
  function noteClose(connection, error, site, reset) {
    connection.closed = true;
    const t = log.now();
    if (error) log.note('error', t, connection.socket + recorder.error(error));
    const fields = `${connection.socket}${site}${reset ? ',"reset":true' : ''}`;
    log.note('close', t, fields);
    log.settle(t);
  }
}

/**
 * Node reports a reset right behind data as an end (libuv does not read again). If the socket
 * still has its peer's address, it was an end. Otherwise the system knows, and says so once: a
 * program that writes after that may see EPIPE in place of ECONNRESET.
 *
 * @param {any} socket
 */
function wasReset({ _handle: handle, encrypted }) {
  if (encrypted || !handle || !(handle.fd >= 0)) return false; // TLS has an end of its own
  if (handle.getpeername?.({}) === 0) return false;
  try {
    readSync(handle.fd, ONE_BYTE);
  } catch (error) {
    return Object(error).code === 'ECONNRESET';
  }
  return false;
}

/** Did the system not take everything? @param {any} socket @param {Connection} connection */
function waiting({ writableLength }, connection) {
  if (writableLength === 0) return 0;
  connection.waits = true;
  return WAITS;
}

/** Does it still take what is written? @param {any} socket */
function isOpen({ destroyed, writableEnded }) {
  return !destroyed && !writableEnded;
}

module.exports = { watchStreams };
