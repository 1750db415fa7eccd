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
 * Simplification: an HTTP/2 session reads below the stream, and a connection that is handed to
 * another process goes on there. Neither is followed, and the trace says so.
 *
 * Read next: datagrams.cjs.
 */
const { ChildProcess } = require('node:child_process');
const { readSync } = require('node:fs');
const { Socket } = require('node:net');
const { getSystemErrorName } = require('node:util');
const { addressJson, nameOf } = require('./addresses.cjs');
const { FULL, REFUSED, TYPES, WAITS } = require('./layout.cjs');
const { bytesOf } = require('./payload.cjs');
const { text } = require('./text.cjs');
const { symbolOf, wrap } = require('./wrap.cjs');

/** @typedef {import('./connection-book.cjs').Connection} Connection */

const READ = TYPES.indexOf('read');
const WRITE = TYPES.indexOf('write');
const ONE_BYTE = Buffer.alloc(1);
/** What a TLS record holds at most, and adds to it at most; the usual ones add 21 to 29. */
const LONGEST_RECORD = 16_384;
const MOST_FRAMING = 80;

/** @typedef {{ bytes: number, unsure: number }} Unsent bytes that never left; that may not have */

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {import('./connection-book.cjs').ConnectionBook} book
 * @returns what to do when the process ends
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
        if (connection) noteRefused(this, connection, [chunk, encoding], original, write);
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
        else if (bytes !== undefined && !isOfHttp(this, bytes)) {
          const flags = (result ? 0 : FULL) | waiting(this, connection, book);
          const at = recorder.at(write);
          const error = failureOf(this);
          log.bytes(WRITE, t, connection.id, bytes, offset, flags, at, 0, error);
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
        if (connection) noteRefused(this, connection, [chunk, encoding], original, end);
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
          const flags = waiting(this, connection, book);
          const error = failureOf(this);
          log.bytes(WRITE, t, connection.id, bytes, offset, flags, at, 0, error);
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
        if (connection?.waits) noteTaken(this, request.handle, connection);
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
        noteTaken(this, this._handle, connection, connection.corked);
        connection.corked = false;
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
        connection.closed = true;
        book.waiting.delete(this);
        const site = recorder.site(_destroy) + untold(this, connection);
        const unsent = unsentBy(this, connection, error);
        book.setConnecting(this, connection, false);
        if (this.resetAndClosing === true && this._handle) {
          watchReset(this._handle, connection, error, site, unsent);
        } else noteClose(connection, error, site, false, unsent);
      }
      return original.call(this, error, callback);
    };
  });

  /**
   * Behind an `end` that is on its way the system refuses to reset. Node says so with an error
   * and lets the connection be.
   *
   * @param {any} handle
   * @param {Connection} connection
   * @param {any} error
   * @param {string} site
   * @param {Unsent} unsent
   */
  function watchReset(handle, connection, error, site, unsent) {
    wrap(handle, 'reset', (original) => {
      /** @this {any} */
      return function reset() {
        const failed = Reflect.apply(original, this, arguments);
        if (failed < 0) {
          const code = getSystemErrorName(failed);
          noteError(connection, { code, message: `reset ${code}` });
        } else noteClose(connection, error, site, true, unsent);
        return failed;
      };
    });
  }

  /** @param {Connection} connection @param {number} t @param {Uint8Array} bytes */
  function noteRead(connection, t, bytes) {
    log.bytes(READ, t, connection.id, bytes, connection.read, 0, 0, 0, 0);
    connection.read += bytes.length;
  }

  /**
   * Node drops what is written to a socket that is closed, or has ended.
   *
   * @param {any} socket @param {Connection} connection
   * @param {[chunk: any, encoding: any]} what
   * @param {Function} original @param {Function} below
   */
  function noteRefused(socket, { id, written }, what, original, below) {
    const bytes = bytesOf(...what);
    if (bytes === undefined) return;
    const t = log.now();
    const why = log.define(text(whyRefused(socket, original)));
    log.bytes(WRITE, t, id, bytes, written, REFUSED, recorder.at(below), 0, why);
    log.settle(t);
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

  /**
   * @param {any} socket
   * @param {any} handle
   * @param {Connection} connection
   * @param {boolean} [quiet] whether it waited for the program alone
   */
  function noteTaken(socket, handle, connection, quiet = false) {
    const upTo = takenBy(handle, connection);
    if (upTo <= connection.taken) return;
    connection.taken = upTo;
    connection.waits = upTo < connection.written;
    if (!connection.waits) book.waiting.delete(socket);
    if (quiet && !connection.waits) return;
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
   * @param {Unsent} unsent
   */
  function noteClose(connection, error, site, reset, unsent) {
    const t = log.now();
    if (error) noteError(connection, error, t);
    const { bytes, unsure } = unsent;
    const maybe = unsure > 0 ? `,"unsure":${unsure}` : '';
    const rest = bytes > 0 ? `,"unsent":${bytes}${maybe}` : maybe;
    const fields = `${connection.socket}${site}${reset ? ',"reset":true' : ''}${rest}`;
    log.note('close', t, fields);
    log.settle(t);
  }

  /** @param {Connection} connection @param {any} error @param {number} [t] */
  function noteError(connection, error, t = log.now()) {
    log.note('error', t, connection.socket + recorder.error(error));
    log.settle(t);
  }

  /**
   * What still waits goes with the process, and the system closes the connection; or it never
   * heard of it.
   */
  function noteLeft() {
    for (const socket of new Set([...book.waiting, ...book.connecting])) {
      const connection = book.of(socket);
      if (connection === undefined || connection.closed) continue;
      const unsent = unsentBy(socket, connection, undefined);
      if (unsent.bytes === 0 && unsent.unsure === 0 && !connection.connecting) continue;
      connection.closed = true;
      const fields = `${untold(socket, connection)},"exit":true`;
      noteClose(connection, undefined, fields, false, unsent);
    }
  }

  /** The code of a write that failed at once, as a number for `log.bytes`. @param {any} socket */
  function failureOf({ _writableState: { errored } }) {
    return errored ? log.define(text(String(errored.code ?? errored.name))) : 0;
  }

  // Both a client's and a server's session call this when they take the socket over.
  wrap(Socket.prototype, 'setNoDelay', (original) => {
    /** @this {any} */
    return function setNoDelay() {
      const connection = book.of(this);
      if (connection !== undefined) noteHttp2(this, connection);
      return Reflect.apply(original, this, arguments);
    };
  });

  /** @param {any} socket @param {Connection} connection */
  function noteHttp2(socket, connection) {
    // The session's listener. Those of http are bound, and called so.
    const onClose = socket.listeners('close');
    if (onClose.some((/** @type {any} */ { name }) => name === 'socketOnClose')) {
      noteHandover(connection, 'http2');
    }
  }

  /** @param {Connection} connection @param {'http2' | 'process'} to */
  function noteHandover(connection, to) {
    if (connection.handedOver) return;
    connection.handedOver = true;
    log.note('handover', log.now(), `${connection.socket},"to":"${to}"`);
    log.settle();
  }

  wrap(ChildProcess.prototype, 'spawn', (original) => {
    /** @this {any} @param {any} options */
    return function spawn(options) {
      const stdio = Array.isArray(options?.stdio) ? options.stdio : [];
      for (const one of stdio) handOver(one);
      const result = Reflect.apply(original, this, arguments);
      watchSend(this);
      return result;
    };
  });
  watchSend(process);

  /** @param {any} one whatever is handed to another process */
  function handOver(one) {
    const connection = one instanceof Socket ? book.of(one) : undefined;
    if (connection !== undefined) noteHandover(connection, 'process');
  }

  /** @param {any} channel */
  function watchSend(channel) {
    wrap(channel, 'send', (original) => {
      /** @this {any} @param {any} message @param {any} handle */
      return function send(message, handle) {
        handOver(handle);
        return Reflect.apply(original, this, arguments);
      };
    });
  }

  return noteLeft;
}

/**
 * Node reports a reset right after data as an end (libuv does not read again). If the socket
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

/**
 * Whether the system did not take everything.
 *
 * @param {any} socket
 * @param {Connection} connection
 * @param {import('./connection-book.cjs').ConnectionBook} book
 */
function waiting(socket, connection, book) {
  const { writableLength, writableCorked, _writableState, _handle: handle } = socket;
  if (writableLength === 0) {
    if (!_writableState.errored) connection.taken = connection.written;
    return 0;
  }
  // If this write fails later, nobody knows how much of it was sent.
  if (handle && !socket.connecting && !socket.encrypted && !_writableState.errored) {
    connection.taken = Math.max(connection.taken, takenBy(handle, connection));
  }
  connection.corked = writableCorked > 0 && !connection.waits;
  connection.waits = true;
  book.waiting.add(socket);
  return connection.corked ? 0 : WAITS;
}

/**
 * The addresses of a connection that Node never said was there, as fields: the system may have
 * made it all the same, and its other end may have been accepted.
 *
 * @param {any} socket
 * @param {Connection} connection
 */
function untold({ _handle: handle }, { connecting, tried }) {
  if (!connecting || tried === undefined || !handle?.getsockname) return '';
  const here = nameOf(handle, 'getsockname');
  if (here.port === 0) return '';
  return `,"local":${addressJson(here)},"remote":${addressJson(tried)}`;
}

/** How many bytes the system has. @param {any} handle @param {Connection} connection */
function takenBy({ bytesWritten, writeQueueSize }, { written }) {
  return Math.min(written, bytesWritten - writeQueueSize);
}

/**
 * How many bytes never left this program: they wait in Node's queue while it gives the socket
 * back, or they are those of the write that failed.
 *
 * @param {any} socket
 * @param {Connection} connection
 * @param {any} error
 * @returns {Unsent}
 */
function unsentBy(socket, connection, error) {
  if (connection.handedOver) return { bytes: 0, unsure: 0 };
  if (socket.encrypted) return unsentByTls(socket, connection);
  const { _handle: handle } = socket;
  if (handle && error?.syscall !== 'write') {
    connection.taken = Math.max(connection.taken, takenBy(handle, connection));
  }
  return { bytes: connection.written - connection.taken, unsure: 0 };
}

/**
 * What was not encrypted has not left. Of the one write that is, the system has all but what is in
 * its handle's queue, in records: how many bytes of the program those are is known only roughly.
 *
 * @param {any} socket
 * @param {Connection} connection
 * @returns {Unsent}
 */
function unsentByTls({ _handle, _secureEstablished, _writableState }, connection) {
  if (connection.connecting || !_secureEstablished) {
    return { bytes: connection.written, unsure: 0 };
  }
  const { length, writing, writelen } = _writableState;
  const encrypted = writing ? writelen : 0;
  const queue = _handle?._parent?.writeQueueSize ?? 0;
  const held = queue - MOST_FRAMING * Math.ceil(queue / LONGEST_RECORD);
  const surely = Math.min(encrypted, Math.max(0, held));
  return { bytes: length - encrypted + surely, unsure: encrypted - surely };
}

/** With an empty write http asks to be told when all before has gone. @param {any} socket @param {Uint8Array} bytes */
function isOfHttp({ parser, _httpMessage }, { length }) {
  return length === 0 && Boolean(parser ?? _httpMessage);
}

/**
 * The code of the error with which Node refuses a write to a socket that is not open.
 *
 * @param {any} socket
 * @param {Function} write Node's own, of which a socket has another when its peer has finished
 */
function whyRefused({ writableEnded }, { name }) {
  if (!writableEnded) return 'ERR_STREAM_DESTROYED';
  return name === 'writeAfterFIN' ? 'EPIPE' : 'ERR_STREAM_WRITE_AFTER_END';
}

/** Whether it still accepts writes. @param {any} socket */
function isOpen({ destroyed, writableEnded }) {
  return !destroyed && !writableEnded;
}

module.exports = { watchStreams };
