'use strict';
/**
 * What a log looks like: one record after the other, numbers little-endian.
 *
 *    0  type      which entry of TYPES
 *    1  flags     FULL, WAITS
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
 * Bytes that come and go are written down many thousand times a second, while a peer waits. To
 * make JSON of them takes longer than to send them, so it is left to whoever reads the log.
 * What happens rarely (`json`) is JSON already: an event without its seq and t.
 */

const HEAD = 48;
const FULL = 1;
const WAITS = 2;

const TYPES = /** @type {const} */ ([
  'process',
  'define',
  'json',
  'send',
  'receive',
  'write',
  'read',
]);

module.exports = { FULL, HEAD, TYPES, WAITS };
