/**
 * Builds the book: the project's own files as pages that open from disk.
 *
 *   npm run book                     into dist-book/
 *   npm run book -- --out FOLDER     elsewhere
 *   npm run book -- --short          with few runs and few colours, in a quarter of the time
 *
 * Everything is found: a new lesson, room or page of docs/ appears by itself. It fails at once,
 * runs nothing and writes nothing, when a link is dead, a region or an exercise's answer is
 * missing, or a line is too wide.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/common/index.ts';
import { problemsOf } from './problems.ts';
import { makeBook } from './make.ts';
import { ROOT } from './sources.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist-book' },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run book [-- --out FOLDER] [--short]     into dist-book/ unless told otherwise',
  );
  process.exit();
}

const started = performance.now();
const book = await makeBook({ short: values.short });
const { files } = book;
const problems = problemsOf(book);
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  console.error(`${problems.length} problems: nothing was written`);
  process.exit(1);
}

const out = resolve(ROOT, values.out);
rmSync(out, { recursive: true, force: true });
for (const [path, text] of files) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

const sizes = [...files]
  .filter(([path]) => path.endsWith('.html'))
  .map(([, text]) => Buffer.byteLength(text));
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`;
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${join(values.out, 'index.html')}: ${sizes.length} pages in ${seconds} s`);
console.log(
  `a page: ${kilobytes(median(sizes))} in the middle, ${kilobytes(Math.max(...sizes))} at most; ` +
    `search: ${kilobytes(Buffer.byteLength(files.get('assets/search-index.js')!))}`,
);
