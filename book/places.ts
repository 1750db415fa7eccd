/** Where the compiled programs of the book are (compiled.ts), and where in its source each line. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './sources.ts';

/** As deep as `dist`: the toolkit finds from there what is not compiled. */
export const COMPILED = join(ROOT, 'dist-programs');

/** @param file from the project's root */
export function compiledFrom(file: string): string {
  return join(COMPILED, file.replace(/\.ts$/, '.js'));
}

/** @param file from the project's root */
export async function compiledModule<Module>(file: string): Promise<Module> {
  return (await import(pathToFileURL(compiledFrom(file)).href)) as Module;
}

/** The source of a compiled file, from the project's root. */
export function sourceOf(file: string): string {
  return relative(COMPILED, file).split(sep).join('/').replace(/\.js$/, '.ts');
}

/** A file's path from the project's root. */
export function fromRoot(file: string): string {
  return relative(ROOT, file).split(sep).join('/');
}

const PLACE = new RegExp(
  `"at":\\{"file":"(${fromRoot(COMPILED)}/[^"]+)","line":(\\d+)\\}`,
  'g',
);

/**
 * A trace of what was compiled, with the places in its sources: of a statement, its first line.
 * Node would do so itself (`--enable-source-maps`), but each program would take half as long
 * again to start.
 * @param trace its text
 */
export function inSources(trace: string): string {
  return trace.replaceAll(PLACE, (_, file: string, line: string) => {
    return `"at":${JSON.stringify(placeInSource(join(ROOT, file), Number(line)))}`;
  });
}

interface Mapped {
  lines: string[];
  map: SourceMap;
}

const maps = new Map<string, Mapped>();

function placeInSource(file: string, line: number): { file: string; line: number } {
  let mapped = maps.get(file);
  if (!mapped) {
    mapped = readMapped(file);
    maps.set(file, mapped);
  }
  const { lines, map } = mapped;
  // A line may begin with what has no place of its own, such as a point.
  const { length } = lines[line - 1]!;
  for (let column = 0; column < length; column += 1) {
    const entry = map.findEntry(line - 1, column);
    if ('originalLine' in entry && entry.generatedLine === line - 1) {
      const source = resolve(file, '..', entry.originalSource);
      return { file: fromRoot(source), line: entry.originalLine + 1 };
    }
  }
  return { file: sourceOf(file), line };
}

/** Of a bundle, the map is a file beside it: whoever starts need not read over it. */
function readMapped(file: string): Mapped {
  const text = readFileSync(file, 'utf8');
  const beside = `${file}.map`;
  const [, base64 = ''] = /base64,(\S+)\s*$/.exec(text) ?? [];
  const map = existsSync(beside)
    ? readFileSync(beside, 'utf8')
    : Buffer.from(base64, 'base64').toString();
  const payload = JSON.parse(map) as SourceMapPayload;
  return { lines: text.split('\n'), map: new SourceMap(payload) };
}
