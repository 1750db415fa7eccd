'use strict';
/**
 * Records datagram sockets, `node:dgram`.
 *
 *   program ── send ──► dgram.Socket ── handle.send ─────► the system
 *   program ◄ message ─ dgram.Socket ◄─ handle.onmessage ─ the system
 *
 * `send` first looks the host up, and may have to wait for a `bind`. The trace has the moment
 * when the datagram goes to the system, with the line of the earlier call. A datagram that Node
 * dropped, because the socket was closed meanwhile, is not recorded as sent.
 *
 * A listener on `errorMonitor` records errors without handling them.
 *
 * Simplification: a socket that a cluster's worker shares with others is not recorded.
 */
const { createSocket, Socket } = require('node:dgram');
const { subscribe } = require('node:diagnostics_channel');
const { errorMonitor } = require('node:events');
const { getSystemErrorName } = require('node:util');
const { TYPES } = require('./layout.cjs');
const { asBytes } = require('./payload.cjs');
const { addressJson, nameOf } = require('./addresses.cjs');
const { symbolOf, wrap } = require('./wrap.cjs');

const SEND = TYPES.indexOf('send');
const RECEIVE = TYPES.indexOf('receive');
/** Calls of `send` that are remembered until they are sent; Node itself sets no limit. */
const MOST_CALLS = 1000;

/** The line of a call of `send` that is on its way to the system. */
/** @typedef {{ callback: unknown, at: number, queued: boolean }} Call */

/** A datagram socket that is recorded. */
class Datagrams {
  /** @type {Call[]} */
  calls = [];
  /** How many of them wait in Node's queue. */
  queued = 0;
  /** The lines that called `bind` and `connect`, as fields. */
  bindSite = '';
  connectSite = '';
  /** The last address of a peer, and its number in the log. */
  host = '';
  port = -1;
  address = 0;

  /** @param {number} id @param {any} state Node's own record of the socket */
  constructor(id, state) {
    this.id = id;
    this.socket = `,"socket":${id}`;
    this.state = state;
  }
}

