/** The book as files in its folder; nothing is written when something is wrong with it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { median } from '../src/common/index.ts';
import { type BookOptions, makeBook } from './make.ts';
import { problemsOf } from './problems.ts';
import { ROOT } from './sources.ts';

interface WriteOptions extends BookOptions {
  /** The folder. What is in it is removed. */
  out: string;
}

/**
 * @param programs done when everything is compiled that is to be run
 * @returns what is wrong with the book's sources, as lines that say where
 */
export async function writeBook(
  { out, ...options }: WriteOptions,
  programs: Promise<unknown>,
): Promise<string[]> {
  const book = await makeBook(options, programs);
  const problems = problemsOf(book);
  if (problems.length > 0) return problems;
  const { files } = book;
  const folder = resolve(ROOT, out);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  const sizes = [...files]
    .filter(([path]) => path.endsWith('.html'))
    .map(([, text]) => Buffer.byteLength(text));
  const seconds = (performance.now() / 1000).toFixed(1); // since Node began
  console.log(`${join(out, 'index.html')}: ${sizes.length} pages in ${seconds} s`);
  console.log(
    `a page: ${kilobytes(median(sizes))} (median), ${kilobytes(Math.max(...sizes))} (largest); ` +
      `search: ${kilobytes(Buffer.byteLength(files.get('assets/search-index.js')!))}`,
  );
  return [];
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KB`;
}
