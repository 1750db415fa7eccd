'use strict';
/**
 * The layout of a log: one record after the other, numbers little-endian.
 *
 *    0  type      which entry of TYPES
 *    1  flags     FULL, WAITS, REFUSED
 *    2  extra     how many bytes follow the 48 of this head
 *    4  socket
 *    8  t         µs since the trace began (double)
 *   16  offset    of the first byte in its stream (double)
 *   24  bytes     how many
 *   28  digest
 *   32  at        the line of the call   ┐ numbers of JSON texts that stand in `define`
 *   36  address   `to` or `from`         │ records before; 0 for none
 *   40  error     why it was refused     ┘
 *   44  number    of what a `define` record defines
 *   48  extra     the first bytes of the payload, or JSON
 *
 * Reads and writes may be recorded many thousand times a second, while a peer waits. Making JSON
 * would take longer than sending the bytes, so the reader of the log does that. Rare events
 * (`json`) are JSON already: an event without its seq and t.
 */

const HEAD = 48;
const FULL = 1;
const WAITS = 2;
const REFUSED = 4;

const TYPES = /** @type {const} */ ([
  'process',
  'define',
  'json',
  'send',
  'receive',
  'write',
  'read',
]);

module.exports = { FULL, HEAD, REFUSED, TYPES, WAITS };
