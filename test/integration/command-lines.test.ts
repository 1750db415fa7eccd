/**
 * Every command line that README, docs/, the book's chapters and the lessons' headers print is run,
 * here or by the test that is named. If it takes long and another test runs a similar one, only its
 * options are looked up. If it cannot be run, it is listed with the reason. Ports are replaced by
 * our own.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../../src/network/behaviours/index.ts';
import { findLessons } from '../../src/lessons/index.ts';
import { typed } from '../support/command-line.ts';
import { type CommandLine, commandLines, wordsOf } from '../support/command-lines.ts';
import { IN_PEACE, type Program, Programs, ROOT } from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

/** Runs to its end, with exit status 0. */
interface Runs {
  runs: RegExp;
  /** Typed at its prompts, one line each. */
  types?: readonly string[];
  /** What a reader has beside it: files, by their names. */
  with?: Readonly<Record<string, string>>;
  /** The line that must have been run before. */
  after?: string;
  /** Behind what the page has. */
  more?: readonly string[];
  /** A file that is there afterwards. */
  leaves?: string;
}
/** Runs until Ctrl-C: what it prints when it is ready. */
interface Serves {
  serves: RegExp;
  more?: readonly string[];
}
/** Its options stand in the command's help; what it does is run by this test. */
interface Parsed {
  parsed: string;
}
/** Is run as it stands by this test. */
interface Elsewhere {
  elsewhere: string;
}
interface NotRun {
  because: string;
}
type How = Runs | Serves | Parsed | Elsewhere | NotRun;

const SEE_BLOCKS = 'test/integration/see-blocks.test.ts';
const CI = 'a fresh machine does it first of all: .ci/run';
const LONG_FORM = 'takes minutes; CI runs a short form of it';

const PROGRAM = `
const { createSocket } = require('node:dgram');
const socket = createSocket('udp4', () => socket.close());
socket.bind(0, '127.0.0.1', () => {
  socket.send('hello', socket.address().port, '127.0.0.1');
});
`;
const SERVER = `
const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (data, { port }) => socket.send(data, port, '127.0.0.1'));
socket.bind(+PORT, '127.0.0.1');
`;
const CLIENT = `
const socket = require('node:dgram').createSocket('udp4');
const ask = setInterval(() => socket.send('hello', PORT, '127.0.0.1'), 50);
socket.on('message', () => { clearInterval(ask); socket.close(); });
`;

