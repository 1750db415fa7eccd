/** `socketlab zmq req`, `rep`, `pub` …: one command for each pattern, each with its options. */
import type { Argv, CommandModule } from 'yargs';
import { MisuseError } from '../../common/index.ts';
import { netcat, type PatternName } from '../../netcat/index.ts';
import { onInterrupt } from '../interrupt.ts';
import { durationOption } from '../options.ts';
import { countOption, endpointsOption, SEVERAL } from './options.ts';
import { complain, printParts, printReady } from './print.ts';

interface PatternArguments {
  bind: string[] | undefined;
  connect: string[] | undefined;
  separator: string | undefined;
  hex: boolean;
  json: boolean;
  count: number | undefined;
  timeout: number | undefined;
  hwm: number | undefined;
  linger?: number | undefined;
  subscribe?: string[] | undefined;
  peers?: number | undefined;
  answer?: string | undefined;
  identity?: string | undefined;
}

interface Pattern {
  describe: string;
  /** What --count counts. */
  counts: string;
  /** Options that this one has besides those that all have. */
  own: readonly (keyof typeof OWN)[];
  examples: readonly [command: string, what: string][];
}

const OWN = {
  linger: {
    type: 'string',
    coerce: durationOption,
    describe: 'how long what is not sent yet may take at the end: 0, 500ms, 2s; for ever',
  },
  subscribe: {
    ...SEVERAL,
    describe: 'only messages that begin with this; several; all unless given',
  },
  peers: {
    type: 'string',
    coerce: countOption(0),
    describe: 'so many must be there before anything is sent',
  },
  answer: {
    type: 'string',
    requiresArg: true,
    describe:
      'the same answer to all, {} for the question; a line of the input unless given',
  },
  identity: {
    type: 'string',
    requiresArg: true,
    describe: 'the name by which a router knows this one',
  },
} as const;

const PATTERNS: Record<PatternName, Pattern> = {
  req: {
    describe: 'asks: each line is a question, its answer is printed',
    counts: 'questions',
    own: ['linger', 'peers', 'identity'],
    examples: [['echo hello | $0 zmq req --connect 5678', 'asks once, and ends']],
  },
  rep: {
    describe: 'answers: prints each question, and sends the next line, or --answer',
    counts: 'questions',
    own: ['linger', 'answer'],
    examples: [
      ["$0 zmq rep --bind 5678 --answer 'Echo: {}'", 'the server of lesson 10'],
      ['$0 zmq rep --bind 5678', 'type the answers yourself'],
    ],
  },
  pub: {
    describe: 'publishes every line, once somebody has subscribed',
    counts: 'lines',
    own: ['linger', 'peers'],
    examples: [['$0 zmq pub --bind 5680', 'type updates, once a subscriber is there']],
  },
  sub: {
    describe: 'prints what is published',
    counts: 'messages',
    own: ['subscribe'],
    examples: [
      ['$0 zmq sub --connect 5680 --subscribe 1', 'what begins with 1, as in lesson 11'],
    ],
  },
  push: {
    describe: 'hands the lines out to the workers in turn',
    counts: 'lines',
    own: ['linger', 'peers'],
    examples: [
      ['seq 100 | $0 zmq push --bind 5690 --peers 2', 'when two workers are there'],
    ],
  },
  pull: {
    describe: 'prints what it is handed',
    counts: 'messages',
    own: [],
    examples: [['$0 zmq pull --connect 5690', 'a worker, as in lesson 12']],
  },
  pair: {
    describe: 'talks to one other pair, both when they like',
    counts: 'messages that came',
    own: ['linger', 'peers'],
    examples: [['$0 zmq pair --connect 5696', 'type, and see what the other one types']],
  },
  dealer: {
    describe: 'sends every line, prints what comes back; no turns',
    counts: 'messages that came',
    own: ['linger', 'peers', 'identity'],
    examples: [
      [
        "printf '|a\\n|b\\n' | $0 zmq dealer --connect 5678 --separator '|' --count 2",
        'two questions at once, each with the empty part that rep wants',
      ],
    ],
  },
  router: {
    describe: 'prints each message behind its sender; a line is a name, a tab, a message',
    counts: 'messages that came',
    own: ['linger', 'peers', 'identity'],
    examples: [["$0 zmq router --bind 5678 --separator '|'", 'with name|message']],
  },
};

export const patternCommands: readonly CommandModule<object, PatternArguments>[] =
  Object.entries(PATTERNS).map(([name, pattern]) => {
    const type = name as PatternName;
    return {
      command: type,
      describe: pattern.describe,
      builder: (yargs) => optionsOf(type, pattern, yargs),
      handler: (given) => talk(type, given),
    };
  });

function optionsOf(
  type: PatternName,
  { counts, own, examples }: Pattern,
  yargs: Argv,
): Argv<PatternArguments> {
  const all = yargs
    .usage(
      `$0 zmq ${type} --connect ADDRESS | --bind ADDRESS\n\n${PATTERNS[type].describe}`,
    )
    .option('connect', {
      ...SEVERAL,
      coerce: endpointsOption('connect'),
      describe: 'whom to: 5678, HOST:5678, tcp://HOST:5678, ipc://PATH; several',
    })
    .option('bind', {
      ...SEVERAL,
      coerce: endpointsOption('bind'),
      describe:
        'where others come to; on this machine alone unless a host says otherwise',
    })
    .option('separator', {
      type: 'string',
      requiresArg: true,
      describe: 'what stands between the parts of a message in a line',
    })
    .option('hex', { type: 'boolean', default: false, describe: 'all lines are hex' })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'for programs to read: a line of JSON for each message that comes',
    })
    .option('count', {
      type: 'string',
      coerce: countOption(1),
      describe: `end after so many ${counts}`,
    })
    .option('timeout', {
      type: 'string',
      coerce: durationOption,
      describe: 'fail when one message is waited for longer: 500ms, 2s',
    })
    .option('hwm', {
      type: 'string',
      coerce: countOption(0),
      describe: 'the high-water mark: messages kept for one peer; 1000, 0 for no limit',
    });
  for (const name of own) all.option(name, OWN[name]);
  for (const [command, what] of examples) all.example(command, what);
  return all;
}

async function talk(type: PatternName, given: PatternArguments): Promise<void> {
  const { bind = [], connect = [], separator, hex, json } = given;
  if (bind.length + connect.length === 0) {
    const why = `zmq ${type} needs somebody to talk to: --connect 5678, or --bind 5678`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  if (separator === '') {
    throw new MisuseError('ERR_BAD_ARGUMENT', '--separator takes at least one character');
  }
  const { count, timeout, hwm, linger, subscribe, peers, answer, identity } = given;
  const form = { separator, hex, named: type === 'router' };
  const told = { count, timeout, hwm, linger, subscribe, peers, answer, identity };
  const signal = onInterrupt();
  await netcat(
    { type, bind, connect, form, ...told },
    {
      input: () => process.stdin,
      message: (parts) => printParts(parts, form, json),
      ready: (endpoints) => printReady(type, endpoints, json),
      complain,
      signal,
    },
  );
  // What lingers keeps the program alive; Ctrl-C is then the end at once.
  signal.addEventListener('abort', () => process.exit(), { once: true });
}
