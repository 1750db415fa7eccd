/** `socketlab behaviours` as people use it. */
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type BehaviourJson,
  type BehavioursJson,
  EXPERIMENTS,
} from '../../../src/network/behaviours/index.ts';
import { inProcess } from '../../support/command-line.ts';
import { holdingBack } from '../../support/held-back.ts';
import { needPython, python } from '../../support/peers.ts';
import { compiledFrom } from '../../support/places.ts';
import { processes } from '../../support/processes.ts';
import { failure, IN_PEACE, type Program, Programs } from '../../support/programs.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

const SHORT = ['nobody-there', 'small-buffer'];

/** What a command printed that did its job. */
async function outputOf(...args: string[]): Promise<string> {
  const { stdout, ...end } = await inProcess('behaviours', ...args);
  expect(end).toEqual(IN_PEACE);
  return stdout;
}

describe('socketlab behaviours', () => {
  it('shows one in full: the question, what happened, why, what to read', async () => {
    const text = await outputOf('nobody-there');
    expect(text).toMatch(/^nobody-there\nNobody is listening on the port\./);
    const parts = ['  3  ', 'What happened', '  UDP  sendto: 5', 'Why\n', 'Read\n'];
    const places = parts.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toMatch(/\n {2}src\/udp\/datagram-socket\.ts:\d+\n$/);
    expect(text).not.toContain('\x1b');
  });

  it('tells programs what happened, as JSON', async () => {
    const json = JSON.parse(
      await outputOf(...SHORT, '--json'),
    ) as BehavioursJson<BehaviourJson>;
    expect(json).toMatchObject({ version: 1, platform: process.platform });
    expect(json.behaviours.map(({ name }) => name)).toEqual(SHORT);
    for (const { state, udp, read } of json.behaviours) {
      expect(state).toBe('ran');
      expect(udp!.told).not.toBe('');
      expect(read.length).toBeGreaterThan(0);
    }
  });

  it('makes tables for a page', async () => {
    const text = await outputOf(...SHORT, '--markdown');
    expect(text).toMatch(/^### Messages and streams\n\n\| behaviour \|/);
    expect(text).toMatch(/\| `nobody-there` \| .*<br>.* \| sendto: .* \| connect: /);
  });

  it('lists names and questions, and runs nothing', async () => {
    const text = await outputOf('--list');
    for (const { name } of EXPERIMENTS)
      expect(text).toMatch(new RegExp(`\\n {2}${name} `));
    const json = JSON.parse(await outputOf('--list', '--json')) as BehavioursJson<object>;
    expect(json.behaviours).toHaveLength(EXPERIMENTS.length);
    expect(json.behaviours[0]).not.toHaveProperty('udp');
  });

  it('asks for predictions, from a pipe as well, and counts them', async () => {
    const program = programs.cli('behaviours', '--predict', ...SHORT, 'nagle');
    program.endInput('9\n1\n\n');
    expect(await program.ended()).toEqual(IN_PEACE);
    const text = program.stdout;
    expect(text).toContain('Your prediction, 1 to 3? \nType a number from 1 to 3,');
    expect(text.match(/Your prediction/g)).toHaveLength(4);
    expect(text.match(/^What happened$/gm)).toHaveLength(2);
    expect(text).toMatch(/You were right (0 times|1 time) out of 1\.\n$/);
  });

  it('waits for somebody who thinks, runs what was predicted, and ends with Ctrl-C', async () => {
    const program = programs.cli('behaviours', '--predict', ...SHORT);
    await program.printed('Your prediction, 1 to 3? ');
    expect(program.stdout).not.toContain('What happened');
    program.type('1');
    await program.printed(/What happened[^]*Your prediction/);
    program.signal('SIGINT');
    expect(await program.ended()).toEqual({ code: 130, signal: null, stderr: '' });
    expect(program.stdout).not.toContain('You were right');
  });

  it('shows in a terminal how far it is, and in colour what matters', async (context) => {
    needPython(context);
    const inTerminal = async (env: Record<string, string>): Promise<string> => {
      const cli = [process.execPath, compiledFrom('src/cli/main.ts'), 'behaviours'];
      const program = programs.start(
        python!,
        ['test/support/terminal.py', '80', ...cli, ...SHORT],
        { env: { TERM: 'xterm-256color', NO_COLOR: undefined, ...env } },
      );
      expect(await program.ended()).toEqual(IN_PEACE);
      return program.stdout;
    };
    const text = await inTerminal({});
    expect(text).toContain(' 0 of 2');
    expect(text).toContain('\x1b[1mnobody-there');
    const plain = await inTerminal({ NO_COLOR: '1' });
    expect(stripVTControlCharacters(plain)).toContain('nobody-there');
    expect(plain).not.toContain('\x1b[1m');
  });
});

describe('an experiment whose program dies', () => {
  it('has failed: it is said, the others run, and the exit status is 1', async () => {
    const program = held('backlog', 'nobody-there');
    process.kill(await childOf(program), 'SIGKILL');
    expect(await program.ended()).toEqual({ code: 1, signal: null, stderr: '' });
    expect(program.stdout).toContain(
      'It failed: a program of the experiment ended by SIGKILL',
    );
    expect(program.stdout).toContain('UDP  sendto: 5 bytes sent');
  });
});

describe('a run that is ended in its middle', () => {
  it.each([
    ['SIGINT', { code: 130, signal: null, stderr: '' }],
    ['SIGTERM', { code: 143, signal: null, stderr: '' }],
    ['SIGKILL', { code: null, signal: 'SIGKILL', stderr: '' }],
  ] as const)('by %s takes its programs along', async (signal, end) => {
    const program = held('silent-peer', 'backlog', 'killed-peer');
    const child = await childOf(program);
    program.signal(signal);
    expect(await program.ended()).toEqual(end);
    expect(program.stdout).toBe('');
    await expect.poll(() => isThere(child)).toBe(false);
  });
});

describe('bad input', () => {
  it.each<[string, string[], string]>([
    ['an unknown name', ['coalesing'], 'Did you mean coalescing?'],
    ['an unknown name among others', ['nagle', 'zzzzzz'], '--list shows all of them'],
    ['an unknown option', ['--nope'], 'nope'],
    ['a prediction for programs', ['--predict', '--json'], '--predict asks you'],
    ['two forms at once', ['--markdown', '--json'], '--markdown prints tables'],
  ])('is one line and exit status 2: %s', async (_, args, help) => {
    const end = await inProcess('behaviours', ...args);
    expect(end).toEqual({ stdout: '', ...failure(2, help) });
  });
});

/** Experiments that are still there when their programs have been found. */
function held(...names: string[]): Program {
  const env = holdingBack('behaviours/child');
  return programs.compiled('src/cli/main.ts', ['behaviours', ...names], { env });
}

/** The process of an experiment's program, once there is one. */
async function childOf(program: Program): Promise<number> {
  let found: number | undefined;
  await expect
    .poll(
      () => {
        found = processes().find(
          ({ parent, command }) =>
            parent === program.pid && command.includes('behaviours/child'),
        )?.pid;
        return found;
      },
      { interval: 10 },
    )
    .toBeDefined();
  return found!;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
