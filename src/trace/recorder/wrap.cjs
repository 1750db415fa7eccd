'use strict';
/**
 * Puts a method of ours in the place of one of Node's. Ours does what Node's does, and tells
 * the recorder. It keeps the name and the number of arguments, so that it looks the same.
 *
 * What remains to be seen: one more line in the stack of what is thrown inside.
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
