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
const { isIP, Server, Socket } = require('node:net');
const { addressJson, nameOf, pathAddress, TOOLS } = require('./addresses.cjs');
const { Connection } = require('./connection-book.cjs');
const { prototypeOf } = require('./prototypes.cjs');
const { wrap } = require('./wrap.cjs');

/** @typedef {import('./addresses.cjs').Address} Address */
/** @typedef {{ id: number, site: string, t: number, ipv6Only: boolean }} Listener */

/** Before, a `maxConnections` of 0 set no limit. */
const ZERO_IS_A_LIMIT = Number.parseInt(process.versions.node, 10) >= 21;

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
    const { path, ipv6Only } = Object(options);
    if (typeof path === 'string' && TOOLS.test(path)) return;
    listeners.set(server, {
      id: recorder.number(),
      site,
      t: log.now(),
      ipv6Only: ipv6Only === true,
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
      : { host: address.address, port: address.port, ipv6Only: listener.ipv6Only };
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
        if (handle) noteNew(handle, server, listener, local);
        return original.call(this, status, handle);
      };
    });
  }

  /** @param {any} handle @param {any} server @param {Listener} listener @param {Address} local */
  function noteNew(handle, server, { id }, local) {
    const isPath = 'path' in local;
    const remote = isPath ? { path: '' } : nameOf(handle, 'getpeername');
    const why = whyDropped(server, 'host' in remote ? remote.host : '');
    if (why === undefined) noteAccept(handle, id, local, remote);
    else {
      const blocked = why === 'blockList' ? ',"blocked":true' : '';
      const fields = `,"socket":${id},"remote":${addressJson(remote)}${blocked}`;
      log.note('drop', log.now(), fields);
      log.settle();
    }
  }

  /** @param {any} handle @param {number} listener @param {Address} local @param {Address} remote */
  function noteAccept(handle, listener, local, remote) {
    const isPath = 'path' in local;
    const connection = new Connection(recorder.number(), remote);
    book.addHandle(handle, connection);
    handle._consumed = true; // as ConnectionBook does
    const { socket } = connection;
    const t = log.now();
    const transport = 'path' in remote ? 'path' : 'tcp';
    log.note('socket', t, `${socket},"transport":"${transport}","role":"connection"`);
    const here = addressJson(isPath ? local : nameOf(handle, 'getsockname'));
    const there = addressJson(remote);
    const fields = `,"listener":${listener},"local":${here},"remote":${there}`;
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

/**
 * Why Node closes a connection at once, as it asks itself: with which Node 0 is a limit, and
 * a server's block list counts.
 *
 * @param {any} server @param {string} host
 * @returns {'maxConnections' | 'blockList' | undefined}
 */
function whyDropped({ maxConnections, _connections: now, blockList }, host) {
  const isLimit = ZERO_IS_A_LIMIT ? maxConnections != null : Boolean(maxConnections);
  if (isLimit && now >= maxConnections) return 'maxConnections';
  const family = isIP(host);
  if (!blockList || family === 0) return undefined;
  return blockList.check(host, `ipv${family}`) ? 'blockList' : undefined;
}

module.exports = { watchListens };
