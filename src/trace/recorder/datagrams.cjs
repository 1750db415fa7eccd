'use strict';
/**
 * Records datagram sockets, `node:dgram`.
 *
 *   program ── send ──► dgram.Socket ── handle.send ─────► the system
 *   program ◄ message ─ dgram.Socket ◄─ handle.onmessage ─ the system
 *
 * `send` first looks the host up, and may have to wait for a `bind`. The trace has the moment
 * when the datagram goes to the system, with the line of the earlier call. A datagram that Node
 * dropped, because the socket was closed meanwhile or the name was not found, is recorded with
 * that as its error.
 *
 * Handles are watched by their prototype: in a cluster's worker, Node replaces the handle with
 * one that it shares with other workers.
 *
 * A listener on `errorMonitor` records errors without handling them.
 */
const { createSocket, Socket } = require('node:dgram');
const { subscribe } = require('node:diagnostics_channel');
const { errorMonitor } = require('node:events');
const { isIP } = require('node:net');
const { getSystemErrorName } = require('node:util');
const { TYPES } = require('./layout.cjs');
const { asBytes, bytesOf } = require('./payload.cjs');
const { addressJson, nameOf } = require('./addresses.cjs');
const { text } = require('./text.cjs');
const { symbolOf, wrap } = require('./wrap.cjs');

const SEND = TYPES.indexOf('send');
const RECEIVE = TYPES.indexOf('receive');
/** Calls of `send` that are remembered until they are sent; Node itself sets no limit. */
const MOST_CALLS = 1000;
/** Of a `send` on a socket that is closed, which throws. */
const NOT_RUNNING = 'ERR_SOCKET_DGRAM_NOT_RUNNING';
/** Of a `send` that Node still held when the process ended. Node has no code for it. */
const PROCESS_ENDED = 'ERR_PROCESS_ENDED';

/** The line of a call of `send` that is on its way to the system. */
/** @typedef {{ callback: unknown, at: number, queued: boolean, args: any[] }} Call */

