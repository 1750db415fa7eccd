/** `socketlab diagram FILE…`: a trace as a picture. */
import { MisuseError } from '../common/index.ts';
import type { Format } from '../trace/diagram/index.ts';
import type { DiagramArguments } from './handlers/diagram.ts';
import type { Command } from './line/options.ts';

/** Of the diagram room, which is loaded when something is drawn. */
const FORMATS = ['term', 'svg', 'html', 'mermaid'] as const satisfies readonly Format[];

const OUTPUT = 'The picture:';
const CHOICE = 'What is drawn:';

export const diagramCommand: Command<DiagramArguments> = {
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
        describe: 'a trace, as socketlab trace writes it; of several one picture',
      })
      .option('out', {
        group: OUTPUT,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'this terminal',
        describe: 'a file for the picture: .html, .svg, .mmd or .txt',
      })
      .option('format', {
        group: OUTPUT,
        choices: FORMATS,
        defaultDescription: 'by --out, or term',
        describe: 'what kind of picture; term is text for a terminal',
      })
      .option('width', {
        group: OUTPUT,
        type: 'string',
        coerce: wholeNumber('--width', 40, 10_000),
        defaultDescription: "the terminal's, 80, or 960 pixels",
        describe: 'in columns, or for svg in pixels; 40 to 10000',
      })
      .option('ascii', {
        group: OUTPUT,
        type: 'boolean',
        default: false,
        describe: 'draw with ASCII characters alone',
      })
      .option('from', {
        group: CHOICE,
        type: 'string',
        coerce: timeOption('--from'),
        defaultDescription: 'the first event',
        describe: 'when to begin: 1.5s, 300ms, 250us; a number alone is in ms',
      })
      .option('to', {
        group: CHOICE,
        type: 'string',
        coerce: timeOption('--to'),
        defaultDescription: 'the last event',
        describe: 'when to end: 1.5s, 300ms, 250us; a number alone is in ms',
      })
      .option('around', {
        group: CHOICE,
        type: 'string',
        coerce: eventOrTime,
        conflicts: ['from', 'to'],
        defaultDescription: 'everything',
        describe: 'what happens around an event (server#12) or a time (300ms)',
      })
      .option('socket', {
        group: CHOICE,
        type: 'string',
        array: true,
        nargs: 1,
        defaultDescription: 'all',
        describe: 'this socket (server:2) and those that it talks to; again for another',
      })
      .option('limit', {
        group: CHOICE,
        type: 'string',
        coerce: wholeNumber('--limit', 2, 100_000),
        defaultDescription: '150, svg 300, html 500',
        describe: 'how many events at most, 2 to 100000',
      })
      .example('$0 diagram run.jsonl', 'in this terminal')
      .example('$0 diagram run.jsonl --out run.html', 'a page to point at and to print')
      .example('$0 diagram server.jsonl client.jsonl', 'traced in two terminals')
      .example('$0 diagram run.jsonl --around server#12', 'what happened there'),
  handler: async (given) => (await import('./handlers/diagram.ts')).run(given),
};

const UNITS: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1e3, s: 1e6 };
const TIME = /^(\d+(?:\.\d+)?)\s*(us|µs|ms|s)?$/;

/** In µs, as a trace has it. */
function timeOption(name: string): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const t = timeOf(given);
    if (t !== undefined) return t;
    const why = `${name} takes a time like 1.5s, 300ms or 250us, not ${given}`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
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
    const why = `${name} takes a whole number from ${least} to ${most}, not ${given}`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  };
}
