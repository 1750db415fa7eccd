'use strict';
/** A string as JSON, cut where it is too long to be of use. @param {string} value */
function text(value) {
  return JSON.stringify(value.slice(0, 1000));
}

module.exports = { text };
