/** Output that fails: a full disk is reported, a reader who has gone is not. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { needPython, python } from '../support/peers.ts';
import { compiledFrom } from '../support/places.ts';
import {
  failure,
  IN_PEACE,
  PATIENCE,
  type Program,
  Programs,
} from '../support/programs.ts';
import { ownPort } from '../support/sockets.ts';

const programs = new Programs();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-'));
});
afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true });
});

const TOLD = 'the output cannot be written: the disk is full';

/** The command line, with a stdout that is a file on a full disk. */
function onFullDisk(...args: string[]): Program {
  const command = [process.execPath, compiledFrom('src/cli/main.ts'), ...args];
  return programs.start('sh', ['-c', 'exec "$@" >/dev/full', 'sh', ...command]);
}

describe.runIf(existsSync('/dev/full'))('a full disk behind stdout', () => {
  it.each([
    'list',
    'list --json',
    '--help',
    'run --help',
    'completion bash',
    'run 01',
    'tour',
    'behaviours --list',
    'behaviours coalescing',
    'compare --messages 3 --every 1ms',
    'ladder',
    'diagram test/fixtures/trace/udp-uppercase.jsonl',
    'auction tournament random patient --games 1',
    'auction tournament random patient --games 1 --json',
    'auction watch',
    'auction new-bot FOLDER/bot.ts',
    'ladder new FOLDER/core.ts',
    'init FOLDER/lab',
  ])('is exit status 1 with one line: %s', async (line) => {
    const program = onFullDisk(...line.replace('FOLDER', folder).split(' '));
    expect(await program.ended()).toEqual(failure(1, TOLD));
  });

  it('is told by a server, which carries on', async () => {
    const port = await ownPort();
    const server = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createSocket('udp4');
    try {
      const to = String(server.address().port);
      const relay = onFullDisk('relay', '--listen', `udp:${port}`, '--to', to, '--wait');
      await relay.toldEither(/cannot be written/);
      client.send('hello', port, '127.0.0.1');
      const signal = AbortSignal.timeout(PATIENCE);
      const [bytes] = (await once(server, 'message', { signal })) as [Buffer];
      expect(bytes.toString()).toBe('hello');
      relay.signal('SIGTERM');
      expect(await relay.ended()).toEqual({ ...failure(1, TOLD), code: 143 });
    } finally {
      server.close();
      client.close();
    }
  });
});

describe.runIf(existsSync('/dev/full'))(
  'a full disk behind the stdout of an auction',
  () => {
    const bid = (port: string) => [
      'auction',
      'bid',
      'ann',
      '--bot',
      'random',
      '--port',
      port,
    ];

    it('is told by the auctioneer, who carries on', async () => {
      const port = String(await ownPort());
      const rules = ['--bidders', '1', '--items', '3'];
      const server = onFullDisk('auction', 'serve', '--port', port, ...rules);
      await server.toldEither(/cannot be written/);
      const bidder = programs.cli(...bid(port));
      expect(await bidder.ended()).toEqual(IN_PEACE);
      expect(await server.ended()).toEqual(failure(1, TOLD));
    });

    it('ends a bidder, with one line', async () => {
      const port = String(await ownPort());
      const server = programs.cli('auction', 'serve', '--port', port, '--bidders', '2');
      await server.printed('The auction is open');
      expect(await onFullDisk(...bid(port)).ended()).toEqual(failure(1, TOLD));
    });

    it('is told by a board, which carries on', async () => {
      const port = String(await ownPort());
      const args = ['--board-port', port, '--port', String(await ownPort())];
      const board = onFullDisk('auction', 'board', ...args);
      await board.toldEither(/cannot be written/);
      const page = () => fetch(`http://127.0.0.1:${port}/`).then(({ status }) => status);
      expect(await eventually(page)).toBe(200);
      board.signal('SIGTERM');
      expect(await board.ended()).toEqual({ ...failure(1, TOLD), code: 143 });
    });
  },
);

describe.runIf(existsSync('/dev/full'))('a full disk behind the stdout of zmq', () => {
  it('is told by a proxy, which carries on, and ends who prints what comes', async () => {
    const [front, back] = [String(await ownPort()), String(await ownPort())];
    const sides = ['--front', front, '--back', back];
    const proxy = onFullDisk('zmq', 'proxy', 'streamer', ...sides, '--json');
    const pull = onFullDisk('zmq', 'pull', '--connect', back);
    const push = programs.cli('zmq', 'push', '--connect', front);
    push.endInput('one\ntwo\n');
    expect(await push.ended()).toMatchObject({ code: 0 });
    const told = expect.stringContaining(TOLD) as string; // behind the line that it is ready
    expect(await pull.ended()).toEqual({ code: 1, signal: null, stderr: told });
    await proxy.toldEither(/cannot be written/);
    proxy.signal('SIGTERM');
    expect(await proxy.ended()).toEqual({ ...failure(1, TOLD), code: 143 });
  });
});