/** @param {import('./recorder.cjs').Recorder} recorder */
function watchDatagrams(recorder) {
  const { log } = recorder;
  const stateSymbol = findStateSymbol();
  /** @type {WeakMap<object, Datagrams>} */
  const recorded = new WeakMap();

  subscribe('udp.socket', function onSocket(message) {
    const { socket } = /** @type {any} */ (message);
    const state = stateSymbol && socket[stateSymbol];
    if (!state?.handle) return;
    const datagrams = new Datagrams(recorder.number(), state);
    recorded.set(socket, datagrams);
    const site = recorder.site(onSocket);
    const kind = ',"transport":"udp","role":"datagram"';
    log.note('socket', log.now(), datagrams.socket + site + kind);
    log.settle();
    watchHandle(state.handle, datagrams);
    socket.on(errorMonitor, (/** @type {unknown} */ error) => {
      log.note('error', log.now(), datagrams.socket + recorder.error(error));
      log.settle();
    });
  });

  /** @param {any} handle @param {Datagrams} datagrams */
  function watchHandle(handle, datagrams) {
    // Called once, as soon as the socket has an address.
    wrap(handle, 'recvStart', (original) => {
      /** @this {any} */
      return function recvStart() {
        noteBind(this, datagrams);
        wrap(this, 'onmessage', watchMessages(datagrams));
        return Reflect.apply(original, this, arguments);
      };
    });

    wrap(handle, 'connect', (original) => {
      /** @this {any} @param {string} host @param {number} port */
      return function connect(host, port) {
        const t = log.now();
        const failed = Reflect.apply(original, this, arguments);
        if (!failed) noteConnect(this, datagrams, { t, remote: { host, port } });
        return failed;
      };
    });

    wrap(handle, 'send', (original) => {
      /**
       * @this {any} @param {any} request @param {any[]} list @param {number} count
       * @param {any} port when the socket is connected, the last argument
       * @param {any} host @param {boolean} calls
       */
      return function send(request, list, count, port, host, calls) {
        const t = log.now();
        const connected = typeof port !== 'number';
        const result = connected
          ? original.call(this, request, list, count, port)
          : original.call(this, request, list, count, port, host, calls);
        const to = connected ? nameOf(this, 'getpeername') : undefined;
        const address = numberOf(datagrams, to?.host ?? host, to?.port ?? port);
        const error = result < 0 ? log.define(`"${getSystemErrorName(result)}"`) : 0;
        const bytes = list.length === 1 ? asBytes(list[0]) : Buffer.concat(list);
        const at =
          datagrams.calls.length === 0 ? 0 : takeCall(datagrams, request.callback);
        log.bytes(SEND, t, datagrams.id, bytes, 0, 0, at, address, error);
        log.settle(t);
        return result;
      };
    });
  }

  /** @param {any} handle @param {Datagrams} datagrams */
  function noteBind(handle, datagrams) {
    const local = nameOf(handle, 'getsockname');
    const fields = `${datagrams.bindSite},"local":${addressJson(local)}`;
    log.note('bind', log.now(), datagrams.socket + fields);
    log.settle();
  }

  /**
   * @param {any} handle
   * @param {Datagrams} datagrams
   * @param {{ t: number, remote: { host: string, port: number } }} connect
   */
  function noteConnect(handle, { socket, connectSite }, { t, remote }) {
    const to = addressJson(remote);
    log.note('connect', t, `${socket}${connectSite},"to":${to}`);
    const local = nameOf(handle, 'getsockname');
    const fields = `,"local":${addressJson(local)},"remote":${to}`;
    log.note('connected', log.now(), socket + fields);
    log.settle();
  }

  /** @param {Datagrams} datagrams */
  function watchMessages(datagrams) {
    return (/** @type {Function} */ original) => {
      /** @this {any} @param {any} count @param {any} handle @param {any} bytes @param {any} from */
      return function onmessage(count, handle, bytes, from) {
        if (!(count >= 0)) return Reflect.apply(original, this, arguments);
        const t = log.now();
        const address = numberOf(datagrams, from.address, from.port);
        log.bytes(RECEIVE, t, datagrams.id, bytes, 0, 0, 0, address, 0);
        try {
          return original.call(this, count, handle, bytes, from);
        } finally {
          log.settle(t);
        }
      };
    };
  }

  /**
   * Mostly it is the same as before.
   *
   * @param {Datagrams} datagrams
   * @param {string} host
   * @param {number} port
   */
  function numberOf(datagrams, host, port) {
    if (datagrams.port !== port || datagrams.host !== host) {
      datagrams.host = host;
      datagrams.port = port;
      datagrams.address = log.define(addressJson({ host, port }));
    }
    return datagrams.address;
  }

  wrap(Socket.prototype, 'send', (original) => {
    /** @this {any} @param {any} a @param {any} b @param {any} c @param {any} d @param {any} e @param {any} f */
    return function send(a, b, c, d, e, f) {
      const datagrams = recorded.get(this);
      const at = datagrams === undefined ? 0 : recorder.at(send);
      if (datagrams === undefined || at === 0)
        return original.call(this, a, b, c, d, e, f);
      const callback = lastFunction(f, e, d, c, b);
      if (datagrams.queued > 0 && isReplay(datagrams, a, callback)) {
        return original.call(this, a, b, c, d, e, f);
      }
      const { calls, state } = datagrams;
      const call = { callback, at, queued: false };
      if (calls.length >= MOST_CALLS) calls.shift();
      calls.push(call);
      const before = state.queue?.length ?? 0;
      let threw = true;
      try {
        const result = original.call(this, a, b, c, d, e, f);
        threw = false;
        return result;
      } finally {
        if (threw) takeOut(calls, call);
        call.queued = (state.queue?.length ?? 0) > before;
        if (call.queued) datagrams.queued += 1;
      }
    };
  });

  for (const name of ['bind', 'connect']) {
    wrap(Socket.prototype, name, (original) => {
      /** @this {any} */
      return function call() {
        const datagrams = recorded.get(this);
        if (datagrams !== undefined) {
          const site = recorder.site(call);
          if (name === 'connect') datagrams.connectSite = site;
          datagrams.bindSite = site;
        }
        return Reflect.apply(original, this, arguments);
      };
    });
  }

  wrap(Socket.prototype, 'close', (original) => {
    /** @this {any} */
    return function close() {
      const datagrams = recorded.get(this);
      if (datagrams === undefined) return Reflect.apply(original, this, arguments);
      const t = log.now();
      const site = recorder.site(close);
      const open = Boolean(datagrams.state.handle);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        // Or it was put off until what is queued has been sent, and comes again.
        if (open && !datagrams.state.handle) {
          log.note('close', t, datagrams.socket + site);
          log.settle();
        }
      }
    };
  });
}

/**
 * `send` takes its callback in any of five places.
 *
 * @param {unknown} f @param {unknown} e @param {unknown} d @param {unknown} c @param {unknown} b
 */
function lastFunction(f, e, d, c, b) {
  if (typeof f === 'function') return f;
  if (typeof e === 'function') return e;
  if (typeof d === 'function') return d;
  if (typeof c === 'function') return c;
  return typeof b === 'function' ? b : undefined;
}

/**
 * The line of the call that was made first, of those with this callback.
 *
 * @param {Datagrams} datagrams
 * @param {unknown} callback
 */
function takeCall({ calls }, callback) {
  const place = calls.findIndex((call) => call.callback === callback);
  return place < 0 ? 0 : (calls.splice(place, 1)[0]?.at ?? 0);
}

/**
 * What is sent before the socket has an address waits in Node's queue, and `send` is called
 * again when it has one.
 *
 * @param {Datagrams} datagrams
 * @param {unknown} list what Node made of the payload
 * @param {unknown} callback
 */
function isReplay(datagrams, list, callback) {
  if (!Array.isArray(list) || datagrams.state.queue !== undefined) return false;
  const call = datagrams.calls.find(
    (other) => other.queued && other.callback === callback,
  );
  if (call === undefined) return false;
  call.queued = false;
  datagrams.queued -= 1;
  return true;
}

/** @param {Call[]} calls @param {Call} call */
function takeOut(calls, call) {
  const place = calls.indexOf(call);
  if (place >= 0) calls.splice(place, 1);
}

/** Node keeps a datagram socket's state under a symbol; any socket shows which. */
function findStateSymbol() {
  const socket = createSocket('udp4');
  const found = symbolOf(socket, 'state symbol');
  socket.close();
  return found;
}

module.exports = { watchDatagrams };
