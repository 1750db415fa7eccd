/** `socketlab diagram FILE…`: a trace as a picture. */
import { basename } from 'node:path';
import { misuse, replaceFile } from '../common/index.ts';
import type { Terminal } from '../common/terminal/index.ts';
import type { Format, Painter } from '../trace/diagram/index.ts';
import { checkWritable } from './line/files.ts';
import { command, flag, read, several, text, under } from './line/options.ts';

/** A picture that browsers and editors open slowly, in bytes. */
const LARGE = 5_000_000;

/** Of the diagram room, which is loaded when something is drawn. */
const FORMATS = ['term', 'svg', 'html', 'mermaid'] as const satisfies readonly Format[];

export const diagramCommand = command({
  needs: {
    what: 'a trace to draw, such as run.jsonl; this makes one and draws it',
    example: 'run 01 --trace run.jsonl --diagram run.html',
  },
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'a trace that socketlab trace wrote; several are drawn as one picture',
      })
      .options(
        under('The picture:', {
          out: text('a file for the picture: .html, .svg, .mmd or .txt', 'this terminal'),
          format: {
            choices: FORMATS,
            defaultDescription: 'by --out, or term',
            describe: 'what kind of picture; term is text for a terminal',
          },
          width: read(
            wholeNumber('--width', 40, 10_000),
            'in columns, or for svg in pixels; 40 to 10000',
            "the terminal's, 80, or 960 pixels",
          ),
          ascii: flag('draw with ASCII characters only'),
        }),
      )
      .options(
        under('What is drawn:', {
          from: read(
            timeOption('--from'),
            'when to begin: 1.5s, 300ms, 250us; a number alone is in ms',
            'the first event',
          ),
          to: read(
            timeOption('--to'),
            'when to end: 1.5s, 300ms, 250us; a number alone is in ms',
            'the last event',
          ),
          around: {
            ...read(
              eventOrTime,
              'draw only what happens around an event (server#12) or a time (300ms)',
              'everything',
            ),
            conflicts: ['from', 'to'],
          },
          socket: {
            ...several(
              'this socket (server:2) and those that it talks to; repeat it for more',
              'all',
            ),
            requiresArg: false,
          },
          limit: read(
            wholeNumber('--limit', 2, 100_000),
            'the most events to draw, 2 to 100000',
            '150, svg 300, html 500',
          ),
        }),
      )
      .example('$0 diagram run.jsonl', 'in this terminal')
      .example(
        '$0 diagram run.jsonl --out run.html',
        'an interactive page, which also prints well',
      )
      .example('$0 diagram server.jsonl client.jsonl', 'traced in two terminals')
      .example('$0 diagram run.jsonl --around server#12', 'what happened there'),
  handler: async (given) => {
    const { formatFor, megabytes, readTraces } = await import('./picture.ts');
    const { drawDiagram } = await import('../trace/diagram/index.ts');
    const { note, ownTerminal } = await import('../common/terminal/index.ts');
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
    else {
      const size = Buffer.byteLength(drawing.text);
      if (size > LARGE) {
        note(`${out} will be ${megabytes(size)}: a smaller --limit makes it smaller`);
      }
      replaceFile(out, drawing.text);
    }
    if (out !== undefined) note(`${out}: ${drawing.summary}`);
    else if (format !== 'term') note(drawing.summary);
    // A text picture contains its notes.
    if (format !== 'term') for (const line of drawing.notes) note(line);
  },
});

/** By the number of the talk that something belongs to, or by what it means. */
function paintWith(colours: Terminal['colours']): Painter {
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

const UNITS: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1e3, s: 1e6 };
const TIME = /^(\d+(?:\.\d+)?)\s*(us|µs|ms|s)?$/;

/** In µs, as in a trace. */
function timeOption(name: string): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const t = timeOf(given);
    if (t !== undefined) return t;
    throw misuse(`${name} takes a time like 1.5s, 300ms or 250us, not ${given}`);
  };
}

function timeOf(time: string): number | undefined {
  const [, number, unit = 'ms'] = TIME.exec(time.trim()) ?? [];
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
    throw misuse(`${name} takes a whole number from ${least} to ${most}, not ${given}`);
  };
}
