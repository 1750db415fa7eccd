'use strict';
/**
 * Where connections come from: `connect` on one side, `listen` and what is accepted on the
 * other.
 *
 * Servers are seen through diagnostics_channel, not through wrapped methods: an error of
 * `listen` is made inside it, and its stack must not show us.
 *
 * Simplification: a connection that came as a handle from another process is not recorded.
 *
 * Read next: streams.cjs for what goes over them.
 */
const { subscribe } = require('node:diagnostics_channel');
const { Server, Socket } = require('node:net');
const { Connection } = require('./connection-book.cjs');
const { addressJson, pathAddress } = require('./recorder.cjs');
const { TYPES } = require('./layout.cjs');
const { symbolOf, wrap } = require('./wrap.cjs');

const READ = TYPES.indexOf('read');

/** tsx's processes speak to each other over such a path, which is not the program's doing. */
const TOOLS = /[\\/]tsx-[^\\/]*[\\/]\d+\.pipe$/;

/** @typedef {import('./recorder.cjs').Address} Address */
/** @typedef {{ id: number, site: string, t: number, backlog: number | undefined }} Listener */

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {import('./connection-book.cjs').ConnectionBook} book
 */
function watchConnects(recorder, book) {
  const { journal } = recorder;

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
      const t = journal.now();
      const transport = 'path' in to ? 'path' : 'tcp';
      journal.note(
        'socket',
        t,
        `${socket}${site},"transport":"${transport}","role":"connection"`,
      );
      journal.note('connect', t, `${socket}${site},"to":${addressJson(to)}`);
      let result;
      try {
        result = Reflect.apply(original, this, args);
        return result;
      } finally {
        book.setConnecting(connection, this.connecting);
        if (result === undefined) noteRefusal(connection);
        journal.settle();
      }
    };
  });

  // Node calls this as soon as a connection is there, before it tells the program; and with
  // all that is read and written, so it has to be quick.
  wrap(Socket.prototype, '_unrefTimer', (original) => {
    /** @this {any} */
    return function _unrefTimer() {
      if (book.connecting > 0) {
        const connection = book.of(this);
        if (connection?.connecting && !this.connecting && !this.destroyed) {
          book.setConnecting(connection, false);
          noteConnected(this, connection);
        }
      }
      return original.call(this);
    };
  });

  /** `connect` threw: it was called in a way that it cannot be. @param {Connection} connection */
  function noteRefusal(connection) {
    connection.closed = true;
    const t = journal.now();
    const why = ',"code":"ERR_BAD_ARGUMENT","message":"connect threw an error"';
    journal.note('error', t, connection.socket + why);
    journal.note('close', t, connection.socket);
  }

  /** @param {any} socket @param {Connection} connection */
  function noteConnected(socket, connection) {
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    const isPath = 'path' in connection.remote;
    const local = isPath ? { path: '' } : addressOf(localAddress, localPort);
    const remote = addressOf(remoteAddress, remotePort) ?? connection.remote;
    if (local === undefined) return;
    const fields = `,"local":${addressJson(local)},"remote":${addressJson(remote)}`;
    journal.note('connected', journal.now(), connection.socket + fields);
    journal.settle();
  }
}

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @param {import('./connection-book.cjs').ConnectionBook} book
 */