const TABLE: Readonly<Record<string, How>> = {
  // README and CONTRIBUTING: npm's own.
  'npm ci && npm start': { because: CI },
  'npm ci && npm test': { because: CI },
  'npm ci': { because: CI },
  'npm start': { because: CI },
  'npm run check': { because: 'CI runs its parts one by one' },
  'npm run format': { because: 'it writes; CI runs format:check' },
  'npm test': { because: CI },
  'npm run test:all': { because: 'it runs this file' },
  'npm run test:package': { because: 'CI runs it' },
  'npm run build': { because: 'test:package runs it' },
  'npx tsx scripts/commonjs.ts FOLDER': { because: 'test:package runs it' },
  'npm run test:windows': { because: 'it needs Wine, and a quiet machine' },
  'npx vitest run --project unit FILE': { because: 'CI runs all files' },
  'npm run book': { elsewhere: 'test/integration/book/book.test.ts' },
  'npm run pictures': { because: 'it writes; trace/lessons.test.ts compares' },
  'npx tsx scripts/draw-sentences.ts SEED 110': { because: 'it prints what to read' },
  'npx tsx book/fan-out.ts': { elsewhere: 'test/integration/book/book.test.ts' },
  'npx tsx': { because: 'a program is missing: how one starts any' },
  'node --import tsx': { because: 'the same' },
  'npx tsx bench/auction-tournament.ts': { because: LONG_FORM },
  'npm run bench:auction -- --bidders 2,100': { because: LONG_FORM },
  'npm run bench:auction -- --only doors --bidders 100,300 --times 1': {
    because: LONG_FORM,
  },
  'npx tsx bench/startup.ts --commands': { because: LONG_FORM },
  'npm run bench:zeromq -- --scale': { because: LONG_FORM },
  'node --cpu-prof': { because: 'it is about how a figure was had' },
  node: { because: 'it is a word of a sentence' },

  // The lessons.
  socketlab: { because: `${CI}, as npm start` },
  'socketlab list': { runs: /01-udp-uppercase +UDP uppercase/ },
  'socketlab run 02': { parsed: SEE_BLOCKS },
  'socketlab run 02 --pause --exercises': { parsed: 'test/integration/cli.test.ts' },
  'socketlab run 04': { parsed: SEE_BLOCKS },
  'socketlab run 10': { parsed: SEE_BLOCKS },
  'socketlab run 15': { parsed: SEE_BLOCKS },
  'socketlab run 09 --bidders 5': { parsed: SEE_BLOCKS },
  'socketlab run 01 --say "hi there"': { parsed: 'test/integration/cli.test.ts' },
  'socketlab run 01 --through delay=200ms': { parsed: 'test/integration/cli.test.ts' },
  'socketlab run 01 --diagram lesson.html': {
    runs: /MY NAME IS STÅLE/,
    leaves: 'lesson.html',
  },
  'socketlab run 01 --only server': {
    elsewhere: 'test/integration/command-lines.test.ts',
  },
  'socketlab run 02 --only server': { serves: /ready to receive/ },
  'socketlab run 01 --only client': { elsewhere: 'test/integration/cli.test.ts' },
  'socketlab run 02 --only client': { elsewhere: 'test/integration/cli.test.ts' },
  'socketlab run LESSON …': { because: 'a form, and no command' },

  'socketlab init my-lab': { parsed: 'test/package/packed.test.ts' },
  'npm install': { elsewhere: 'test/package/packed.test.ts' },
  'socketlab run 03': { parsed: SEE_BLOCKS },
  'socketlab completion bash >> ~/.bashrc': {
    elsewhere: 'test/integration/completion.test.ts',
  },
  'socketlab completion zsh >> ~/.zshrc': {
    elsewhere: 'test/integration/completion.test.ts',
  },
  'npm install ./socketlab-0.2.0.tgz': {
    elsewhere: 'test/package/packed.test.ts',
  },
  'npm pack': { elsewhere: 'test/package/packed.test.ts' },

  // The ladder.
  'socketlab ladder': { runs: /congestion-control +\d+ kB\/s/ },
  'socketlab ladder --report ladder.html': {
    runs: /The page with pictures: ladder\.html/,
  },
  'socketlab ladder selective-repeat --delay 20ms --window 8 --drop 2 --strip': {
    runs: /message 2 is about to be sent again/,
  },
  'socketlab ladder --real': { parsed: 'test/integration/ladder/real.test.ts' },
  'socketlab relay --listen udp:12001 --to 12000 --ladder --loss 20% --seed 7': {
    parsed: 'test/integration/ladder/relay.test.ts',
  },
  'socketlab ladder --loss 0% --delay 20ms': { runs: /stop-and-wait +25 kB\/s/ },
  'socketlab ladder go-back-n selective-repeat --loss 5% --delay 20ms': {
    runs: /go-back-n.*\n selective-repeat/,
  },
  'socketlab ladder go-back-n selective-repeat --delay 20ms --messages 8 --window 4 --lose data2':
    {
      runs: /Always lost: data2[^]*go-back-n .* 4 +0 [^]*selective-repeat .* 1 +0 /,
    },
  'socketlab ladder selective-repeat round-trip-time --delay 150ms': {
    runs: /selective-repeat.* 500 +500/,
  },
  'socketlab ladder --senders 4 --messages 2000 --window 64 --rate 10mbit --queue 30 --delay 20ms':
    {
      runs: /4 senders share the link[^]*congestion-control .* 0\.9/,
    },
  'socketlab ladder --delay 5ms --read-every 2ms --buffer 20': {
    runs: /go-back-n lost \d+ messages for which the reader had no room/,
  },
  'socketlab ladder selective-repeat --space 8 --window 5 --delay 5ms --drop-back 1+2+3+4+5':
    { runs: /message 1 was delivered where message 9 was due/ },

  'socketlab ladder new core.ts': { runs: /Wrote core\.ts/ },
  'socketlab ladder check core.ts --rung stop-and-wait': {
    runs: /sender: 2,000 runs, and nothing wrong/,
    after: 'socketlab ladder new core.ts',
  },
  'socketlab ladder check core.ts --rung go-back-n': {
    parsed: 'test/integration/ladder/check.test.ts',
  },
  'socketlab ladder replay core.ts --rung stop-and-wait --role sender --fates data1:lost,ack1.1:lost':
    { runs: /Nothing is wrong/, after: 'socketlab ladder new core.ts' },
  'socketlab ladder new core.py': {
    parsed: 'test/integration/ladder/check.test.ts',
  },
  'socketlab ladder check --program "python3 send.py" --rung stop-and-wait': {
    parsed: 'test/integration/ladder/real-program.test.ts',
  },
  'socketlab ladder check --program "npx tsx examples/23-check-your-own/sender.ts" --rung stop-and-wait --role sender':
    { parsed: 'test/integration/ladder/real-program.test.ts' },
  'socketlab ladder check --core "python3 core.py" --rung stop-and-wait': {
    parsed: 'test/integration/ladder/check.test.ts',
  },

  // Compare and behaviours.
  'socketlab compare --link kernel': {
    elsewhere: 'test/integration/compare/kernel-link.test.ts',
  },
  'socketlab compare --link kernel --loss 10% --dup 3% --seed 7': {
    elsewhere: 'test/integration/compare/kernel-link.test.ts',
  },
  'socketlab compare': { parsed: 'test/integration/compare/command.test.ts' },
  "socketlab compare --virtual --assert 'udp.latencyMs.p99==82.4'": {
    parsed: 'test/integration/compare/command.test.ts',
  },
  'socketlab compare --bytes 1mb --loss 2% --streams 2': {
    parsed: 'test/integration/compare/bulk.test.ts',
  },
  'socketlab compare --json': { parsed: 'test/integration/compare/command.test.ts' },
  'socketlab compare --loss 0% --delay 50ms': {
    parsed: 'test/integration/compare/command.test.ts',
  },
  'socketlab compare --loss 10% --delay 2ms': {
    parsed: 'test/integration/compare/command.test.ts',
  },
  'socketlab compare --drop 3 --delay 50ms': {
    parsed: 'test/integration/compare/command.test.ts',
  },
  "socketlab compare --assert 'udp.lost==10' --assert 'framed.latencyMs.p99>150'": {
    runs: /udp\.lost==10/,
    more: ['--assert', 'framed.lost==0'],
  },
  "socketlab compare --assert 'udp.lost==10' --assert 'framed.lost==0'": {
    // With the claims of the line before in one run.
    elsewhere: 'test/integration/command-lines.test.ts',
  },
  'socketlab behaviours': { parsed: 'test/integration/behaviours/experiments.test.ts' },
  'socketlab behaviours --predict': {
    parsed: 'test/integration/behaviours/command.test.ts',
  },
  'socketlab behaviours --json': {
    parsed: 'test/integration/behaviours/command.test.ts',
  },
  'socketlab behaviours --markdown': {
    parsed: 'test/integration/behaviours/command.test.ts',
  },
  'socketlab behaviours --list': { runs: /coalescing +Two messages/ },
  'socketlab behaviours nagle backlog': {
    parsed: 'test/integration/behaviours/command.test.ts',
  },
  'socketlab behaviours --json coalescing': { runs: /"name": ?"coalescing"/ },
  'socketlab behaviours --predict coalescing killed-peer nagle': {
    runs: /\d times? out of 3/,
    types: ['1', '1', '1'],
  },
  'socketlab behaviours --predict coalescing small-buffer nobody-there half-close backlog':
    { parsed: 'test/integration/behaviours/command.test.ts' },

  // Traces and links.
  'socketlab trace -- node my-program.js': {
    runs: /trace\.jsonl/,
    with: { 'my-program.js': PROGRAM },
  },
  'socketlab diagram trace.jsonl': {
    parsed: 'test/integration/diagram/command.test.ts',
  },
  'socketlab diagram trace.jsonl --out page.html': {
    parsed: 'test/integration/diagram/command.test.ts',
  },
  "socketlab trace -- sh -c 'node server.js & sleep 1; node client.js; kill $!'": {
    runs: /trace\.jsonl/,
    with: { 'server.js': SERVER, 'client.js': CLIENT },
  },
  'socketlab trace -- node prog.js': { because: 'the same as with my-program.js' },
  'socketlab trace [options] -- command …': { because: 'a form, and no command' },
  'socketlab trace --out server.jsonl -- node server.js': {
    elsewhere: 'test/integration/trace/command.test.ts',
  },
  'socketlab trace --out client.jsonl -- node client.js': {
    elsewhere: 'test/integration/trace/command.test.ts',
  },
  'socketlab diagram server.jsonl client.jsonl': {
    elsewhere: 'test/integration/trace/command.test.ts',
  },
  'socketlab diagram FILE': { because: 'a form, and no command' },
  'socketlab relay --trace FILE': { because: 'a form, and no command' },
  'socketlab diagram FILE… [options]': { because: 'a form, and no command' },
  'socketlab diagram': { because: 'a name of a command in a sentence' },
  'socketlab relay --listen udp:12001 --to 12000 --loss 10% --seed 7': {
    elsewhere: 'test/smoke/relay.test.ts',
  },
  'socketlab relay --listen udp:12001 --to 12000 --loss 30% --seed 7': {
    elsewhere: 'test/integration/command-lines.test.ts',
  },
  'npx tsx examples/01-udp-uppercase/robust-client.ts --port 12001': {
    elsewhere: 'test/integration/command-lines.test.ts',
  },

  // ZeroMQ and the auction.
  "socketlab zmq rep --bind 5678 --answer 'Echo: {}'": { serves: /rep at tcp/ },
  'openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=class -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem':
    { elsewhere: 'test/integration/netcat/command.test.ts' },
  "socketlab zmq rep --bind wss://127.0.0.1:5443 --cert cert.pem --key key.pem --answer 'Echo: {}'":
    { elsewhere: 'test/integration/netcat/command.test.ts' },
  'socketlab zmq req --connect wss://127.0.0.1:5443 --ca cert.pem': {
    elsewhere: 'test/integration/netcat/command.test.ts',
  },
  'socketlab zmq': { because: 'a name of a command in a sentence' },
  'socketlab zmq sub --connect 5680 --subscribe 1': { serves: /sub at tcp/ },
  'socketlab zmq sub --connect 50019 --subscribe sold': { serves: /sub at|tcp:/ },
  'socketlab auction': { because: 'a name of a command in a sentence' },
  'socketlab auction serve': { parsed: 'test/integration/auction/commands.test.ts' },
  'socketlab auction serve --publish': {
    serves: /scores: +tcp/,
    more: ['PORT', '--port', 'NEXT'],
  },
  'socketlab auction serve --board': {
    parsed: 'test/integration/auction/commands.test.ts',
  },
  'socketlab auction serve --board 8080': {
    serves: /board: +http/,
    more: ['--port', 'NEXT'],
  },
  'socketlab auction serve --bidders 12 --host 0.0.0.0 --board': {
    parsed: 'test/integration/auction/commands.test.ts',
  },
  'socketlab auction serve --bidders 12 --host 0.0.0.0 --board --journal game.jsonl': {
    serves: /journal: .*game\.jsonl/,
    more: ['--port', 'PORT'],
  },
  'socketlab auction board --host 192.168.1.5': {
    parsed: 'test/integration/auction/board-commands.test.ts',
  },
  'socketlab auction watch': { parsed: 'test/integration/auction/scores.test.ts' },
  'socketlab auction bid ann --host 192.168.1.5 --code K7RTQX': {
    parsed: 'test/integration/auction/commands.test.ts',
  },
  'socketlab auction bid bob --bot my-bot.ts --over udp': {
    parsed: 'test/integration/auction/commands.test.ts',
  },
  'socketlab auction bid ann --bot ann.ts': {
    parsed: 'test/integration/auction/commands.test.ts',
  },
  'socketlab auction new-bot my-bot.ts': { runs: /my-bot\.ts/ },
  'socketlab auction new-bot ann.ts': {
    parsed: 'test/integration/auction/new-bot.test.ts',
  },
  'socketlab auction tournament patient blocker my-bot.ts': {
    parsed: 'test/integration/auction/tournament-bots.test.ts',
  },
  'socketlab auction tournament ann.ts random patient': {
    parsed: 'test/integration/auction/new-bot.test.ts',
  },
  'socketlab auction tournament "exec:python3 ann.py" target blocker': {
    parsed: 'test/integration/auction/tournament-docs.test.ts',
  },
  'socketlab auction tournament bots/*.ts --seats 3 --games 5000 --json=result.json': {
    parsed: 'test/integration/auction/tournament-bots.test.ts',
  },
};

