'use strict';
/**
 * Watches datagram sockets, `node:dgram`.
 *
 *   program ── send ──► dgram.Socket ── handle.send ─────► the system
 *   program ◄ message ─ dgram.Socket ◄─ handle.onmessage ─ the system
 *
 * `send` first looks the host up, and may have to wait for a `bind`. What is recorded is the
 * moment when the datagram goes to the system, with the line of the call from before. What the
 * program sent and Node forgot (because the socket was closed meanwhile) was never sent.
 *
 * Errors are seen by a listener on `errorMonitor`, which makes none of them handled.
 *
 * Simplification: a socket that a cluster's worker shares with others is not recorded.
 */
const { createSocket, Socket } = require('node:dgram');
const { subscribe } = require('node:diagnostics_channel');
const { errorMonitor } = require('node:events');
const { getSystemErrorName } = require('node:util');
const { addressJson } = require('./recorder.cjs');
const { symbolOf, wrap } = require('./wrap.cjs');

/** Calls of `send` that are remembered until they are sent; Node itself sets no limit. */
const MOST_CALLS = 1000;

/** A call of `send` that is on its way to the system. */
/** @typedef {{ callback: unknown, site: string, queued: boolean, sent?: Sent }} Call */
/** @typedef {{ t: number, fields: string }} Sent */

/** A datagram socket that is recorded. */
class Datagrams {
  /** @type {Call[]} */
  calls = [];
  /** The call of `send` that is on the stack. @type {Call | undefined} */
  current;
  /** The lines that called `bind` and `connect`, as fields. */
  bindSite = '';
  connectSite = '';

  /** @param {number} id @param {any} state Node's own record of the socket */
  constructor(id, state) {
    this.socket = `,"socket":${id}`;
    this.state = state;
  }
}

