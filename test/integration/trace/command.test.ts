/** `socketlab trace`: a command runs as it would untraced, and leaves a trace. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinTrace, loadTrace, type JoinedTrace } from '../../../src/trace/index.ts';
import { typed } from '../../support/command-line.ts';
import { failure, type Program, Programs } from '../../support/programs.ts';
import { askOverUdp, ownPort } from '../../support/sockets.ts';
import { PROGRAMS } from './recorded.ts';

const programs = new Programs();
let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab test '));
  out = join(folder, 'trace.jsonl');
});
afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const trace = (...args: string[]): Program =>
  programs.cli('trace', '--out', out, ...args);
const joined = async (): Promise<JoinedTrace> => joinTrace(await loadTrace(out));

describe('socketlab trace', () => {
  it('traces a program and says where the trace went', async () => {
    const program = trace('--', 'node', join(PROGRAMS, 'reading.mjs'));
    const { code, stderr } = await program.ended();
    expect(code).toBe(0);
    expect(program.stdout).toMatch(/^data true\n/);
    const [told, next] = stderr.split('\n');
    expect(told).toMatch(/^socketlab: .*trace\.jsonl: \d+ events of 1 process: reading$/);
    expect(next).toBe(`socketlab: to see it: npx socketlab diagram "${out}"`);
    expect(stderr.split('\n')).toHaveLength(3);
    const { problems, command } = await joined();
    expect(problems).toEqual([]);
    expect(command).toEqual(['node', join(PROGRAMS, 'reading.mjs')]);
  });

  it('says nothing when it is to be quiet', async () => {
    const program = trace('--quiet', '--', 'node', join(PROGRAMS, 'reading.mjs'));
    expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(out)).toBe(true);
  });

  it('traces TypeScript, and tells the lines as they are written there', async (context) => {
    if (tmpdir().length > 80) {
      context.skip('npx tsx listens at a path in TMPDIR, which is too long here');
    }
    const port = String(await ownPort());
    const file = 'examples/01-udp-uppercase/server.ts';
    const command = ['npx', 'tsx', file, '--port', port];
    const program = programs.compiled(
      'src/cli/main.ts',
      ['trace', '--out', out, '--', ...command],
      { detached: true },
    );
    await program.printed('ready to receive');
    expect((await askOverUdp(Number(port), 'hello')).text).toBe('HELLO');
    process.kill(-program.pid, 'SIGINT'); // as a terminal does for Ctrl-C
    expect(await program.ended()).toMatchObject({ signal: null });
    const { flows, processes, sources } = await joined();
    expect(processes[0]).toMatchObject({ name: 'server', program: file });
    const [answer] = flows.find(({ from }) => from === 0)!.datagrams;
    const { at } = answer!.send!;
    expect(at!.file).toBe(file);
    expect(sources.get(`${at!.file}:${at!.line}`)).toContain('serverSocket.send(');
  });

  it('passes on what is typed, and every argument as it is', async () => {
    const script = `
      process.stdin.on('data', (data) => process.stdout.write(data));
      console.log(JSON.stringify(process.argv.slice(1)));
    `;
    const args = ['007', '1e3', 'a b', '--port', '3', '--', "it's", '', '--out=x'];
    const program = trace('--', 'node', '-e', script, '--', ...args);
    await program.printed('["007"');
    program.endInput('typed\n');
    expect(await program.ended()).toMatchObject({ code: 0 });
    expect(program.stdout).toBe(`${JSON.stringify(args)}\ntyped\n`);
  });

  it.each([
    ['process.exit(7)', 7],
    ['process.kill(process.pid, "SIGTERM")', 143],
    ['process.abort()', 134],
  ])('ends with the status of %s', async (script, status) => {
    const program = trace('--', 'node', '-e', script);
    expect(await program.ended()).toMatchObject({ code: status, signal: null });
  });

  it.each([true, false])(
    'ends by Ctrl-C when the command does, the whole group told: %s',
    async (group) => {
      const script = `
        require('node:dgram').createSocket('udp4').bind(0);
        process.on('SIGINT', () => {
          console.log('tidying up');
          process.exit(5);
        });
        console.log('ready');
      `;
      const args = ['trace', '--out', out, '--', 'node', '-e', script];
      const program = programs.compiled('src/cli/main.ts', args, { detached: group });
      await program.printed('ready');
      if (group) process.kill(-program.pid, 'SIGINT');
      else program.signal('SIGINT');
      expect(await program.ended()).toMatchObject({ code: 5 });
      expect(program.stdout).toBe('ready\ntidying up\n');
      expect((await joined()).processes[0]!.ended?.code).toBe(5);
    },
  );

  it('keeps the trace of a program that it was told to end', async () => {
    const program = trace('--', 'node', join(PROGRAMS, 'endings.mjs'), 'wait');
    await program.printed('done');
    program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 143 });
    const { flows, problems } = await joined();
    expect(flows[0]!.datagrams).toHaveLength(10);
    expect(problems.map(({ kind }) => kind)).toEqual(['killed']);
  });

  it('says that nothing was recorded of what is not Node', async () => {
    const program = trace('--', 'sh', '-c', 'echo hello; exit 9');
    expect(await program.ended()).toEqual({
      code: 9,
      signal: null,
      stderr:
        'socketlab: nothing was recorded: no Node program opened a socket. To see what a ' +
        'program in another language sends and receives, put socketlab relay --trace FILE ' +
        'between it and its peer\n',
    });
    expect(program.stdout).toBe('hello\n');
    expect(existsSync(out)).toBe(false);
  });

  it('says what to do about a program that requires in a folder of ES modules', async () => {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'mine.js'), "require('node:net');\n");
    const { code, stderr } = await trace('--', 'node', join(folder, 'mine.js')).ended();
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^socketlab: nothing was recorded: .*mine\.js is an ES module \(its package\.json says "type": "module"\), which has no require: rename it to mine\.cjs, or use import$/,
    );
  });

  it('shows payloads as it is told', async () => {
    const script = `
      const socket = require('node:dgram').createSocket('udp4');
      socket.send('hello', 9, '127.0.0.1', () => socket.close());
    `;
    for (const [how, shown] of [
      ['text', '"text":"hello"'],
      ['hex', '"hex":"68656c6c6f"'],
      ['none', '"digest":"fb0077f9","to"'],
    ] as const) {
      await typed(['trace', '--out', out, '--payload', how, '--', 'node', '-e', script]);
      expect(readFileSync(out, 'utf8')).toContain(shown);
    }
  });

  it.each([
    [['--'], 'trace what?'],
    [[], 'trace what?'],
    [['--', 'no-such-program'], "there is no program 'no-such-program'"],
    [['--payload', 'all', '--', 'node'], 'payload'],
    [['--frobnicate', '--', 'node'], 'frobnicate'],
  ])('refuses %j', async (args, why) => {
    expect((await typed(['trace', ...args])).end).toEqual(failure(2, why));
  });

  it('looks at where the trace is to go before it runs anything', async () => {
    for (const [file, why] of [
      [folder, 'is a folder'],
      [join(folder, 'no/such/trace.jsonl'), 'there is no folder'],
    ] as const) {
      const ran = join(folder, 'ran');
      const { end } = await typed(['trace', '--out', file, '--', 'touch', ran]);
      expect(end).toEqual(failure(2, why));
      expect(existsSync(ran)).toBe(false);
    }
  });
});

describe('socketlab run', () => {
  it('traces a lesson with --trace', async () => {
    const program = programs.cli('run', '02', '--trace', out);
    const { code, stderr } = await program.ended();
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /events of 7 processes: server, client, server, addresses, robust-/,
    );
    expect(stderr).toMatch(/: to see it: npx socketlab diagram ".*\.jsonl"\n$/);
    const { problems, command } = await joined();
    expect(problems).toEqual([]);
    expect(command).toEqual(['socketlab', 'run', '02-tcp-uppercase']);
  });

  it('traces all roles together or none', async () => {
    const { end } = await typed(['run', '02', '--only', 'server', '--trace', out]);
    expect(end).toEqual(failure(2, 'choose one'));
  });
});
