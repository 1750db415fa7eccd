'use strict';
/**
 * Records a server's `listen`, and the connections that it accepts.
 *
 * `listen` is observed through diagnostics_channel, not by wrapping the method: the stack of an
 * error in `listen` must not show the recorder. (Some older versions of Node, such as 20.12, do
 * not publish there. With those the method is wrapped, and the stack has two more lines.)
 *
 * Simplification: a connection received as a handle from another process is not recorded.
 */
const { subscribe } = require('node:diagnostics_channel');
const { errorMonitor } = require('node:events');
const { Server, Socket } = require('node:net');
const { addressJson, nameOf, pathAddress, TOOLS } = require('./addresses.cjs');
const { Connection } = require('./connection-book.cjs');
const { prototypeOf } = require('./prototypes.cjs');
const { wrap } = require('./wrap.cjs');

/** @typedef {import('./addresses.cjs').Address} Address */
/** @typedef {{ id: number, site: string, t: number }} Listener */

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {import('./connection-book.cjs').ConnectionBook} book
 */
function watchListens(recorder, book) {
  const { log } = recorder;
  /** @type {WeakMap<object, Listener>} */
  const listeners = new WeakMap();
  /** What the system was told, by handle. @type {WeakMap<object, number>} */
  const backlogs = new WeakMap();

  for (const prototype of [
    prototypeOf('tcp_wrap', 'TCP'),
    prototypeOf('pipe_wrap', 'Pipe'),
  ]) {
    wrap(prototype, 'listen', (original) => {
      /** @this {any} @param {any} backlog */
      return function listen(backlog) {
        if (Number.isInteger(backlog)) backlogs.set(this, backlog);
        return Reflect.apply(original, this, arguments);
      };
    });
  }

  if (String(Reflect.get(Server.prototype, 'listen')).includes('netServerListen')) {
    /** @param {string} event @param {(server: any, message: any) => void} react */
    const on = (event, react) => {
      subscribe(`tracing:net.server.listen:${event}`, (message) => {
        const { server } = /** @type {any} */ (message);
        react(server, message);
      });
    };
    on('asyncStart', function listen(server, { options }) {
      noteStart(server, options, recorder.site(listen));
    });
    on('asyncEnd', (server) => noteListening(server));
    on('error', (server, { error }) => noteFailure(server, error));
  } else {
    wrap(Server.prototype, 'listen', (original) => {
      /** @this {any} @param {any[]} args */
      return function listen(...args) {
        noteStart(this, args[0], recorder.site(listen));
        return Reflect.apply(original, this, args);
      };
    });
    wrap(Server.prototype, '_listen2', (original) => {
      /** @this {any} @param {any[]} args */
      return function _listen2(...args) {
        Reflect.apply(original, this, args);
        if (this._handle) noteListening(this);
        else this.once(errorMonitor, (/** @type {any} */ why) => noteFailure(this, why));
      };
    });
  }

  /** @param {any} server @param {any} options @param {string} site */
  function noteStart(server, options, site) {
    const { path } = Object(options);
    if (typeof path === 'string' && TOOLS.test(path)) return;
    listeners.set(server, {
      id: recorder.number(),
      site,
      t: log.now(),
    });
  }

  /** @param {any} server */
  function noteListening(server) {
    const listener = listeners.get(server);
    if (listener === undefined || !server._handle) return;
    const address = server.address();
    const isPath = typeof address === 'string';
    const local = isPath
      ? pathAddress(address)
      : { host: address.address, port: address.port };
    const socket = noteListener(listener, isPath);
    const backlog = backlogs.get(server._handle);
    const queue = backlog === undefined ? '' : `,"backlog":${backlog}`;
    const fields = `${listener.site},"local":${addressJson(local)}${queue}`;
    log.note('listen', log.now(), socket + fields);
    log.settle();
    watchAccepts(server, listener, local);
  }

  /** @param {any} server @param {any} error */
  function noteFailure(server, error) {
    const listener = listeners.get(server);
    if (listener === undefined) return;
    listeners.delete(server);
    const socket = noteListener(listener, server._pipeName !== undefined);
    const t = log.now();
    log.note('error', t, socket + recorder.error(error));
    log.note('close', t, socket);
    log.settle();
  }

  /** @param {Listener} listener @param {boolean} isPath */
  function noteListener({ id, site, t }, isPath) {
    const socket = `,"socket":${id}`;
    const transport = isPath ? 'path' : 'tcp';
    const kind = `,"transport":"${transport}","role":"welcoming"`;
    log.note('socket', t, socket + site + kind);
    return socket;
  }

  /** @param {any} server @param {Listener} listener @param {Address} local */
  function watchAccepts(server, listener, local) {
    wrap(server._handle, 'onconnection', (original) => {
      /** @this {any} @param {any} status @param {any} handle */
      return function onconnection(status, handle) {
        if (handle && hasRoom(server)) noteAccept(handle, listener, local);
        else if (handle) noteDrop(handle, listener, local);
        return original.call(this, status, handle);
      };
    });
  }

  /** One too many for `maxConnections`. @param {any} handle @param {Listener} listener @param {Address} local */
  function noteDrop(handle, { id }, local) {
    const remote = 'path' in local ? { path: '' } : nameOf(handle, 'getpeername');
    log.note('drop', log.now(), `,"socket":${id},"remote":${addressJson(remote)}`);
    log.settle();
  }

  /** @param {any} handle @param {Listener} listener @param {Address} local */
  function noteAccept(handle, listener, local) {
    const isPath = 'path' in local;
    const remote = isPath ? { path: '' } : nameOf(handle, 'getpeername');
    const connection = new Connection(recorder.number(), remote);
    book.addHandle(handle, connection);
    handle._consumed = true; // as ConnectionBook does
    const { socket } = connection;
    const t = log.now();
    const transport = 'path' in remote ? 'path' : 'tcp';
    log.note('socket', t, `${socket},"transport":"${transport}","role":"connection"`);
    const here = addressJson(isPath ? local : nameOf(handle, 'getsockname'));
    const there = addressJson(remote);
    const fields = `,"listener":${listener.id},"local":${here},"remote":${there}`;
    log.note('accept', t, socket + fields);
    log.settle();
  }

  // A TLSSocket that takes over an accepted one begins by this. It must be known before a
  // server is told of it.
  wrap(Socket.prototype, '_read', (original) => {
    /** @this {any} @param {any} size */
    return function _read(size) {
      if (this.encrypted) book.of(this);
      return original.call(this, size);
    };
  });

  wrap(Server.prototype, 'close', (original) => {
    /** @this {any} @param {any[]} args */
    return function close(...args) {
      const listener = listeners.get(this);
      if (listener !== undefined && this._handle) {
        listeners.delete(this);
        const fields = `,"socket":${listener.id}${recorder.site(close)}`;
        log.note('close', log.now(), fields);
        log.settle();
      }
      return Reflect.apply(original, this, args);
    };
  });
}

/** As Node asks itself. @param {any} server */
function hasRoom({ maxConnections, _connections: now }) {
  return !maxConnections || now < maxConnections;
}

module.exports = { watchListens };
