'use strict';
/**
 * Records a client's connections, which begin with `connect`.
 *
 * Read next: listens.cjs for the server's side, streams.cjs for what goes over them.
 */
const { Socket } = require('node:net');
const { getSystemErrorName } = require('node:util');
const { addressJson, addressOf, nameOf, pathAddress, TOOLS } = require('./addresses.cjs');
const { Connection } = require('./connection-book.cjs');
const { TYPES } = require('./layout.cjs');
const { ownerOf, prototypeOf } = require('./prototypes.cjs');
const { symbolOf, wrap } = require('./wrap.cjs');

/** @typedef {import('./addresses.cjs').Address} Address */

const READ = TYPES.indexOf('read');

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {import('./connection-book.cjs').ConnectionBook} book
 */
function watchConnects(recorder, book) {
  const { log } = recorder;

  wrap(Socket.prototype, 'connect', (original) => {
    /** @this {any} @param {any[]} args */
    return function connect(...args) {
      const to = targetOf(args);
      if (to === undefined) return Reflect.apply(original, this, args);
      const connection = new Connection(recorder.number(), to);
      const { socket } = connection;
      book.add(this, connection);
      watchUserBuffer(this, recorder, connection);
      const site = recorder.site(connect);
      const t = log.now();
      const transport = 'path' in to ? 'path' : 'tcp';
      log.note(
        'socket',
        t,
        `${socket}${site},"transport":"${transport}","role":"connection"`,
      );
      log.note('connect', t, `${socket}${site},"to":${addressJson(to)}`);
      book.secure(this, connection);
      let result;
      try {
        result = Reflect.apply(original, this, args);
        return result;
      } finally {
        book.setConnecting(this, connection, this.connecting);
        if (result === undefined) noteRefusal(connection);
        log.settle();
      }
    };
  });

  // Node calls this when a connection has been made, before the program knows; and for every
  // read and write, so it has to be quick.
  wrap(Socket.prototype, '_unrefTimer', (original) => {
    /** @this {any} */
    return function _unrefTimer() {
      if (book.connecting.size > 0) {
        const connection = book.of(this);
        if (connection?.connecting && !this.connecting && !this.destroyed) {
          book.setConnecting(this, connection, false);
          noteConnected(this, connection);
        }
      }
      return original.call(this);
    };
  });

  // A name with several addresses: each is tried, and has a reason why it was not the one.
  const prototype = prototypeOf('tcp_wrap', 'TCP');
  for (const name of ['connect', 'connect6']) {
    wrap(prototype, name, (original) => {
      /** @this {any} @param {any} request @param {string} host @param {number} port */
      return function connect(request, host, port) {
        const connection = book.of(ownerOf(this) ?? {});
        if (connection !== undefined) connection.tried = { host, port };
        const one = request.oncomplete?.name === 'afterConnect';
        if (connection === undefined || one) {
          return Reflect.apply(original, this, arguments);
        }
        // Node did not wait for the one before any longer.
        noteAttempt(connection, 'ETIMEDOUT');
        connection.attempt = { host, port };
        wrap(request, 'oncomplete', (complete) => {
          /** @this {any} @param {number} status */
          return function oncomplete(status) {
            if (status < 0) noteAttempt(connection, getSystemErrorName(status));
            connection.attempt = undefined;
            return Reflect.apply(complete, this, arguments);
          };
        });
        const failed = Reflect.apply(original, this, arguments);
        if (failed < 0) noteAttempt(connection, getSystemErrorName(failed));
        return failed;
      };
    });
  }

  /** @param {Connection} connection @param {string} code */
  function noteAttempt(connection, code) {
    if (connection.attempt === undefined) return;
    const to = addressJson(connection.attempt);
    connection.attempt = undefined;
    log.note('attempt', log.now(), `${connection.socket},"to":${to},"error":"${code}"`);
    log.settle();
  }

  /** `connect` threw: it was called in a way that it cannot be. @param {Connection} connection */
  function noteRefusal(connection) {
    connection.closed = true;
    const t = log.now();
    const why = ',"code":"ERR_BAD_ARGUMENT","message":"connect threw an error"';
    log.note('error', t, connection.socket + why);
    log.note('close', t, connection.socket);
  }

  /** @param {any} socket @param {Connection} connection */
  function noteConnected(socket, { socket: field, remote, tried }) {
    // Asked of the handle, because the socket would remember that it was asked.
    const { _handle: handle } = socket;
    const isPath = 'path' in remote;
    const here = addressJson(isPath ? { path: '' } : nameOf(handle, 'getsockname'));
    const peer = isPath ? remote : nameOf(handle, 'getpeername');
    // The system forgets a peer that has reset the connection already.
    const there = addressJson('port' in peer && peer.port === 0 ? (tried ?? peer) : peer);
    log.note('connected', log.now(), `${field},"local":${here},"remote":${there}`);
    log.settle();
  }
}

/**
 * The address that `connect` was called with, in any of its forms; the form with an array is
 * Node's own.
 *
 * @param {any[]} args
 * @returns {Address | undefined} undefined if it is not an address, or not the program's
 */
function targetOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    const { path, host = 'localhost', port } = first;
    return path ? target(path) : addressOf(String(host), Number(port));
  }
  if (typeof first === 'string' && !(Number(first) >= 0)) return target(first);
  const host = typeof second === 'string' ? second : 'localhost';
  return addressOf(host, Number(first));
}

/** @param {unknown} path */
function target(path) {
  if (typeof path !== 'string' || TOOLS.test(path)) return undefined;
  return pathAddress(path);
}

/**
 * With the option `onread` Node fills one buffer of the program again and again, and calls
 * back; nothing is pushed.
 *
 * @param {any} socket
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {Connection} connection
 */
function watchUserBuffer(socket, recorder, connection) {
  const callback = symbolOf(socket, 'kBufferCb');
  if (callback === undefined || typeof socket[callback] !== 'function') return;
  const original = socket[callback];
  const { log } = recorder;
  /** @this {any} @param {number} count @param {Uint8Array} buffer */
  socket[callback] = function onread(count, buffer) {
    const { id, read } = connection;
    const bytes = buffer.subarray(0, count);
    log.bytes(READ, log.now(), id, bytes, read, 0, 0, 0, 0);
    connection.read += count;
    log.settle();
    return original.call(this, count, buffer);
  };
}

module.exports = { watchConnects };