describe('progress on a terminal', () => {
  /** A whole line: EL of ECMA-48. */
  const ERASE = '\u001B[2K';

  it.for<[string, RegExp, RegExp]>([
    ['compare --messages 5 --every 1ms', /udp +[█░]+ \d+ of 15/, /messages sent/],
    ['behaviours boundaries coalescing', /[█░]+ 0 of 2/, /What happened/],
  ])('is a bar, which is gone in the end: %s', async ([line, bar, result], context) => {
    needPython(context);
    const command = [process.execPath, compiledFrom('src/cli/main.ts')];
    const terminal = ['test/support/terminal.py', '80', ...command, ...line.split(' ')];
    const program = programs.start(python!, terminal);
    expect(await program.ended()).toEqual(IN_PEACE);
    const [before = '', after = ''] = program.stdout.split(ERASE);
    expect(before).toMatch(bar);
    expect(after).toMatch(result);
  });
});

describe('a reader who has gone', () => {
  it.each([
    'list',
    '--help',
    'completion bash',
    'tour',
    'diagram test/fixtures/trace/udp-uppercase.jsonl',
    'compare --messages 3 --every 1ms',
    'ladder',
    'behaviours coalescing',
    'auction tournament random patient --games 2',
    'auction watch',
    'auction new-bot FOLDER/bot.ts',
    'ladder new FOLDER/core.ts',
    'init FOLDER/lab',
  ])('is not a failure: %s', async (line) => {
    const program = programs.cli(...line.replace('FOLDER', folder).split(' '));
    program.readNoMore();
    expect(await program.ended()).toEqual(IN_PEACE);
  });

  it('ends no relay', async () => {
    const port = await ownPort();
    const server = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createSocket('udp4');
    try {
      let passed = 0;
      server.on('message', () => (passed += 1));
      const to = String(server.address().port);
      // It has something to say of each second one.
      const link = ['--listen', `udp:${port}`, '--to', to, '--drop', '1+3+5+7+9'];
      const relay = programs.cli('relay', ...link);
      relay.readNoMore();
      await eventually(() => {
        client.send('again', port, '127.0.0.1');
        expect(passed).toBeGreaterThan(4);
      });
      relay.signal('SIGTERM');
      expect(await relay.ended()).toEqual({ code: 143, signal: null, stderr: '' });
    } finally {
      server.close();
      client.close();
    }
  });

  it('ends no board', async () => {
    const port = String(await ownPort());
    const args = ['--board-port', port, '--port', String(await ownPort())];
    const board = programs.cli('auction', 'board', ...args);
    board.readNoMore();
    const page = () => fetch(`http://127.0.0.1:${port}/`).then(({ status }) => status);
    expect(await eventually(page)).toBe(200);
    board.signal('SIGTERM');
    expect(await board.ended()).toMatchObject({ code: 143, stderr: '' });
  });

  it('ends no proxy, and ends who prints what comes through it', async () => {
    const [front, back] = [String(await ownPort()), String(await ownPort())];
    const sides = ['--front', front, '--back', back];
    const proxy = programs.cli('zmq', 'proxy', 'streamer', ...sides, '--json');
    proxy.readNoMore();
    const pull = programs.cli('zmq', 'pull', '--connect', back);
    pull.readNoMore();
    const push = programs.cli('zmq', 'push', '--connect', front);
    push.endInput('one\ntwo\n');
    expect(await push.ended()).toMatchObject({ code: 0 });
    expect(await pull.ended()).toMatchObject({ code: 0 });
    proxy.signal('SIGTERM');
    expect(await proxy.ended()).toMatchObject({ code: 143, stderr: '' });
  });

  it('ends a command without a word', async () => {
    const program = programs.cli('run', '09');
    await program.printed('09-auction');
    program.readNoMore();
    expect(await program.ended()).toEqual(IN_PEACE);
  });

  it('ends a bidder without a word', async () => {
    const port = String(await ownPort());
    const server = programs.cli('auction', 'serve', '--port', port, '--bidders', '2');
    await server.printed('The auction is open');
    const bidder = programs.cli(
      'auction',
      'bid',
      'ann',
      '--bot',
      'random',
      '--port',
      port,
    );
    bidder.readNoMore();
    expect(await bidder.ended()).toEqual(IN_PEACE);
  });

  it('is the affair of the program that is traced', async () => {
    const out = join(folder, 'trace.jsonl');
    const source =
      "process.stdout.on('error', ({ code }) => { console.error(code); process.exit(7); });" +
      "setInterval(() => console.log('more'), 10);";
    const program = ['--', process.execPath, '-e', source];
    const trace = programs.cli('trace', '--quiet', '--out', out, ...program);
    trace.readNoMore();
    expect(await trace.ended()).toEqual({ code: 7, signal: null, stderr: 'EPIPE\n' });
  });

  it('ends no auction', async () => {
    const port = String(await ownPort());
    const rules = ['--bidders', '1', '--items', '3'];
    const server = programs.cli('auction', 'serve', '--port', port, ...rules);
    await server.printed('The auction is open');
    server.readNoMore();
    const bidder = programs.cli(
      'auction',
      'bid',
      'ann',
      '--bot',
      'random',
      '--port',
      port,
    );
    expect(await bidder.ended()).toEqual(IN_PEACE);
    expect(bidder.stdout).toContain('won');
    expect(await server.ended()).toEqual(IN_PEACE);
  });
});