/** Rows for many lines at once. */
function howOf(line: string): How | undefined {
  const own = TABLE[line];
  if (own) return own;
  if (/^npm run (?:bench|fuzz|play|soak):[\w-]+(?: -- FOLDER)?$/.test(line))
    return { because: LONG_FORM };
  const program = /^npx tsx examples\/(\S+)\.ts\b/.exec(line)?.[1];
  return program !== undefined && played.has(program)
    ? { elsewhere: SEE_BLOCKS }
    : undefined;
}

const played = new Set(
  findLessons().flatMap(({ scenes }) =>
    scenes.flatMap(({ roles }) =>
      roles.map(({ file }) =>
        file.split(/[\\/]/).slice(-2).join('/').replace(/\.ts$/, ''),
      ),
    ),
  ),
);

const folder = mkdtempSync(join(tmpdir(), 'socketlab-lines-'));
const programs = new Programs();
afterAll(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const LINES = commandLines();
const howOfAll = LINES.map((one) => ({ ...one, how: howOf(one.line) }));
type Row = CommandLine & { how: How };
function rowsOf(key: 'runs' | 'serves' | 'parsed'): Row[] {
  return howOfAll.filter((row): row is Row => row.how !== undefined && key in row.how);
}

/** With ports of our own, so that nothing here meets a reader's programs. */
async function ours(line: string, more: readonly string[] = []): Promise<string[]> {
  const port = await ownPort(); // and the next one
  const args = [...wordsOf(line), ...more]
    .slice(1)
    .map((word) =>
      word
        .replace(/^(?:PORT|5678|8080|50019)$/, String(port))
        .replace(/^NEXT$/, String(port + 1)),
    );
  return args[0] === 'run' ? [...args, '--port', String(port)] : args;
}

async function started(
  line: string,
  { more, types, with: files }: Runs,
): Promise<Program> {
  const port = String(await ownPort());
  for (const [name, text] of Object.entries(files ?? {})) {
    writeFileSync(join(folder, name), text.replaceAll('PORT', port));
  }
  const program = programs.cliIn(folder, ...(await ours(line, more)));
  if (types) program.endInput(types.map((word) => `${word}\n`).join(''));
  return program;
}

describe('a command line', () => {
  it('is run, or has a reason', () => {
    expect(LINES.length).toBeGreaterThan(100);
    const unlisted = howOfAll.filter(({ how }) => how === undefined);
    expect(unlisted.map(({ place, line }) => `${place}: ${line}`)).toEqual([]);
    const tests = howOfAll.flatMap(({ how }) => {
      if (how && 'elsewhere' in how) return [how.elsewhere];
      return how && 'parsed' in how ? [how.parsed] : [];
    });
    expect(tests.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('is printed somewhere, if it is listed here', () => {
    const printed = new Set(LINES.map(({ line }) => line));
    expect(Object.keys(TABLE).filter((line) => !printed.has(line))).toEqual([]);
  });

  it('of npm is a script, or npm’s own', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const names = LINES.flatMap(
      ({ line }) => /^npm run ([\w:-]+)$/.exec(line)?.[1] ?? [],
    );
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });
});

/** The options that an example's own source has, and those that all have. */
function optionsOf(source: string): Set<string> {
  const own = /program\(\{([^]*?)\}\)/.exec(source)?.[1] ?? '';
  const names = [...own.matchAll(/^\s*'?([\w-]+)'?:|[{,]\s*'?([\w-]+)'?:/gm)];
  const all = names.map(([, first, later]) => first ?? later!);
  const inline = [...`{${own}`.matchAll(/[{,]\s*'?([\w-]+)'?:/g)].map(
    ([, name]) => name!,
  );
  return new Set(['host', 'port', 'help', ...all, ...inline]);
}

describe("a lesson's command line", () => {
  const lines = LINES.filter(({ line }) => line.startsWith('npx tsx examples/'));

  it('has options that its program has', () => {
    const wrong = lines.flatMap(({ place, line }) => {
      const [, , file = '', ...words] = wordsOf(line);
      const options = optionsOf(readFileSync(join(ROOT, file), 'utf8'));
      const given = words.flatMap((word) => /^--([\w-]+)/.exec(word)?.[1] ?? []);
      const free = words.some(
        (word, at) => !word.startsWith('--') && !words[at - 1]?.startsWith('--'),
      );
      const unknown = given.filter((name) => !options.has(name));
      if (free && !options.has('words')) unknown.push('words');
      return unknown.map((name) => `${place}: ${line}: ${name}`);
    });
    expect(lines.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });
});

describe('a command line, run', () => {
  const done = new Map<string, Promise<Program>>();

  async function run(line: string): Promise<Program> {
    const how = TABLE[line] as Runs;
    if (how.after !== undefined) await run(how.after);
    const known = done.get(line);
    if (known) return known;
    const ending = started(line, how).then(async (program) => {
      const { code, stderr } = await program.ended();
      expect(`${code} ${stderr}`).toMatch(/^0 /);
      return program;
    });
    done.set(line, ending);
    return ending;
  }

  it.for(rowsOf('runs'))('does its job: $line', async ({ line, how }, context) => {
    if (process.platform === 'win32' && line.includes('sh -c')) {
      context.skip('there is no sh');
    }
    const { stdout, stderr } = await run(line);
    const { leaves, runs } = how as Runs;
    expect(stdout + stderr).toMatch(runs);
    if (leaves !== undefined) expect(existsSync(join(folder, leaves))).toBe(true);
  });

  it.for(rowsOf('serves'))('serves until Ctrl-C: $line', async ({ line, how }) => {
    const { serves, more } = how as Serves;
    const program = programs.cliIn(folder, ...(await ours(line, more)));
    await program.toldEither(serves);
    program.signal('SIGINT');
    expect([0, 130]).toContain((await program.ended()).code);
  });
});

describe('a command line that is not run here', () => {
  const rows = rowsOf('parsed');
  const commandOf = (line: string): string[] => {
    const [, ...words] = wordsOf(line);
    const isNested =
      words[0] === 'auction' || /^(?:check|new|replay)$/.test(words[1] ?? '');
    return words.slice(0, isNested ? 2 : 1);
  };
  const commands = [...new Set(rows.map(({ line }) => commandOf(line).join(' ')))];

  it.each(commands)('has options that there are: %s', async (command) => {
    const { end, stdout: help } = await typed([...command.split(' '), '--help']);
    expect(end).toEqual(IN_PEACE);
    expect(help).toContain(command);
    const lines = rows.filter(({ line }) => commandOf(line).join(' ') === command);
    const wrong = lines.flatMap(({ place, line }) =>
      wordsOf(line)
        .flatMap((word) => /^(--[\w-]+)/.exec(word)?.[1] ?? [])
        .filter((name) => !help.includes(name))
        .map((name) => `${place}: ${line}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names experiments that there are', () => {
    const known = new Set(EXPERIMENTS.map(({ name }) => name));
    const named = rows
      .filter(({ line }) => line.startsWith('socketlab behaviours '))
      .flatMap(({ line }) => wordsOf(line).slice(2))
      .filter((word) => !word.startsWith('--'));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