/** A datagram socket that is recorded. */
class Datagrams {
  /** @type {Call[]} */
  calls = [];
  /** How many of them wait in Node's queue. */
  queued = 0;
  /** The call that is being made. @type {Call | undefined} */
  sending = undefined;
  /** Its address, as far as it is known, and whether a `connect` may have changed it. */
  local = '';
  moved = false;
  /** The lines that called `bind` and `connect`, as fields. */
  bindSite = '';
  connectSite = '';
  /** Bound by Node, at the first `send`. */
  implicit = false;
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

/**
 * @param {import('./recorder.cjs').Recorder} recorder
 * @returns what to do when the process ends
 */
function watchDatagrams(recorder) {
  const { log } = recorder;
  const { stateSymbol, ownerSymbol, prototype } = findInside();
  /** @type {WeakMap<object, Datagrams>} */
  const recorded = new WeakMap();
  /** Those that are not closed. @type {Set<Datagrams>} */
  const open = new Set();

  subscribe('udp.socket', function onSocket(message) {
    const { socket } = /** @type {any} */ (message);
    const state = stateSymbol && socket[stateSymbol];
    if (!state?.handle) return;
    const datagrams = new Datagrams(recorder.number(), state);
    recorded.set(socket, datagrams);
    open.add(datagrams);
    const site = recorder.site(onSocket);
    const kind = ',"transport":"udp","role":"datagram"';
    log.note('socket', log.now(), datagrams.socket + site + kind);
    log.settle();
    watchLookup(state.handle, datagrams);
    socket.on(errorMonitor, (/** @type {unknown} */ error) => {
      log.note('error', log.now(), datagrams.socket + recorder.error(error));
      log.settle();
    });
  });

  /** @param {any} handle @returns {Datagrams | undefined} */
  const of = (handle) => recorded.get(ownerSymbol && handle[ownerSymbol]);

  // Called once, as soon as the socket has an address.
  wrap(prototype, 'recvStart', (original) => {
    /** @this {any} */
    return function recvStart() {
      const datagrams = of(this);
      if (datagrams !== undefined) {
        noteBind(this, datagrams);
        wrap(this, 'onmessage', watchMessages(datagrams));
      }
      return Reflect.apply(original, this, arguments);
    };
  });

  for (const name of ['connect', 'connect6']) {
    wrap(prototype, name, (original) => {
      /** @this {any} @param {string} host @param {number} port */
      return function connect(host, port) {
        const t = log.now();
        const failed = Reflect.apply(original, this, arguments);
        const datagrams = of(this);
        if (!failed && datagrams) {
          noteConnect(this, datagrams, { t, remote: { host, port } });
        }
        return failed;
      };
    });
  }

  for (const name of ['send', 'send6']) {
    wrap(prototype, name, (original) => {
      /**
       * @this {any} @param {any} request @param {any[]} list @param {number} count
       * @param {any} port when the socket is connected, the last argument
       * @param {any} host @param {boolean} calls
       */
      return function send(request, list, count, port, host, calls) {
        const datagrams = of(this);
        if (datagrams === undefined) return Reflect.apply(original, this, arguments);
        const t = log.now();
        const connected = typeof port !== 'number';
        const result = connected
          ? original.call(this, request, list, count, port)
          : original.call(this, request, list, count, port, host, calls);
        if (datagrams.moved) noteMove(this, datagrams);
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

  wrap(prototype, 'disconnect', (original) => {
    /** @this {any} */
    return function disconnect() {
      const t = log.now();
      const failed = Reflect.apply(original, this, arguments);
      const datagrams = of(this);
      if (!failed && datagrams) {
        datagrams.moved = true;
        // A port that the system chose, it takes away again.
        const unbound = nameOf(this, 'getsockname').port === 0 ? ',"unbound":true' : '';
        const site = recorder.site(disconnect);
        log.note('disconnect', t, datagrams.socket + site + unbound);
        log.settle();
      }
      return failed;
    };
  });

  for (const name of ['addMembership', 'dropMembership']) {
    const left = name === 'dropMembership' ? ',"left":true' : '';
    wrap(prototype, name, (original) => {
      /** @this {any} @param {string} group */
      return function membership(group) {
        const t = log.now();
        const failed = Reflect.apply(original, this, arguments);
        const datagrams = of(this);
        if (!failed && datagrams) {
          const fields = `${recorder.site(membership)},"group":${text(group)}`;
          log.note('membership', t, datagrams.socket + fields + left);
          log.settle();
        }
        return failed;
      };
    });
  }

  /** A name that is not found: nothing is sent. @param {any} handle @param {Datagrams} datagrams */
  function watchLookup(handle, datagrams) {
    wrap(handle, 'lookup', (original) => {
      /** @this {any} @param {any} host @param {Function} callback */
      return function lookup(host, callback) {
        const call = datagrams.sending;
        if (call === undefined || !host || isIP(host) !== 0) {
          return original.call(this, host, callback);
        }
        return original.call(
          this,
          host,
          (/** @type {any} */ error, /** @type {any} */ ip) => {
            if (error && takeOut(datagrams.calls, call)) {
              noteDropped(datagrams, call, String(error.code ?? error.name));
            }
            return callback(error, ip);
          },
        );
      };
    });
  }

  /** What Node dropped. @param {Datagrams} datagrams @param {Call} call @param {string} why @param {number} [t] */
  function noteDropped(datagrams, { args, at }, why, t = log.now()) {
    const { bytes, host, port } = meantBy(args, datagrams.state.type);
    const address = log.define(addressJson({ host, port }));
    const error = log.define(text(why));
    log.bytes(SEND, t, datagrams.id, bytes, 0, 0, at, address, error);
    log.settle();
  }

  /** What has not left by now. @param {Datagrams} datagrams @param {string} why @param {number} t */
  function dropAll(datagrams, why, t) {
    for (const call of datagrams.calls.splice(0)) noteDropped(datagrams, call, why, t);
  }

  /** After connect and disconnect the system may have chosen another address. @param {any} handle @param {Datagrams} datagrams */
  function noteMove(handle, datagrams) {
    datagrams.moved = false;
    const local = addressJson(nameOf(handle, 'getsockname'));
    if (local === datagrams.local) return;
    datagrams.local = local;
    const fields = `,"local":${local},"implicit":true`;
    log.note('bind', log.now(), datagrams.socket + fields);
  }

  /** @param {any} handle @param {Datagrams} datagrams */
  function noteBind(handle, datagrams) {
    const { ipv6Only } = datagrams.state;
    datagrams.local = addressJson({ ...nameOf(handle, 'getsockname'), ipv6Only });
    const implicit = datagrams.implicit ? ',"implicit":true' : '';
    const fields = `${datagrams.bindSite},"local":${datagrams.local}${implicit}`;
    log.note('bind', log.now(), datagrams.socket + fields);
    log.settle();
  }

  /**
   * @param {any} handle
   * @param {Datagrams} datagrams
   * @param {{ t: number, remote: { host: string, port: number } }} connect
   */
  function noteConnect(handle, datagrams, { t, remote }) {
    const { socket, connectSite } = datagrams;
    const to = addressJson(remote);
    log.note('connect', t, `${socket}${connectSite},"to":${to}`);
    datagrams.local = addressJson(nameOf(handle, 'getsockname'));
    const fields = `,"local":${datagrams.local},"remote":${to}`;
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
      if (datagrams === undefined) return original.call(this, a, b, c, d, e, f);
      const callback = lastFunction(f, e, d, c, b);
      const { calls, state } = datagrams;
      const again = datagrams.queued > 0 ? replayed(datagrams, a, callback) : undefined;
      const args = [a, b, c, d, e];
      const call = again ?? { callback, at: recorder.at(send), queued: false, args };
      if (again === undefined) {
        if (calls.length >= MOST_CALLS) calls.shift();
        calls.push(call);
      }
      const before = state.queue?.length ?? 0;
      datagrams.sending = call;
      try {
        return original.call(this, a, b, c, d, e, f);
      } catch (error) {
        takeOut(calls, call);
        const { code } = /** @type {any} */ (error);
        if (code === NOT_RUNNING) noteDropped(datagrams, call, code);
        throw error;
      } finally {
        datagrams.sending = undefined;
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
          const own = name === 'bind' && isOfNode(arguments);
          const site = own ? '' : recorder.site(call);
          if (name === 'connect') datagrams.connectSite = site;
          else [datagrams.bindSite, datagrams.implicit] = [site, own];
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
      const wasOpen = Boolean(datagrams.state.handle);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        // Or it was put off until what is queued has been sent, and comes again.
        if (wasOpen && !datagrams.state.handle) {
          open.delete(datagrams);
          dropAll(datagrams, 'ERR_SOCKET_CLOSED', t);
          log.note('close', t, datagrams.socket + site);
          log.settle();
        }
      }
    };
  });

  return () => {
    for (const datagrams of open) dropAll(datagrams, PROCESS_ENDED, log.now());
  };
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
 * @returns {Call | undefined} the call from before
 */
function replayed(datagrams, list, callback) {
  if (!Array.isArray(list) || datagrams.state.queue !== undefined) return undefined;
  const call = datagrams.calls.find(
    (other) => other.queued && other.callback === callback,
  );
  if (call === undefined) return undefined;
  call.queued = false;
  datagrams.queued -= 1;
  return call;
}

/** @param {Call[]} calls @param {Call} call */
function takeOut(calls, call) {
  const place = calls.indexOf(call);
  if (place >= 0) calls.splice(place, 1);
  return place >= 0;
}

/** Node binds a socket by itself in just this way. @param {IArguments} args */
function isOfNode({ length, 0: options, 1: callback }) {
  return length === 2 && callback === null && Object(options).exclusive === true;
}

/**
 * What the arguments of `send` say, in either of its two forms, as Node reads them.
 *
 * @param {any[]} args
 * @param {string} type of the socket
 */
function meantBy([a, b, c, d, e], type) {
  const cut = e || (d && typeof d !== 'function') || typeof c === 'number';
  const [port, host] = cut ? [d, e] : [b, c];
  const parts = (Array.isArray(a) ? a : [a]).map((one) => bytesOf(one, 'utf8'));
  const whole = Buffer.concat(parts.filter((one) => one !== undefined));
  const here = type === 'udp6' ? '::1' : '127.0.0.1';
  return {
    bytes: cut ? whole.subarray(b, b + c) : whole,
    host: typeof host === 'string' && host !== '' ? host : here,
    port: Number(port) >= 0 && Number(port) <= 65_535 ? Number(port) : 0,
  };
}

/** Node keeps a datagram socket's state under a symbol, and its handle knows it by another. */
function findInside() {
  const socket = createSocket('udp4');
  const stateSymbol = symbolOf(socket, 'state symbol');
  const { handle } = /** @type {any} */ (socket)[stateSymbol ?? ''] ?? {};
  const ownerSymbol = handle && symbolOf(handle, 'owner_symbol');
  const prototype = handle ? Object.getPrototypeOf(handle) : {};
  socket.close();
  return { stateSymbol, ownerSymbol, prototype };
}

module.exports = { watchDatagrams };
