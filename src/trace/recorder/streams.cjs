'use strict';
/**
 * What goes over connections: `node:net`, and with it http, tls and all else that uses a
 * `net.Socket`.
 *
 *   program ── write, end ──► net.Socket ── _write, _final, _destroy ──► the system
 *   program ◄─ data, read ─── net.Socket ◄──────── push ─────────────── the system
 *
 * The methods that bytes pass through are wrapped, on the prototype. No listener is added, so
 * no stream begins to flow, no count of listeners changes, and an error that nobody listens
 * for is as deadly as ever. What comes in is seen at `push`, where Node hands over what it
 * took from the system, in whichever way the program reads.
 *
 * Only the time is taken before a call; everything else waits until the bytes are on their
 * way, so that the peer does not wait for us.
 *
 * Simplification: an HTTP/2 session takes its bytes beneath the stream, where nothing is seen.
 *
 * Read next: datagrams.cjs.
 */
const { Socket } = require('node:net');
const { bytesOf } = require('./recorder.cjs');
const { wrap } = require('./wrap.cjs');

/** @typedef {import('./connection-book.cjs').Connection} Connection */

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {import('./connection-book.cjs').ConnectionBook} book
 */
function watchStreams(recorder, book) {
  const { journal } = recorder;

  wrap(Socket.prototype, 'push', (original) => {
    /** @this {any} @param {any} chunk */
    return function push(chunk) {
      const connection = book.of(this);
      if (connection === undefined) return Reflect.apply(original, this, arguments);
      if (chunk === null) noteEnd(connection);
      else if (chunk instanceof Uint8Array) noteRead(connection, chunk);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        journal.settle();
      }
    };
  });

  wrap(Socket.prototype, 'write', (original) => {
    /** @this {any} @param {any} chunk @param {any} encoding */
    return function write(chunk, encoding) {
      const connection = book.of(this);
      if (connection === undefined || !isOpen(this)) {
        return Reflect.apply(original, this, arguments);
      }
      const t = journal.now();
      const bytes = bytesOf(chunk, encoding);
      const offset = announce(connection, bytes);
      let result;
      try {
        result = Reflect.apply(original, this, arguments);
        return result;
      } finally {
        connection.writing -= 1;
        if (result === undefined)
          connection.written = offset; // it threw
        else if (bytes !== undefined) {
          const full = result === false;
          noteWrite(connection, { t, offset, bytes, site: recorder.site(write), full });
          journal.settle();
        }
      }
    };
  });

  wrap(Socket.prototype, 'end', (original) => {
    /** @this {any} @param {any} chunk @param {any} encoding */
    return function end(chunk, encoding) {
      const connection = book.of(this);
      if (connection === undefined || !isOpen(this)) {
        return Reflect.apply(original, this, arguments);
      }
      const t = journal.now();
      const site = recorder.site(end);
      connection.endSite = site; // for the half-close that follows
      const bytes = bytesOf(chunk, encoding);
      const offset = announce(connection, bytes);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        connection.writing -= 1;
        if (bytes !== undefined) {
          noteWrite(connection, { t, offset, bytes, site, full: false });
        }
        journal.settle();
      }
    };
  });

  wrap(Socket.prototype, '_write', (original) => {
    /** @this {any} @param {any} chunk @param {any} encoding @param {any} callback */
    return function _write(chunk, encoding, callback) {
      const connection = book.of(this);
      if (connection === undefined) return Reflect.apply(original, this, arguments);
      const bytes = bytesOf(chunk, encoding) ?? chunk;
      handOn(connection, bytes, _write);
      const done = onTaken(connection, bytes.length, callback);
      return Reflect.apply(original, this, [chunk, encoding, done]);
    };
  });

  wrap(Socket.prototype, '_writev', (original) => {
    /** @this {any} @param {any[]} chunks @param {any} callback */
    return function _writev(chunks, callback) {
      const connection = book.of(this);
      if (connection === undefined) return Reflect.apply(original, this, arguments);
      let length = 0;
      for (const { chunk, encoding } of chunks) {
        const bytes = bytesOf(chunk, encoding) ?? chunk;
        handOn(connection, bytes, _writev);
        length += bytes.length;
      }
      const done = onTaken(connection, length, callback);
      return Reflect.apply(original, this, [chunks, done]);
    };
  });

  wrap(Socket.prototype, '_final', (original) => {
    /** @this {any} */
    return function _final() {
      const connection = book.of(this);
      // Before it is connected, Node puts this off and calls it again.
      if (connection !== undefined && !this.pending) noteShutdown(connection);
      return Reflect.apply(original, this, arguments);
    };
  });

  wrap(Socket.prototype, '_destroy', (original) => {
    /** @this {any} @param {any} error */
    return function _destroy(error) {
      const connection = book.of(this);
      if (connection !== undefined && !connection.closed) {
        const reset = this.resetAndClosing === true;
        noteClose(connection, { error, reset, site: recorder.site(_destroy) });
      }
      return Reflect.apply(original, this, arguments);
    };
  });

  /** @param {Connection} connection @param {Uint8Array} bytes */
  function noteRead(connection, bytes) {
    const fields = `,"offset":${connection.read}${recorder.payload(bytes)}`;
    journal.note('read', journal.now(), connection.socket + fields);
    connection.read += bytes.length;
  }

  /** @param {Connection} connection */
  function noteEnd(connection) {
    if (connection.ended) return;
    connection.ended = true;
    const fields = `${connection.socket},"offset":${connection.read}`;
    journal.note('end', journal.now(), fields);
  }

  /**
   * @param {Connection} connection
   * @param {{ t: number, offset: number, bytes: Uint8Array, site: string, full: boolean }} write
   */
  function noteWrite(connection, { t, offset, bytes, site, full }) {
    const waits = connection.taken < offset + bytes.length;
    if (waits) connection.waits = true;
    const flags = (full ? ',"full":true' : '') + (waits ? ',"waits":true' : '');
    const fields = `,"offset":${offset}${recorder.payload(bytes)}${flags}`;
    journal.note('write', t, connection.socket + site + fields);
  }

  /**
   * Most writes were announced by `write` or `end`. Those that a program makes after its
   * peer's end go past both of them: Node puts a method of its own onto that socket.
   *
   * @param {Connection} connection
   * @param {Uint8Array} bytes
   * @param {Function} below
   */
  function handOn(connection, bytes, below) {
    connection.handed += bytes.length;
    const offset = connection.written;
    if (connection.handed <= offset) return;
    connection.written = connection.handed;
    const site = recorder.site(below);
    noteWrite(connection, { t: journal.now(), offset, bytes, site, full: false });
    journal.settle();
  }

  /** @param {Connection} connection @param {number} length @param {Function} callback */
  function onTaken(connection, length, callback) {
    /** @this {any} @param {any} error */
    return function onwrite(error) {
      if (!error) {
        connection.taken += length;
        if (connection.waits && connection.writing === 0) noteTaken(connection);
      }
      return Reflect.apply(callback, this, arguments);
    };
  }

  /** @param {Connection} connection */
  function noteTaken(connection) {
    connection.waits = connection.taken < connection.written;
    const fields = `${connection.socket},"upTo":${connection.taken}`;
    journal.note('taken', journal.now(), fields);
    journal.settle();
  }

  /** @param {Connection} connection */
  function noteShutdown(connection) {
    if (connection.shut) return;
    connection.shut = true;
    const fields = `${connection.socket}${connection.endSite},"offset":${connection.written}`;
    journal.note('shutdown', journal.now(), fields);
    journal.settle();
  }

  /**
   * @param {Connection} connection
   * @param {{ error: any, reset: boolean, site: string }} close
   */
  function noteClose(connection, { error, reset, site }) {
    connection.closed = true;
    const t = journal.now();
    if (error) journal.note('error', t, connection.socket + recorder.error(error));
    const fields = `${connection.socket}${site}${reset ? ',"reset":true' : ''}`;
    journal.note('close', t, fields);
    journal.settle();
  }
}

/**
 * Gives bytes their place in the stream before Node hands them on.
 *
 * @param {Connection} connection
 * @param {Uint8Array | undefined} bytes
 * @returns {number} the offset of the first
 */
function announce(connection, bytes) {
  const offset = connection.written;
  connection.written += bytes?.length ?? 0;
  connection.writing += 1;
  return offset;
}

/** Does it still take what is written? @param {any} socket */
function isOpen({ destroyed, writableEnded }) {
  return !destroyed && !writableEnded;
}

module.exports = { watchStreams };
