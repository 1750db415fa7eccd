/**
 * How long does a server take to start, from starting the process to its line on stdout? And
 * how long does each command of socketlab take to print its help?
 *
 *   npx tsx bench/startup.ts                fifteen starts of each server
 *   npx tsx bench/startup.ts --rounds 9     as many as you like
 *   npx tsx bench/startup.ts --commands     every command instead, from the sources, and from
 *                                           dist/ after `npm run build`
 *
 * The programs take turns, so that a busy machine slows all of them; medians are printed, and
 * the spread from the first to the last decile.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, percentile } from '../src/common/index.ts';
import { COMMANDS, nameOf } from '../src/cli/commands.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    commands: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVER = 'examples/01-udp-uppercase/server.ts';
const READY = 'The server is ready to receive';
/** Let the system choose: the starts must not wait for each other's port. */
const PORT = '0';

const programs: { command: string; args: string[]; port: string[] }[] = [
  { command: 'npx', args: ['tsx', SERVER], port: ['--port', PORT] },
  { command: 'node', args: ['--import', 'tsx', SERVER], port: ['--port', PORT] },
  { command: 'python3', args: ['bench/support/udp-uppercase.py'], port: [PORT] },
];

/** Milliseconds until `command` has said that it is ready. */
async function startUp(command: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  // A group of its own: npx starts a shell, which starts the program.
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8');
  for await (const piece of child.stdout) {
    output += String(piece);
    if (output.includes(READY)) break;
  }
  const took = performance.now() - start;
  if (!output.includes(READY))
    throw new Error(`${command} ${args.join(' ')} never came up`);
  await stop(child);
  return took;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGTERM');
  await ended;
}

async function servers(): Promise<void> {
  const took = programs.map((): number[] => []);
  // Once more than is counted: the first start of each fills the caches.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { command, args, port }] of programs.entries()) {
      const milliseconds = await startUp(command, [...args, ...port]);
      if (round > 0) took[index]!.push(milliseconds);
    }
  }

  const python = execFileSync('python3', ['--version'], { encoding: 'utf8' }).trim();
  console.log(`${machine()}; ${python}; ${rounds} starts of each\n`);
  console.log(row('from start to the ready line', 'median ms', '10 % to 90 %'));
  console.log(row('---', '--:', '--:'));
  for (const [index, { command, args }] of programs.entries()) {
    const [low, high] = [10, 90].map((p) => percentile(took[index]!, p).toFixed(0));
    const name = `\`${[command, ...args].join(' ')}\``;
    console.log(row(name, median(took[index]!).toFixed(0), `${low} to ${high}`));
  }
}

/** Milliseconds until `args` have done their job. */
async function run(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return performance.now() - start;
}

async function commands(): Promise<void> {
  const compiled = 'dist/src/cli/main.js';
  const makers = [
    { name: 'an empty program', args: ['--eval', ''] },
    { name: 'from the sources', args: ['--import', 'tsx', 'src/cli/main.ts'] },
    ...(existsSync(`${ROOT}${compiled}`) ? [{ name: 'compiled', args: [compiled] }] : []),
  ];
  const lines = ['', ...COMMANDS.map(nameOf)].map((name) => {
    const words = name === '' ? ['--help'] : [name, '--help'];
    return { words, took: makers.map((): number[] => []) };
  });
  for (let round = 0; round <= rounds; round += 1) {
    for (const { words, took } of lines) {
      for (const [index, { args }] of makers.entries()) {
        const milliseconds = await run(index === 0 ? args : [...args, ...words]);
        if (round > 0) took[index]!.push(milliseconds);
      }
    }
  }
  console.log(`${machine()}; ${rounds} starts of each, medians in ms\n`);
  console.log(row('`socketlab …`', ...makers.map(({ name }) => name)));
  console.log(row('---', ...makers.map(() => '--:')));
  for (const { words, took } of lines) {
    const cells = took.map((list) => median(list).toFixed(0));
    console.log(row(`\`${words.join(' ')}\``, ...cells));
  }
}

await (values.commands ? commands() : servers());
