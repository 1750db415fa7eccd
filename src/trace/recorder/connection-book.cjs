'use strict';
/**
 * The connections that are recorded, found by their `net.Socket`.
 */

/** @typedef {import('./addresses.cjs').Address} Address */

/** One connection socket, from `connect` or `accept` to `close`. */
class Connection {
  /** It is a client's, and waits to be connected. */
  connecting = false;
  /** The peer's last byte was read; the program's was sent; the socket was given back. */
  ended = false;
  shut = false;
  closed = false;
  /** Bytes read. */
  read = 0;
  /** Bytes that the program wrote. */
  written = 0;
  /** Some of them wait for the system to take them; which it had taken when last asked. */
  waits = false;
  taken = 0;
  /** What waits because the program corked the socket, not because the system is full. */
  corked = false;
  /** TLS stands between the program and the system. */
  encrypted = false;
  /** Handed to another process, or to HTTP/2: what follows is not seen here. */
  handedOver = false;
  /** The address that the system was asked for last. @type {{ host: string, port: number } | undefined} */
  tried = undefined;
  /** Of a name with several addresses: the one that is tried. @type {{ host: string, port: number } | undefined} */
  attempt = undefined;
  /** The line that called `end`, as a field. */
  endSite = '';

  /**
   * @param {number} id
   * @param {Address} remote as far as it is known
   */
  constructor(id, remote) {
    /** The field that names it in every event. */
    this.socket = `,"socket":${id}`;
    this.id = id;
    this.remote = remote;
  }
}

class ConnectionBook {
  #noteTls;

  /** @param {(connection: Connection) => void} noteTls told when TLS takes a connection over */
  constructor(noteTls) {
    this.#noteTls = noteTls;
  }

  /** The clients' sockets that wait for their connection. @type {Set<any>} */
  connecting = new Set();
  /** The sockets with bytes that wait for the system. @type {Set<any>} */
  waiting = new Set();
  /** @type {WeakMap<object, Connection>} */
  #bySocket = new WeakMap();
  /** Accepted, but Node has not made a net.Socket of it yet. @type {WeakMap<object, Connection>} */
  #byHandle = new WeakMap();

  /** @param {object} socket @param {Connection} connection */
  add(socket, connection) {
    this.#bySocket.set(socket, connection);
  }

  /** @param {object} handle @param {Connection} connection */
  addHandle(handle, connection) {
    this.#byHandle.set(handle, connection);
  }

  /** @param {any} socket that may speak TLS @param {Connection} connection */
  secure({ encrypted }, connection) {
    if (!encrypted || connection.encrypted) return;
    connection.encrypted = true;
    this.#noteTls(connection);
  }

  /** @param {any} socket a client's, that begins or ends to wait @param {Connection} connection @param {boolean} is */
  setConnecting(socket, connection, is) {
    connection.connecting = is;
    if (is) this.connecting.add(socket);
    else this.connecting.delete(socket);
  }

  /**
   * @param {any} socket
   * @returns {Connection | undefined} undefined for what is not recorded: a pipe, a terminal
   */
  of(socket) {
    const known = this.#bySocket.get(socket);
    if (known !== undefined) return known;
    const { _handle: handle, _parent: beneath } = socket;
    // A TLSSocket speaks for the socket beneath it.
    const found = (handle && this.#byHandle.get(handle)) || (beneath && this.of(beneath));
    if (!found) return undefined;
    this.#bySocket.set(socket, found);
    this.secure(socket, found);
    // Otherwise an HTTP parser would read from the handle itself, which we could not see.
    if (handle) handle._consumed = true;
    return found;
  }
}

module.exports = { Connection, ConnectionBook };