/** @param {import('./recorder.cjs').Recorder} recorder */
function watchDatagrams(recorder) {
  const { journal } = recorder;
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
    journal.note('socket', journal.now(), datagrams.socket + site + kind);
    journal.settle();
    watchHandle(state.handle, datagrams);
    socket.on(errorMonitor, (/** @type {unknown} */ error) => {
      journal.note('error', journal.now(), datagrams.socket + recorder.error(error));
      journal.settle();
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
        const t = journal.now();
        const failed = Reflect.apply(original, this, arguments);
        if (!failed) noteConnect(this, datagrams, { t, remote: { host, port } });
        return failed;
      };
    });

    wrap(handle, 'send', (original) => {
      /** @this {any} @param {any[]} args */
      return function send(...args) {
        const t = journal.now();
        const result = Reflect.apply(original, this, args);
        noteSend(this, datagrams, { t, args, result });
        return result;
      };
    });
  }

  /** @param {any} handle @param {Datagrams} datagrams */
  function noteBind(handle, datagrams) {
    const local = nameOf(handle, 'getsockname');
    if (local === undefined) return;
    const fields = `${datagrams.bindSite},"local":${addressJson(local)}`;
    journal.note('bind', journal.now(), datagrams.socket + fields);
    journal.settle();
  }

  /**
   * @param {any} handle
   * @param {Datagrams} datagrams
   * @param {{ t: number, remote: { host: string, port: number } }} connect
   */
  function noteConnect(handle, { socket, connectSite }, { t, remote }) {
    const to = addressJson(remote);
    journal.note('connect', t, `${socket}${connectSite},"to":${to}`);
    const local = nameOf(handle, 'getsockname');
    if (local !== undefined) {
      const fields = `,"local":${addressJson(local)},"remote":${to}`;
      journal.note('connected', journal.now(), socket + fields);
    }
    journal.settle();
  }

  /** @param {Datagrams} datagrams */
  function watchMessages({ socket }) {
    return (/** @type {Function} */ original) => {
      /** @this {any} @param {any} count @param {any} handle @param {any} bytes @param {any} from */
      return function onmessage(count, handle, bytes, from) {
        if (!(count >= 0)) return Reflect.apply(original, this, arguments);
        const { address: host, port } = from;
        const sender = `,"from":${addressJson({ host, port })}`;
        const fields = socket + recorder.payload(bytes) + sender;
        journal.note('receive', journal.now(), fields);
        try {
          return Reflect.apply(original, this, arguments);
        } finally {
          journal.settle();
        }
      };
    };
  }

  /**
   * @param {any} handle
   * @param {Datagrams} datagrams
   * @param {{ t: number, args: any[], result: number }} send
   */
  function noteSend(handle, datagrams, { t, args, result }) {
    const [request, list, , port, host] = args;
    const to = typeof port === 'number' ? { host, port } : nameOf(handle, 'getpeername');
    const bytes = list.length === 1 ? list[0] : Buffer.concat(list);
    const why = result < 0 ? `,"error":"${getSystemErrorName(result)}"` : '';
    const where = addressJson(to ?? { host: 'unknown', port: 0 });
    const sent = { t, fields: `${recorder.payload(bytes)},"to":${where}${why}` };
    const call = takeCall(datagrams, request.callback);
    if (call !== undefined && call === datagrams.current) {
      call.sent = sent; // `send` is on the stack, and knows its line better than we do
      return;
    }
    journal.note('send', t, `${datagrams.socket}${call?.site ?? ''}${sent.fields}`);
    journal.settle();
  }

  wrap(Socket.prototype, 'send', (original) => {
    /** @this {any} @param {any[]} args */
    return function send(...args) {
      const datagrams = recorded.get(this);
      if (datagrams === undefined || isReplay(datagrams, args)) {
        return Reflect.apply(original, this, args);
      }
      const { calls, state } = datagrams;
      const last = args.at(-1);
      const callback = typeof last === 'function' ? last : undefined;
      /** @type {Call} */
      const call = { callback, site: '', queued: false };
      if (calls.length >= MOST_CALLS) calls.shift();
      calls.push(call);
      const outer = datagrams.current;
      datagrams.current = call;
      const waiting = state.queue?.length ?? 0;
      let done = false;
      try {
        const result = Reflect.apply(original, this, args);
        done = true;
        return result;
      } finally {
        datagrams.current = outer;
        if (!done) takeOut(calls, call);
        else {
          call.site = recorder.site(send);
          call.queued = (state.queue?.length ?? 0) > waiting;
          if (call.sent) {
            const { t, fields } = call.sent;
            journal.note('send', t, datagrams.socket + call.site + fields);
            journal.settle();
          }
        }
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
      const t = journal.now();
      const site = recorder.site(close);
      const open = Boolean(datagrams.state.handle);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        // Or it was put off until what is queued has been sent, and comes again.
        if (open && !datagrams.state.handle) {
          journal.note('close', t, datagrams.socket + site);
          journal.settle();
        }
      }
    };
  });
}

/**
 * The call that was made first, of those with this callback.
 *
 * @param {Datagrams} datagrams
 * @param {unknown} callback
 */
function takeCall({ calls }, callback) {
  const place = calls.findIndex((call) => call.callback === callback);
  return place < 0 ? undefined : calls.splice(place, 1)[0];
}

/**
 * What is sent before the socket has an address waits in Node's queue, and `send` is called
 * again when it has one.
 *
 * @param {Datagrams} datagrams
 * @param {any[]} args
 */
function isReplay({ calls, state }, args) {
  if (!Array.isArray(args[0]) || state.queue !== undefined) return false;
  const call = calls.find(({ queued, callback }) => queued && callback === args[3]);
  if (call === undefined) return false;
  call.queued = false;
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

/** @param {any} handle @param {'getsockname' | 'getpeername'} call */
function nameOf(handle, call) {
  /** @type {{ address?: string, port?: number }} */
  const name = {};
  const failed = handle[call](name);
  if (failed || name.address === undefined || name.port === undefined) return undefined;
  return { host: name.address, port: name.port };
}

module.exports = { watchDatagrams };
