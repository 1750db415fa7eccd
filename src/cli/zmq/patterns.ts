/** `socketlab zmq req`, `rep`, `pub` …: one command for each pattern, each with its options. */
import type { Argv } from 'yargs';
import { misuse } from '../../common/index.ts';
import type { NetcatOptions, PatternName } from '../../zeromq/netcat/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import type { NestedEntry } from '../line/nested.ts';
import { count, duration, flag, json, several, text, under } from '../line/options.ts';
import { readTlsFiles } from './tls-files.ts';

interface PatternArguments {
  bind: string[] | undefined;
  connect: string[] | undefined;
  cert: string | undefined;
  key: string | undefined;
  ca: string | undefined;
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

const WHERE = 'Whom it talks to:';
const FORM = 'How a message is written:';
const END = 'When it ends, and what it waits for:';

export const HWM = count(
  0,
  'the high-water mark: messages kept for one peer; 0 for no limit',
  '1000',
);

const OWN = {
  ...under(END, {
    linger: duration(
      'how long to wait at the end for what is not yet sent: 0, 500ms, 2s',
      'for ever; after a time-out, the same time again',
    ),
    peers: count(
      0,
      'how many peers must be connected before anything is sent',
      '0; for pub 1',
    ),
  }),
  ...under(WHERE, {
    subscribe: several(
      'only messages that begin with this; repeat it for more prefixes',
      'all messages',
    ),
    identity: text('the name by which a router knows this socket', 'none'),
  }),
  ...under(FORM, {
    answer: text(
      'the same answer to every question; {} is the question, byte for byte',
      'a line of the input',
    ),
  }),
};

const PATTERNS: Record<PatternName, Pattern> = {
  req: {
    describe: 'asks: sends each line as a question and prints the answer',
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
      [
        '$0 zmq sub --connect 5680 --subscribe 1',
        'only what begins with 1, as in lesson 11',
      ],
    ],
  },
  push: {
    describe: 'hands the lines out to the workers in turn',
    counts: 'lines',
    own: ['linger', 'peers'],
    examples: [
      ['seq 100 | $0 zmq push --bind 5690 --peers 2', 'once two workers are connected'],
    ],
  },
  pull: {
    describe: 'prints each line that it is handed',
    counts: 'messages',
    own: [],
    examples: [['$0 zmq pull --connect 5690', 'a worker, as in lesson 12']],
  },
  pair: {
    describe: 'talks to one other PAIR; both may speak at any time',
    counts: 'received messages',
    own: ['linger', 'peers'],
    examples: [['$0 zmq pair --connect 5696', 'type, and see what the other end types']],
  },
  dealer: {
    describe:
      'sends every line and prints the replies as they come, without taking turns',
    counts: 'received messages',
    own: ['linger', 'peers', 'identity'],
    examples: [
      [
        "printf '|a\\n|b\\n' | $0 zmq dealer --connect 5678 --separator '|' --count 2",
        'two questions at once, each with the empty part that rep expects',
      ],
    ],
  },
  router: {
    describe:
      'prints each message after the name of its sender; type a name, a tab, a message',
    counts: 'received messages',
    own: ['linger', 'peers', 'identity'],
    examples: [["$0 zmq router --bind 5678 --separator '|'", 'type name|message']],
  },
};

export const patternCommands: readonly NestedEntry[] = Object.entries(PATTERNS).map(
  ([name, pattern]) => {
    const type = name as PatternName;
    const definition = {
      builder: (yargs: Argv) => optionsOf(type, pattern, yargs),
      handler: async (given: PatternArguments): Promise<void> => talk(type, given),
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
    .options(
      under(WHERE, {
        connect: several(
          'an address: 5678, HOST:5678, tcp://HOST:5678, ipc://PATH, ws://HOST:5678 or wss://; repeat it for more',
          'nobody',
        ),
        bind: several(
          'where to listen: 5678 for this machine alone, HOST:5678, ipc://PATH, ws://HOST:5678 or wss://; repeat it for more',
          'nowhere',
        ),
        cert: text('to bind wss://: a file with its certificate, in PEM', 'none'),
        key: text('to bind wss://: a file with the key of that certificate', 'none'),
        ca: text(
          'to connect to wss://: a file with the certificates to trust',
          'public authorities',
        ),
      }),
    )
    .options(
      under(FORM, {
        separator: text(
          'what separates the parts of a message on a line',
          'a line is one part; with --hex a tab',
        ),
        hex: flag('all lines are hex, two digits for a byte'),
        json: json(': one line for each message'),
      }),
    )
    .options(
      under(END, {
        count: count(1, `end after this many ${counts}`, 'no limit'),
        timeout: duration(
          'fail after waiting this long for a message: 500ms, 2s',
          'for ever',
        ),
        hwm: HWM,
      }),
    );
  for (const name of own) all.option(name, OWN[name]);
  for (const [command, what] of examples) all.example(command, what);
  return all;
}

/** Lines become messages, messages lines. */
async function talk(type: PatternName, given: PatternArguments): Promise<void> {
  const { bind = [], connect = [], separator, hex, json: asJson } = given;
  if (bind.length + connect.length === 0) {
    throw misuse(`zmq ${type} needs somebody to talk to: --connect 5678, or --bind 5678`);
  }
  if (separator === '') {
    throw misuse('--separator takes at least one character');
  }
  if (hex && separator !== undefined && /[\da-f]/i.test(separator)) {
    throw misuse(`--separator ${separator} could be hex: choose one such as '|'`);
  }
  const { endpointOf, netcat } = await import('../../zeromq/netcat/index.ts');
  const { tellUser } = await import('../../common/terminal/index.ts');
  const { complain, printParts, printReady, reportLoss } = await import('./print.ts');
  const { count: most, timeout, hwm, linger, subscribe, peers, answer, identity } = given;
  const form = { separator, hex, named: type === 'router' };
  const told = { count: most, timeout, hwm, linger, subscribe, peers, answer, identity };
  const tls = tlsOf(given);
  const signal = onInterrupt();
  const talking = netcat(
    {
      type,
      bind: bind.map((text) => endpointOf(text, 'bind')),
      connect: connect.map((text) => endpointOf(text, 'connect')),
      form,
      tls,
      ...told,
    },
    {
      input: () => process.stdin,
      message: (parts) => printParts(parts, form, asJson),
      ready: (endpoints) => printReady(type, endpoints, asJson),
      complain,
      opened: reportLoss,
      note: (text) => {
        if (!asJson) tellUser(text);
      },
      signal,
    },
  );
  try {
    await talking;
  } finally {
    // What lingers keeps the program alive, even after a failure; Ctrl-C is then the end at once.
    signal.addEventListener('abort', () => process.exit(), { once: true });
  }
}

/** The files that wss:// needs; an option that would do nothing is refused. */
function tlsOf({
  bind,
  connect,
  cert,
  key,
  ca,
}: PatternArguments): NonNullable<NetcatOptions['tls']> {
  const serves = hasSecure(bind);
  if (serves !== (cert !== undefined) || serves !== (key !== undefined)) {
    throw misuse('--bind wss://HOST:PORT, --cert FILE and --key FILE go together');
  }
  if (ca !== undefined && !hasSecure(connect)) {
    throw misuse('--ca is for --connect wss://HOST:PORT');
  }
  return readTlsFiles({ cert, key, ca });
}

function hasSecure(addresses: readonly string[] = []): boolean {
  return addresses.some((address) => address.startsWith('wss://'));
}
