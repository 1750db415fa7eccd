import { describe, expect, it } from 'vitest';
import { hintFor } from '../../../../src/trace/recorder/hints.cjs';

const REQUIRE = 'require is not defined in ES module scope, you can use import instead';

function failure(message: string, stack: string): Error {
  return Object.assign(new Error(message), { stack });
}

describe('a program that mixes the two kinds of modules', () => {
  it('is told to be .cjs, or to use import', () => {
    const stack = `ReferenceError: ${REQUIRE}\n    at file:///lab%20one/a/my.js:1:13`;
    expect(hintFor(failure(REQUIRE, stack), '/lab one')).toBe(
      'a/my.js is an ES module, which has no require: rename it to my.cjs, or use import',
    );
    const more = `${REQUIRE}\nThis file is … "/lab/package.json" contains "type": "module".`;
    expect(hintFor(failure(more, stack), '/lab one')).toContain(
      'an ES module (its package.json says "type": "module"), which has no require',
    );
  });

  it('is told to be .mjs, or to use require', () => {
    const message = 'Cannot use import statement outside a module';
    const stack = `/lab one/my.js:1\nimport net from 'node:net';\n\nSyntaxError: ${message}`;
    expect(hintFor(failure(message, stack), '/lab one')).toBe(
      'my.js is a CommonJS module, which has no import: rename it to my.mjs, or use require',
    );
  });

  it('is told nothing else of other mistakes', () => {
    const other = failure('x is not defined', 'ReferenceError: x\n at file:///a.js:1:1');
    expect([hintFor(other, '/'), hintFor(undefined, '/')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
