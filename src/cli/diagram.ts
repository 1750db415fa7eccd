/** `socketlab diagram FILE`: a trace as a picture. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { CommandModule } from 'yargs';
import { MisuseError } from '../common/index.ts';
import { drawDiagram, type Format, FORMATS, type Paint } from '../diagram/index.ts';
import { ownTerminal } from '../lessons/index.ts';
import { joinTrace, type JoinedTrace, loadTrace } from '../trace/index.ts';

interface DiagramArguments {
  file: string;
  format: Format | undefined;
  out: string | undefined;
  from: number | undefined;
  to: number | undefined;
  around: string | number | undefined;
  socket: string[] | undefined;
  limit: number | undefined;
  width: number | undefined;
  ascii: boolean | undefined;
}

export const diagramCommand: CommandModule<object, DiagramArguments> = {
  command: 'diagram <file>',
  describe: 'draw what a trace tells: a lane for each socket, an arrow for what it sent',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'a trace, as socketlab trace writes it',
      })
      .option('format', {
        choices: FORMATS,
        describe: "by --out's ending if left out, otherwise term",
      })
      .option('out', {
        type: 'string',
        describe: 'a file for the picture: .html, .svg, .mmd or .txt',
      })
      .option('from', {
        type: 'string',
        coerce: timeOption('--from'),
        describe: 'when to begin: 1.5s, 300ms, 250us; a number alone is in ms',
      })
      .option('to', {
        type: 'string',
        coerce: timeOption('--to'),
        describe: 'when to end',
      })
      .option('around', {
        type: 'string',
        coerce: eventOrTime,
        conflicts: ['from', 'to'],
        describe: 'what happens around an event (server#12) or a time',
      })
      .option('socket', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'this socket (server:2) and those that it talks to; can be repeated',
      })
      .option('limit', {
        type: 'string',
        coerce: wholeNumber('--limit', 2, 100_000),
        describe: 'how many events to draw at most',
      })
      .option('width', {
        type: 'string',
        coerce: wholeNumber('--width', 40, 10_000),
        describe: 'in columns, or for svg in pixels',
      })
      .option('ascii', {
        type: 'boolean',
        describe: 'draw with ASCII characters alone',
      })
      .example('$0 diagram run.jsonl', 'in this terminal')
      .example('$0 diagram run.jsonl --out run.html', 'a page to point at and to print')
      .example('$0 diagram run.jsonl --around server#12', 'what happened there'),
  handler: async ({ file, out, format: wanted, socket: sockets, ...options }) => {
    const format = wanted ?? (out === undefined ? 'term' : formatFor('--out', out));
    const trace = await readTrace(file);
    const terminal = ownTerminal();
    const forTerminal = out === undefined && format === 'term';
    const drawing = await drawDiagram(trace, {
      ...options,
      sockets,
      format,
      title: basename(file),
      width: options.width ?? (forTerminal ? process.stdout.columns : undefined),
      ...(forTerminal && { paint: paintWith(terminal.colours) }),
    });
    if (out === undefined) terminal.write(drawing.text);
    else await writeFile(out, drawing.text);
    // A picture in text has its notes within.
    if (format !== 'term') {
      for (const line of [drawing.summary, ...drawing.notes]) console.error(line);
    }
  },
};

export interface PlannedPicture {
  /** Where a trace can go that nobody has asked for. */
  trace: string;
  /** @returns lines that say what was drawn */
  draw: (trace: string) => Promise<string[]>;
}

/**
 * For a picture of what is yet to happen: a wrong name is found before.
 * @throws {MisuseError} ERR_BAD_ARGUMENT
 */
export function planPicture(out: string): PlannedPicture {
  const format = formatFor('--diagram', out);
  const folder = mkdtempSync(join(tmpdir(), 'socketlab-diagram-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return {
    trace: join(folder, 'trace.jsonl'),
    draw: async (file) => {
      if (!existsSync(file)) return ['there is nothing to draw: no socket was used'];
      const title = basename(out);
      const drawing = await drawDiagram(await readTrace(file), { format, title });
      await writeFile(out, drawing.text);
      return [`${out}: ${drawing.summary}`, ...drawing.notes];
    },
  };
}

/** Shorter files are read before anybody has seen a bar. */
const LONG_FILE = 4_000_000;

async function readTrace(file: string): Promise<JoinedTrace> {
  let bar: SingleBar | undefined;
  const trace = await loadTrace(file, (read, size) => {
    if (size < LONG_FILE || !process.stderr.isTTY) return;
    if (!bar) {
      bar = new SingleBar({
        format: 'reading |{bar}| {percentage} %',
        clearOnComplete: true,
        hideCursor: true,
      });
      bar.start(size, read);
    }
    bar.update(read);
  }).finally(() => bar?.stop());
  return joinTrace(trace);
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

const UNITS: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1e3, s: 1e6 };
const TIME = /^(\d+(?:\.\d+)?)\s*(us|µs|ms|s)?$/;

/** In µs, as a trace has it. */
function timeOption(name: string): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const t = timeOf(given);
    if (t === undefined) {
      throw bad(`${name} takes a time like 1.5s, 300ms or 250us, not ${given}`);
    }
    return t;
  };
}

function timeOf(text: string): number | undefined {
  const [, number, unit = 'ms'] = TIME.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit]!;
}

function eventOrTime(given: string | undefined): string | number | undefined {
  return given === undefined ? undefined : (timeOf(given) ?? given);
}

function wholeNumber(
  name: string,
  least: number,
  most: number,
): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const number = Number(given);
    if (/^\d+$/.test(given) && number >= least && number <= most) return number;
    throw bad(`${name} takes a whole number from ${least} to ${most}, not ${given}`);
  };
}

function bad(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', why);
}
