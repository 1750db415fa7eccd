'use strict';
/**
 * Replaces a method of Node's by one that does the same and records the call. It keeps the name
 * and the number of arguments, so that it looks the same.
 *
 * One difference remains: the stack of an error thrown inside has one more line.
 */

/**
 * @param {any} object
 * @param {string | symbol} name where there is no such method (another Node), nothing happens
 * @param {(original: Function) => Function} make
 */
function wrap(object, name, make) {
  const original = object[name];
  if (typeof original !== 'function') return;
  const wrapper = make(original);
  for (const property of ['name', 'length']) {
    const value = original[/** @type {'name' | 'length'} */ (property)];
    Object.defineProperty(wrapper, property, { value, configurable: true });
  }
  // Assigned: a property that is defined costs V8 the object's fast form.
  object[name] = wrapper;
}

/**
 * Node keeps some of its state under symbols that have a name.
 *
 * @param {object} object
 * @param {string} description
 * @returns {symbol | undefined}
 */
function symbolOf(object, description) {
  return Object.getOwnPropertySymbols(object).find(
    (symbol) => symbol.description === description,
  );
}

module.exports = { symbolOf, wrap };
