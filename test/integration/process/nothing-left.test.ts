/**
 * Programs that are hard to end (test/fixtures/process/unruly.mjs), under every command that
 * starts programs: when the command ends, however it ends, nothing is left of them.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peakMemory } from '../../support/memory.ts';
import { needPython, python } from '../../support/peers.ts';
import { compiledFrom, compiledUrl } from '../../support/places.ts';
import { type Process, processes } from '../../support/processes.ts';
import {
  PATIENCE,
  type Program,
  Programs,
  ROOT,
  type StartOptions,
} from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const UNRULY = join(ROOT, 'test/fixtures/process/unruly.mjs');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
/** What a command needs by itself is half of that; a flood is twice of it. */
const MOST_MEMORY = 200e6;
/** What the keys write. */
const [CTRL_C, CTRL_Z] = ['\u0003', '\u001A'];
const SOON = { timeout: PATIENCE, interval: 50 };

const programs = new Programs();
/** On the command line of all that a test starts. */
let mark: string;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unruly-'));
  mark = folder.slice(-6);
});
afterEach(async () => {
  await programs.stopAll();
  for (const { pid } of marked()) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Ctrl-C goes to a command's whole group, and so does a terminal's end. */
function end(command: Program, signal: NodeJS.Signals): void {
  if (signal === 'SIGKILL') command.signal(signal);
  else process.kill(-command.pid, signal);
}

function marked(way = ''): Process[] {
  return processes().filter(({ command }) => command.includes(`${way} ${mark}`));
}

async function nothingIsLeft(): Promise<void> {
  await expect.poll(() => marked(), SOON).toEqual([]);
}

function cli(args: readonly string[], options: StartOptions = {}): Program {
  return programs.compiled('src/cli/main.ts', args, { detached: true, ...options });
}

/** The commands run at the same time: what they leave has the same five seconds to end. */
it.each(SIGNALS)('%s ends every command, and all that it has started', async (signal) => {
  const [traces, tournament, [experiment, child]] = await Promise.all([
    beginTraces(),
    beginTournament(),
    beginExperiment(),
  ]);
  // Last: it ends by itself when its programs have been silent for twenty seconds.
  const run = await beginLesson();
  const commands = [run, ...traces, tournament, experiment];
  for (const command of commands) end(command, signal);
  await Promise.all(commands.map((command) => command.ended()));
  await nothingIsLeft();
  await expect.poll(() => processes().map(({ pid }) => pid), SOON).not.toContain(child);
  await expect.poll(() => readdirSync(join(folder, 'tmp')), SOON).toEqual([]);
});

async function beginLesson(): Promise<Program> {
  writeLesson(['heir', 'stubborn', 'flood', 'closed', 'loop']);
  const run = cli(['run', '01', '--port', String(await ownPort())], { cwd: folder });
  await run.printed('loop is ready');
  await run.printed('characters are shown');
  expect(peakMemory(run.pid)).toBeLessThan(MOST_MEMORY);
  expect(marked('loop').some(({ parent }) => parent === run.pid)).toBe(true);
  return run;
}

/** They have a folder for their files, of which they leave none; what is printed is not theirs. */
async function beginTraces(): Promise<Program[]> {
  const ways = ['stubborn', 'loop'];
  const env = { TMPDIR: join(folder, 'tmp') };
  mkdirSync(env.TMPDIR);
  const traces = ways.map((way) => {
    const command = ['--', process.execPath, UNRULY, way, mark];
    return cli(['trace', '--out', join(folder, way), ...command], { env });
  });
  await Promise.all(traces.map((trace, at) => trace.printed(`${ways[at]!} is ready`)));
  return traces;
}

async function beginTournament(): Promise<Program> {
  const unruly = ['heir', 'flood', 'stubborn', 'closed', 'loop'].map(
    (way) => `exec:${process.execPath} ${UNRULY} ${way} ${mark} '{"bid":1}'`,
  );
  // Bots are opened four at a time: with the ninth, the tournament has seen the others.
  const calm = join(folder, 'calm.mjs');
  writeFileSync(calm, 'export const determineBid = () => null;');
  const bots = [...unruly, calm, calm, calm, calm];
  const args = ['auction', 'tournament', ...bots, '--time-limit', '600000'];
  const tournament = cli(args);
  const opened = (): number =>
    processes().filter(
      ({ command, parent }) => command.endsWith('/calm.mjs') && parent === tournament.pid,
    ).length;
  await expect.poll(opened, SOON).toBe(4);
  const looping = marked('loop').filter(({ parent }) => parent === tournament.pid);
  expect(looping).toHaveLength(1);
  expect(peakMemory(tournament.pid)).toBeLessThan(MOST_MEMORY);
  return tournament;
}

/** Who runs an experiment, and a program that cannot notice its end. */
async function beginExperiment(): Promise<[Program, number]> {
  const room = compiledUrl('src/network/behaviours/program.ts');
  const script = `import { Program } from ${JSON.stringify(room)};
    await new Program('backlog', 'server').heard();
    console.log('heard');`;
  const words = ['--input-type=module', '-e', script];
  const experiment = programs.start(process.execPath, words, { detached: true });
  await experiment.printed('heard');
  const child = await childOf(experiment.pid, 'behaviours/child');
  process.kill(child, 'SIGSTOP');
  return [experiment, child];
}

describe('a program that starts another and ends', () => {
  it('ends its trace, and the other goes with it', async () => {
    const command = ['--', process.execPath, UNRULY, 'heir', mark];
    const trace = cli(['trace', '--out', join(folder, 'trace.jsonl'), ...command]);
    expect(await trace.ended()).toMatchObject({ code: 0, signal: null });
    await nothingIsLeft();
  });

  it('ends its lesson', async () => {
    writeLesson(['heir']);
    const run = cli(['run', '01', '--port', String(await ownPort())], { cwd: folder });
    expect(await run.ended()).toMatchObject({ code: 0, signal: null });
    await nothingIsLeft();
  });
});

describe('in a terminal', () => {
  const SOCKETLAB = [process.execPath, compiledFrom('src/cli/main.ts')];

  function inTerminal(command: readonly string[], options: StartOptions = {}): Program {
    const terminal = [join(ROOT, 'test/support/terminal.py'), '80'];
    return programs.start(python!, [...terminal, ...command], options);
  }

  async function traceInTerminal(...command: string[]): Promise<[Program, number]> {
    const trace = [...SOCKETLAB, 'trace', '--out', join(folder, 'trace.jsonl')];
    const program = inTerminal([...trace, '--', ...command]);
    await program.printed('is ready');
    return [program, await childOf(program.pid, 'trace')];
  }

  it('kill -9 of trace ends all that its program has started', async (context) => {
    needPython(context);
    const line = `"${process.execPath}" "${UNRULY}" loop ${mark}; true`;
    const [, trace] = await traceInTerminal('sh', '-c', line);
    expect(marked('loop').length).toBeGreaterThan(1);
    process.kill(trace, 'SIGKILL');
    await nothingIsLeft();
  });

  it('Ctrl-C is its own affair, unless it is pressed three times', async (context) => {
    needPython(context);
    const command = [process.execPath, UNRULY, 'stubborn', mark];
    const [terminal, trace] = await traceInTerminal(...command);
    terminal.press(CTRL_C);
    await terminal.printed(
      'the program is still running. Press Ctrl-C three times in a row',
    );
    expect(marked('stubborn')).toHaveLength(3);
    const left = (): Process[] => {
      // Each is one signal: of several that wait the system keeps one, signal(7).
      if (marked('stubborn').some(({ pid }) => pid === trace)) {
        process.kill(trace, 'SIGINT');
      }
      return marked();
    };
    await expect.poll(left, SOON).toEqual([]);
  });

  it('Ctrl-Z stops run and the programs of a lesson; fg has them go on', async (context) => {
    needPython(context);
    writeLesson(['loop']);
    const job = '"$@"; echo "it has stopped"; read -r _; fg';
    const run = [...SOCKETLAB, 'run', '01', '--port', String(await ownPort())];
    const shell = inTerminal(['sh', '-mc', job, 'sh', ...run], { cwd: folder });
    await shell.printed('loop is ready');
    const state = (): string => marked('loop')[0]!.state;
    expect(state()).not.toBe('T');
    shell.press(CTRL_Z);
    await shell.printed('it has stopped');
    await expect.poll(state, SOON).toBe('T');
    shell.type('');
    await expect.poll(state, SOON).not.toBe('T');
    shell.press(CTRL_C);
    await shell.ended();
    await nothingIsLeft();
  });
});

/** A workspace whose only lesson has these roles; all but `heir` and `loop` serve. */
function writeLesson(ways: readonly string[]): void {
  const lesson = join(folder, 'examples/01-unruly');
  mkdirSync(lesson, { recursive: true });
  const manifest = { name: 'w', version: '1.0.0', type: 'module' };
  const text = JSON.stringify({ ...manifest, dependencies: { socketlab: '*' } });
  writeFileSync(join(folder, 'package.json'), text);
  writeFileSync(join(folder, 'examples/program.ts'), '');
  const works = (way: string): boolean => way === 'heir' || way === 'loop';
  const roles = ways.map((way) => ({
    name: way,
    program: works(way) ? 'worker' : 'server',
    args: [way, mark],
  }));
  const scenes = [{ look: 'at what is left', roles }];
  writeFileSync(join(lesson, 'lesson.json'), JSON.stringify({ title: 'Unruly', scenes }));
  const fields = ['Shows', 'Lecture', 'Run', 'Exercise'].map((name) => ` * ${name}: x`);
  const body = `import ${JSON.stringify(pathToFileURL(UNRULY).href)};`;
  for (const [name, last] of [
    ['worker', []],
    ['server', [' *   ^C']],
  ] as const) {
    const head = ['/**', ' * Unruly.', ...fields, ' * See:', ' *   <word> is ready'];
    const file = join(lesson, `${name}.ts`);
    writeFileSync(file, [...head, ...last, ' */', body].join('\n'));
  }
}

async function childOf(parent: number, part: string): Promise<number> {
  const find = (): Process | undefined =>
    processes().find((one) => one.parent === parent && one.command.includes(part));
  await expect.poll(find, SOON).toBeDefined();
  return find()!.pid;
}
