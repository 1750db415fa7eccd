/** Pictures of traces, for `socketlab diagram` and `run --diagram`: read, named, drawn. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { makeTemporaryFolder, misuse, replaceFile } from '../common/index.ts';
import { withProgress } from '../common/terminal/index.ts';
import { drawDiagram, type Format } from '../trace/diagram/index.ts';
import {
  fromZero,
  joinTrace,
  type JoinedTrace,
  loadTrace,
  mergeTraces,
  type TraceFile,
} from '../trace/index.ts';
import { checkWritable } from './line/files.ts';

export interface PlannedPicture {
  /** Where a trace goes that nobody has asked for. */
  trace: string;
  /** @returns lines that say what was drawn */
  draw: (trace: string) => Promise<string[]>;
}

/**
 * For a picture of what is yet to happen: finds a wrong name or place beforehand.
 * @throws {MisuseError} ERR_BAD_ARGUMENT
 */
export function planPicture(out: string): PlannedPicture {
  const format = formatFor('--diagram', out);
  checkWritable(out, 'diagram');
  const folder = makeTemporaryFolder('socketlab-diagram-');
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', discard);
  return {
    trace: join(folder, 'trace.jsonl'),
    draw: async (file) => {
      if (!existsSync(file)) return ['there is nothing to draw: no socket was opened'];
      const title = basename(out);
      const drawing = await drawDiagram(await readTraces([file]), { format, title });
      try {
        replaceFile(out, drawing.text);
      } catch (cause) {
        // What was recorded can be drawn somewhere else.
        process.off('exit', discard);
        const why = `${(cause as Error).message}; the trace is kept: ${file}`;
        throw new Error(why, { cause });
      }
      return [`${out}: ${drawing.summary}`, ...drawing.notes];
    },
  };
}

/** Shorter files have been read before anybody could see a bar. */
const LONG_FILE = 4_000_000;

/** Bytes of memory for a byte of a trace: most for datagrams without previews (Node 20: 3.1). */
const MEMORY = 3.2;

/**
 * Without enough memory Node would end with a report of its own.
 * @throws {Error} that says what is needed
 */
function checkMemory(files: readonly string[]): void {
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const [need, limit] = [size * MEMORY, getHeapStatistics().heap_size_limit];
  if (need <= limit) return;
  const names = files.map((file) => basename(file)).join(' and ');
  const enough = Math.ceil((need * 1.1) / 1e8) * 100;
  throw new Error(
    `${names}: ${megabytes(size)}, and drawing it takes about ${megabytes(need)} of memory; ` +
      `Node may use ${megabytes(limit)} here: NODE_OPTIONS=--max-old-space-size=${enough} gives more`,
  );
}

/** For a size that is worth a remark. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
}

/**
 * @throws {MisuseError} ERR_BAD_ARGUMENT when one is named twice
 * @throws {Error} when there is not enough memory
 */
export async function readTraces(files: readonly string[]): Promise<JoinedTrace> {
  const paths = files.map((file) => resolve(file));
  const twice = files.find((_, place) => paths.indexOf(paths[place]!) < place);
  if (twice !== undefined) throw misuse(`${twice} is named twice: name each trace once`);
  checkMemory(files);
  const traces = [];
  for (const file of files) {
    traces.push({ name: basename(file), trace: await readTrace(file) });
  }
  return joinTrace(fromZero(mergeTraces(traces)));
}

async function readTrace(file: string): Promise<TraceFile> {
  return withProgress('reading |{bar}| {percentage} %', (show) =>
    loadTrace(file, (read, size) => {
      if (size >= LONG_FILE) show(read, size);
    }),
  );
}

const FORMAT_BY_ENDING: Readonly<Record<string, Format>> = {
  '.html': 'html',
  '.htm': 'html',
  '.svg': 'svg',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.txt': 'term',
};

/** @throws {MisuseError} ERR_BAD_ARGUMENT */
export function formatFor(option: string, out: string): Format {
  const ending = extname(out).toLowerCase();
  const format = FORMAT_BY_ENDING[ending];
  if (format) return format;
  const known = Object.keys(FORMAT_BY_ENDING).join(', ');
  throw misuse(
    `${option} ${out}: its extension does not say what to draw: it can be ${known}`,
  );
}
