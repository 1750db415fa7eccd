/** `socketlab zmq req`, `rep`, `pub` …: one command for each pattern, each with its options. */
import type { Argv } from 'yargs';
import type { PatternName } from '../../zeromq/netcat/index.ts';
import type { PatternArguments } from '../handlers/zmq-talk.ts';
import type { NestedEntry } from '../line/nested.ts';
import { durationOption } from '../line/options.ts';
import { countOption, SEVERAL } from './options.ts';

interface Pattern {
  describe: string;
  /** What --count counts. */
  counts: string;
  /** Options that this one has besides those that all have. */
  own: readonly (keyof typeof OWN)[];
  examples: readonly [command: string, what: string][];
}

const WHERE = 'Whom it talks to:';
const FORM = 'How a message is written:';
const END = 'When it ends, and what it waits for:';

const OWN = {
  linger: {
    group: END,
    type: 'string',
    coerce: durationOption,
    defaultDescription: 'for ever; after a time-out as long again',
    describe: 'how long what is not sent yet may take at the end: 0, 500ms, 2s',
  },
  subscribe: {
    ...SEVERAL,
    group: WHERE,
    defaultDescription: 'all messages',
    describe: 'only messages that begin with this; again for another beginning',
  },
  peers: {
    group: END,
    type: 'string',
    coerce: countOption(0),
    defaultDescription: '0; of pub 1',
    describe: 'how many others must be there before anything is sent',
  },
  answer: {
    group: FORM,
    type: 'string',
    requiresArg: true,
    defaultDescription: 'a line of the input',
    describe: 'the same answer to all, {} in it for the question',
  },
  identity: {
    group: WHERE,
    type: 'string',
    requiresArg: true,
    defaultDescription: 'none',
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

export const patternCommands: readonly NestedEntry[] = Object.entries(PATTERNS).map(
  ([name, pattern]) => {
    const type = name as PatternName;
    const definition = {
      builder: (yargs: Argv) => optionsOf(type, pattern, yargs),
      handler: async (given: PatternArguments): Promise<void> =>
        (await import('../handlers/zmq-talk.ts')).talk(type, given),
    };
    return [type, pattern.describe, definition];
  },
);

function optionsOf(
  type: PatternName,
  { counts, describe, own, examples }: Pattern,
  yargs: Argv,
): Argv {
  const all = yargs
    .usage(`$0 zmq ${type} --connect ADDRESS | --bind ADDRESS\n\n${describe}`)
    .option('connect', {
      ...SEVERAL,
      group: WHERE,
      defaultDescription: 'nobody',
      describe:
        'an address: 5678, HOST:5678, tcp://HOST:5678, ipc://PATH; again for more',
    })
    .option('bind', {
      ...SEVERAL,
      group: WHERE,
      defaultDescription: 'nowhere',
      describe: 'where others come to: 5678 for this machine alone, HOST:5678; or again',
    })
    .option('separator', {
      group: FORM,
      type: 'string',
      requiresArg: true,
      defaultDescription: 'a line is one part',
      describe: 'what stands between the parts of a message in a line',
    })
    .option('hex', {
      group: FORM,
      type: 'boolean',
      default: false,
      describe: 'all lines are hex, two digits for a byte',
    })
    .option('json', {
      group: FORM,
      type: 'boolean',
      default: false,
      describe: 'print JSON, for programs to read: one line for each message',
    })
    .option('count', {
      group: END,
      type: 'string',
      coerce: countOption(1),
      defaultDescription: 'no limit',
      describe: `end after so many ${counts}`,
    })
    .option('timeout', {
      group: END,
      type: 'string',
      coerce: durationOption,
      defaultDescription: 'for ever',
      describe: 'fail when one message is waited for longer: 500ms, 2s',
    })
    .option('hwm', {
      group: END,
      type: 'string',
      coerce: countOption(0),
      defaultDescription: '1000',
      describe: 'the high-water mark: messages kept for one peer; 0 for no limit',
    });
  for (const name of own) all.option(name, OWN[name]);
  for (const [command, what] of examples) all.example(command, what);
  return all;
}
