'use strict';
/**
 * A program that ends at once because it mixes the two kinds of modules gets an error in Node's own
 * words. These hints say in one line what to do about it; `trace` shows the line last.
 */
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const { fileURLToPath } = require('node:url');

/** Stands at the end of the file's name, in the folder of the logs. */
const HINT = '.hint';

/** @param {string} folder @param {string} root the folder from which files are told */
function watchMistakes(folder, root) {
  process.once('uncaughtExceptionMonitor', (error) => {
    const hint = hintFor(error, root);
    if (hint === undefined) return;
    try {
      writeFileSync(path.join(folder, `${process.pid}${HINT}`), hint);
    } catch {
      // Then there is no hint.
    }
  });
}

/**
 * @param {unknown} error
 * @param {string} root
 * @returns {string | undefined}
 */
function hintFor(error, root) {
  const { message, stack } = Object(error);
  const [, word] = /^(\w+) is not defined in ES module scope/.exec(message) ?? [];
  const isImport = String(message).startsWith('Cannot use import statement outside');
  if (word === undefined && !isImport) return undefined;
  const [, url] = /(file:[^\s)]*?\.\w+):\d/.exec(stack) ?? [];
  const [, plain] = /^(.*\.\w+):\d/.exec(stack) ?? [];
  const file = url === undefined ? plain : fileURLToPath(url);
  if (file === undefined) return undefined;
  const name = path.relative(root, file);
  const bare = path.basename(file).replace(/\.[^.]*$/, '');
  if (isImport) {
    return `${name} is a CommonJS module, which has no import: rename it to ${bare}.mjs, or use require`;
  }
  const why = /"type": "module"/.test(message)
    ? ' (its package.json says "type": "module")'
    : '';
  return `${name} is an ES module${why}, which has no ${word}: rename it to ${bare}.cjs, or use import`;
}

module.exports = { HINT, hintFor, watchMistakes };
