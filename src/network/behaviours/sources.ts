/** Finds the places that an experiment recommends to read: `file#text` to `file:line`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, packageFile } from '../../common/index.ts';

/** The place in a form that editors open; only the file when the text is not in it. */
export function placeOf(reading: string): string {
  const [file, text] = parts(reading);
  const path = packageFile(file);
  if (text === '' || !existsSync(path)) return path;
  const line = linesWith(file, text)[0];
  return line === undefined ? path : `${path}:${line}`;
}

/** The numbers of the lines that contain the text, from 1. @throws ENOENT */
export function linesWith(file: string, text: string): number[] {
  const lines = readFileSync(join(PACKAGE, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
}

/** File and text; the text is empty when the reader should read the whole file. */
export function parts(reading: string): [file: string, text: string] {
  const at = reading.indexOf('#');
  return at < 0 ? [reading, ''] : [reading.slice(0, at), reading.slice(at + 1)];
}