function watchListens(recorder, book) {
  const { journal } = recorder;
  /** @type {WeakMap<object, Listener>} */
  const listeners = new WeakMap();

  /** @param {string} event @param {(server: any, message: any) => void} react */
  const on = (event, react) => {
    subscribe(`tracing:net.server.listen:${event}`, (message) => {
      const { server } = /** @type {any} */ (message);
      react(server, message);
      journal.settle();
    });
  };

  on('asyncStart', function onStart(server, { options }) {
    const { path, backlog } = options ?? {};
    if (typeof path === 'string' && TOOLS.test(path)) return;
    listeners.set(server, {
      id: recorder.number(),
      site: recorder.site(onStart),
      t: journal.now(),
      backlog: Number.isInteger(backlog) ? backlog : undefined,
    });
  });

  on('asyncEnd', (server) => {
    const listener = listeners.get(server);
    if (listener === undefined || !server._handle) return;
    const address = server.address();
    const isPath = typeof address === 'string';
    const local = isPath
      ? pathAddress(address)
      : { host: address.address, port: address.port };
    const socket = noteListener(listener, isPath);
    const { backlog } = listener;
    const queue = backlog === undefined ? '' : `,"backlog":${backlog}`;
    const fields = `${socket}${listener.site},"local":${addressJson(local)}${queue}`;
    journal.note('listen', journal.now(), fields);
    watchAccepts(server, listener, local);
  });

  on('error', (server, { error }) => {
    const listener = listeners.get(server);
    if (listener === undefined) return;
    listeners.delete(server);
    const socket = noteListener(listener, server._pipeName !== undefined);
    const t = journal.now();
    journal.note('error', t, socket + recorder.error(error));
    journal.note('close', t, socket);
  });

  /** @param {Listener} listener @param {boolean} isPath */
  function noteListener({ id, site, t }, isPath) {
    const socket = `,"socket":${id}`;
    const transport = isPath ? 'path' : 'tcp';
    const kind = `,"transport":"${transport}","role":"welcoming"`;
    journal.note('socket', t, socket + site + kind);
    return socket;
  }

  /** @param {any} server @param {Listener} listener @param {Address} local */
  function watchAccepts(server, listener, local) {
    wrap(server._handle, 'onconnection', (original) => {
      /** @this {any} @param {any} status @param {any} handle */
      return function onconnection(status, handle) {
        if (handle && hasRoom(server)) noteAccept(handle, listener, local);
        return original.call(this, status, handle);
      };
    });
  }

  /** @param {any} handle @param {Listener} listener @param {Address} local */
  function noteAccept(handle, listener, local) {
    const remote = nameOf(handle, 'getpeername') ?? { path: '' };
    const connection = new Connection(recorder.number(), remote);
    book.addHandle(handle, connection);
    // Or an HTTP parser would take the bytes out of the handle, where nobody sees them.
    handle._consumed = true;
    const { socket } = connection;
    const t = journal.now();
    const transport = 'path' in remote ? 'path' : 'tcp';
    journal.note('socket', t, `${socket},"transport":"${transport}","role":"connection"`);
    const here = addressJson(nameOf(handle, 'getsockname') ?? local);
    const there = addressJson(remote);
    const fields = `,"listener":${listener.id},"local":${here},"remote":${there}`;
    journal.note('accept', t, socket + fields);
    journal.settle();
  }

  wrap(Server.prototype, 'close', (original) => {
    /** @this {any} @param {any[]} args */
    return function close(...args) {
      const listener = listeners.get(this);
      if (listener !== undefined && this._handle) {
        listeners.delete(this);
        const fields = `,"socket":${listener.id}${recorder.site(close)}`;
        journal.note('close', journal.now(), fields);
        journal.settle();
      }
      return Reflect.apply(original, this, args);
    };
  });
}

/** As Node asks itself. @param {any} server */
function hasRoom({ maxConnections, _connections: now }) {
  return !maxConnections || now < maxConnections;
}

/**
 * What `connect` was told to connect to; all its forms, the one with an array being Node's
 * own.
 *
 * @param {any[]} args
 * @returns {Address | undefined} undefined for what is no address, or not the program's
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
 * @param {string | undefined} host
 * @param {number | undefined} port
 * @returns {{ host: string, port: number } | undefined}
 */
function addressOf(host, port) {
  if (host === undefined || port === undefined) return undefined;
  return port >= 0 && port <= 65_535 ? { host, port } : undefined;
}

/** @param {any} handle @param {'getsockname' | 'getpeername'} call */
function nameOf(handle, call) {
  if (typeof handle[call] !== 'function') return undefined; // a path
  /** @type {{ address?: string, port?: number }} */
  const name = {};
  const failed = handle[call](name);
  // Whoever has gone already has no name any more.
  return failed ? { host: 'unknown', port: 0 } : addressOf(name.address, name.port);
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
  const { journal } = recorder;
  /** @this {any} @param {number} count @param {Uint8Array} buffer */
  socket[callback] = function onread(count, buffer) {
    const { id, read } = connection;
    const bytes = buffer.subarray(0, count);
    journal.bytes(READ, journal.now(), id, bytes, read, 0, 0, 0, 0);
    connection.read += count;
    journal.settle();
    return original.call(this, count, buffer);
  };
}

module.exports = { watchConnects, watchListens };
