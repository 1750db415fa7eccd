/** What `socketlab diagram` does: reads traces, draws them. */
import { existsSync, rmSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { makeTemporaryFolder, MisuseError, replaceFile } from '../../common/index.ts';
import { ownTerminal, withProgress } from '../../common/terminal/index.ts';
import { drawDiagram, type Format, type Paint } from '../../trace/diagram/index.ts';
import {
  fromZero,
  joinTrace,
  type JoinedTrace,
  loadTrace,
  mergeTraces,
  type TraceFile,
} from '../../trace/index.ts';
import { checkWritable } from '../line/files.ts';

export interface DiagramArguments {
  files: string[];
  format: Format | undefined;
  out: string | undefined;
  from: number | undefined;
  to: number | undefined;
  around: string | number | undefined;
  socket: string[] | undefined;
  limit: number | undefined;
  width: number | undefined;
  ascii: boolean;
}

export async function run(given: DiagramArguments): Promise<void> {
  const { files, out, format: wanted, socket: sockets, ...options } = given;
  const format = wanted ?? (out === undefined ? 'term' : formatFor('--out', out));
  const trace = await readTraces(files);
  if (out !== undefined) checkWritable(out, 'out');
  const terminal = ownTerminal();
  const forTerminal = out === undefined && format === 'term';
  const drawing = await drawDiagram(trace, {
    ...options,
    sockets,
    format,
    title: files.map((file) => basename(file)).join(' + '),
    width: options.width ?? (forTerminal ? process.stdout.columns : undefined),
    ...(forTerminal && { paint: paintWith(terminal.colours) }),
  });
  if (out === undefined) terminal.write(drawing.text);
  else replaceFile(out, drawing.text);
  // A picture in text has its notes within.
  if (format !== 'term') {
    for (const line of [drawing.summary, ...drawing.notes]) console.error(line);
  }
}

export interface PlannedPicture {
  /** Where a trace can go that nobody has asked for. */
  trace: string;
  /** @returns lines that say what was drawn */
  draw: (trace: string) => Promise<string[]>;
}

/**
 * For a picture of what is yet to happen: a wrong name, or place, is found before.
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
      if (!existsSync(file)) return ['there is nothing to draw: no socket was used'];
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

/** Shorter files are read before anybody has seen a bar. */
const LONG_FILE = 4_000_000;

/** @throws {MisuseError} ERR_BAD_ARGUMENT when one is named twice */
async function readTraces(files: readonly string[]): Promise<JoinedTrace> {
  const paths = files.map((file) => resolve(file));
  const twice = files.find((_, place) => paths.indexOf(paths[place]!) < place);
  if (twice !== undefined) throw bad(`${twice} is named twice: each trace once`);
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

/** By the number of the talk that something belongs to, or by what it means. */
function paintWith(colours: ReturnType<typeof ownTerminal>['colours']): Paint {
  const palette = [
    colours.cyan,
    colours.yellow,
    colours.magenta,
    colours.green,
    colours.blue,
  ];
  return (text, style) => {
    if (typeof style === 'number') return palette[style % palette.length]!(text);
    if (style === 'bad') return colours.red(text);
    return style === 'plain' ? text : colours[style](text);
  };
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
function formatFor(option: string, out: string): Format {
  const ending = extname(out).toLowerCase();
  const format = FORMAT_BY_ENDING[ending];
  if (format) return format;
  const known = Object.keys(FORMAT_BY_ENDING).join(', ');
  throw bad(
    `${option} ${out}: by its ending it cannot be told what to draw; there are ${known}`,
  );
}

function bad(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', why);
}
