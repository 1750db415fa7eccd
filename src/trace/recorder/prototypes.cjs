'use strict';
/**
 * The prototypes of Node's own handles, through which every socket speaks to the system, however
 * it came by its handle: a cluster's worker is given one, and a name with several addresses
 * gets one for each.
 */
const { symbolOf } = require('./wrap.cjs');

/**
 * @param {'tcp_wrap' | 'pipe_wrap'} binding
 * @param {'TCP' | 'Pipe'} name
 * @returns {any} an object of no use where Node does not give it out
 */
function prototypeOf(binding, name) {
  const quiet = Boolean(process.noDeprecation);
  try {
    process.noDeprecation = true; // a program must not be warned for what we do
    return /** @type {any} */ (process).binding(binding)[name].prototype;
  } catch {
    return {};
  } finally {
    process.noDeprecation = quiet;
  }
}

/** The socket that a handle belongs to. @param {any} handle @returns {any} */
function ownerOf(handle) {
  const owner = symbolOf(handle, 'owner_symbol');
  return owner && handle[owner];
}

module.exports = { ownerOf, prototypeOf };
