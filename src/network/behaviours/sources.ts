/** Finds what an experiment says one should read: `file#text` becomes `file:line`. */
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `src/` and `examples/` stand; what was compiled lies a folder deeper, in dist/. */
const UP = extname(import.meta.url) === '.ts' ? '../../../' : '../../../../';
const ROOT = fileURLToPath(new URL(UP, import.meta.url));

/** The place as an editor opens it; the file alone when the text is not in it. */
export function placeOf(reading: string): string {
  const [file, text] = parts(reading);
  if (text === '' || !existsSync(join(ROOT, file))) return file;
  const line = linesWith(file, text)[0];
  return line === undefined ? file : `${file}:${line}`;
}

/** The numbers of the lines in which the text stands, from 1. @throws ENOENT */
export function linesWith(file: string, text: string): number[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
}

/** File and text; the text is empty when the whole file is to be read. */
export function parts(reading: string): [file: string, text: string] {
  const at = reading.indexOf('#');
  return at < 0 ? [reading, ''] : [reading.slice(0, at), reading.slice(at + 1)];
}
