/** Rooms of the toolkit as they are published: what they start as a process is up sooner. */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative } from 'node:path';
import { compile } from '../test/support/compile.ts';
import { COMPILED, compiledFrom, compiledModule } from '../test/support/places.ts';
import { ROOT } from './sources.ts';

let compiling: Promise<unknown> | undefined;

/** Begins with it, or says when it is done. */
export async function compiled(): Promise<void> {
  compiling ??= compile();
  await compiling;
}

/** @param room such as `trace`, for `src/trace/index.ts` */
export async function compiledRoom<Room>(room: string): Promise<Room> {
  await compiled();
  return compiledModule<Room>(`src/${room}/index.ts`);
}

const COMPILED_FOLDER = relative(ROOT, COMPILED);
const PLACE = new RegExp(
  `"at":\\{"file":"${COMPILED_FOLDER}/([^"]+)\\.js","line":(\\d+)\\}`,
  'g',
);

/**
 * A trace of what was compiled, with the places in its sources: of a statement, its first line.
 * Node would do so itself (`--enable-source-maps`), but each program would take half as long
 * again to start.
 * @param trace its text
 */
export function inSources(trace: string): string {
  return trace.replaceAll(PLACE, (_, name: string, line: string) => {
    const file = `${name}.ts`;
    return `"at":${JSON.stringify({ file, line: sourceLine(file, Number(line)) })}`;
  });
}

interface Mapped {
  lines: string[];
  map: SourceMap;
}

const maps = new Map<string, Mapped>();

function sourceLine(file: string, line: number): number {
  let mapped = maps.get(file);
  if (!mapped) {
    const text = readFileSync(compiledFrom(file), 'utf8');
    const [, base64 = ''] = /base64,(\S+)\s*$/.exec(text) ?? [];
    const payload = JSON.parse(
      Buffer.from(base64, 'base64').toString(),
    ) as SourceMapPayload;
    mapped = { lines: text.split('\n'), map: new SourceMap(payload) };
    maps.set(file, mapped);
  }
  const { lines, map } = mapped;
  // A line may begin with what has no place of its own, such as a point.
  const { length } = lines[line - 1]!;
  for (let column = 0; column < length; column += 1) {
    const entry = map.findEntry(line - 1, column);
    if ('originalLine' in entry && entry.generatedLine === line - 1) {
      return entry.originalLine + 1;
    }
  }
  return line;
}
