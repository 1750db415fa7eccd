/** `socketlab relay` as people use it: between other programs, from the command line. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fatesOf, linkOf, parseReplay } from '../../../src/network/link/index.ts';
import { inProcess } from '../../support/command-line.ts';
import { failure, type Program, Programs } from '../../support/programs.ts';
import { askOverTcp, askOverUdp, checkFree, ownPort } from '../../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

const folder = mkdtempSync(join(tmpdir(), 'relay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const INTERRUPTED = { code: 130, signal: null, stderr: '' };

/** A server's port, and the one that clients are to use instead. */
let to: number;
let listen: number;
beforeEach(async () => {
  to = await ownPort();
  listen = to + 1;
});

/** What a test has opened in this process. */
let opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

async function udpServer(): Promise<void> {
  const socket = createSocket('udp4');
  opened.push(socket);
  socket.on('message', (data, { address, port }) => {
    socket.send(data.toString().toUpperCase(), port, address);
  });
  socket.bind(to, '127.0.0.1');
  await once(socket, 'listening');
}

async function tcpServer(): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {}); // the relay that is ended resets what is left
    socket.once('data', (data) => socket.end(data.toString().toUpperCase()));
  });
  opened.push(server);
  server.listen(to, '127.0.0.1');
  await once(server, 'listening');
}

async function relay(kind: 'udp' | 'tcp', ...options: string[]): Promise<Program> {
  return programs.cli(...bare(kind), ...options).printed('ready');
}

async function endedByHand(program: Program): Promise<string> {
  program.signal('SIGINT');
  expect(await program.ended()).toEqual(INTERRUPTED);
  return program.stdout;
}

/** Asks so often, and counts the answers. */
async function answersTo(questions: number): Promise<number> {
  const socket = createSocket('udp4');
  let answers = 0;
  socket.on('message', () => (answers += 1));
  socket.bind();
  await once(socket, 'listening');
  for (let k = 0; k < questions; k += 1) {
    await new Promise((resolve) =>
      socket.send(`question ${k}`, listen, '127.0.0.1', resolve),
    );
  }
  // The last one is not part of the game: the relay passes everything on after the list.
  socket.close();
  return answers;
}

describe('socketlab relay', () => {
  it('passes datagrams on, and says at the end what happened to them', async () => {
    await udpServer();
    const program = await relay('udp', '--drop', '2', '--drop-back', '2');
    expect(program.stdout).toBe(
      `The relay is ready: udp 127.0.0.1:${listen} to 127.0.0.1:${to} (drop=2,drop-back=2)\n`,
    );
    expect((await askOverUdp(listen, 'one')).text).toBe('ONE');
    await answersTo(1);
    await program.printed(/there {2}#2 +10 bytes {2}lost\n/);
    await answersTo(1);
    await program.printed(/back {3}#2 +10 bytes {2}lost\n/);
    const lines = (await endedByHand(program)).split('\n').slice(3);
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      [''],
      ['there', 'back'],
      ['received', '3', '2'],
      ['− lost', '1', '1'],
      ['= passed on', '2', '1'],
      ['bytes passed on', '13', '3'],
      [''],
    ]);
    await expect(checkFree('UDP', listen)).resolves.toBeUndefined();
  });

  it('passes streams on: every byte arrives, and it says that it modelled the loss', async () => {
    await tcpServer();
    const program = await relay('tcp', '--drop-back', '1', '--delay', '1ms');
    for (let connection = 0; connection < 3; connection += 1) {
      expect(await askOverTcp(listen, 'hello')).toBe('HELLO');
    }
    const output = await endedByHand(program);
    expect(
      output.match(/ lost {2}\(connection \d, bytes 0 to 4; modelled\)\n/g),
    ).toHaveLength(3);
    expect(output).toMatch(/segments \(modelled\) +3 +3\n/);
    expect(output).toMatch(/sent again +0 +3\n/);
    expect(output).toContain('connections: 3\n');
  });

  it('says when there is no room for a client, once', async () => {
    await tcpServer();
    const program = await relay('tcp', '--clients', '1');
    const first = connect(listen, '127.0.0.1');
    await once(first, 'connect');
    for (let k = 0; k < 2; k += 1) {
      const other = connect(listen, '127.0.0.1');
      await once(other, 'close').catch((error: NodeJS.ErrnoException) => {
        expect(error.code).toBe('ECONNRESET');
      });
    }
    await program.printed('no room for more than 1 client at a time: try --clients 2\n');
    first.destroy();
    const output = await endedByHand(program);
    expect(output.match(/no room/g)).toHaveLength(1);
    expect(output).toContain('refused because of too many clients: 2\n');
  });

  it('tells programs that there is no room', async () => {
    await udpServer();
    const program = await relay('udp', '--clients', '1', '--json');
    await askOverUdp(listen, 'one');
    const other = createSocket('udp4');
    await new Promise((resolve) => other.send('other', listen, '127.0.0.1', resolve));
    await program.printed('{"event":"full","clients":1}\n');
    other.close();
    const [end] = (await endedByHand(program)).trim().split('\n').slice(-1);
    expect(JSON.parse(end!)).toMatchObject({ statistics: { turnedAway: 1 } });
  });

  it('tells programs everything as JSON, and drops what the seed says', async () => {
    await udpServer();
    const program = await relay('udp', '--loss', '30%', '--seed', '7', '--json');
    await answersTo(20);
    await program.printed(/"direction":"there","k":20,/);
    const events = (await endedByHand(program))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toEqual({
      event: 'ready',
      version: 1,
      transport: 'udp',
      from: `127.0.0.1:${listen}`,
      to: `127.0.0.1:${to}`,
      link: 'loss=30%,seed=7',
    });
    const there = events.filter(({ direction }) => direction === 'there');
    expect(there[0]).toEqual({
      event: 'fate',
      time: expect.any(Number) as number,
      direction: 'there',
      k: 1,
      size: 10,
      fate: { lost: false, delay: 0, copies: [], overtakenBy: 0, flippedAt: -1 },
      outcome: 'sent',
      client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
    });
    // Known before, and in another process: that is what a seed is for.
    const [known, otherSeed] = [7, 8].map((seed) => {
      const fates = fatesOf(linkOf({ loss: 0.3, seed }));
      return Array.from({ length: 20 }, (_, index) => [
        index + 1,
        fates('there', index + 1).lost ? 'lost' : 'sent',
      ]);
    });
    expect(there.map(({ k, outcome }) => [k, outcome])).toEqual(known);
    expect(known).not.toEqual(otherSeed);
    const lost = there.filter(({ outcome }) => outcome === 'lost').length;
    expect(lost).toBeGreaterThan(2);
    expect(events.at(-1)).toMatchObject({
      event: 'end',
      leftOut: 0,
      statistics: { there: { received: 20, lost, delivered: 20 - lost } },
    });
  });

  it('does again what it recorded; with --wait it begins before its target', async () => {
    const file = join(folder, 'fates.jsonl');
    const again = join(folder, 'again.jsonl');
    const bad = ['--loss', '20%', '--dup', '20%', '--seed', '3'];
    for (const options of [
      [...bad, '--record', file, '--wait'],
      ['--replay', file, '--record', again],
    ]) {
      const program = await relay('udp', ...options, '--json');
      if (options.includes('--wait')) await udpServer();
      await answersTo(30);
      await program.printed(/"direction":"there","k":30,/);
      expect(await endedByHand(program)).toContain('"delivered":');
    }
    const there = (path: string): string[] =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"there"'));
    expect(there(file)).toHaveLength(30);
    expect(there(again)).toEqual(there(file));
    expect(parseReplay(readFileSync(again, 'utf8'))).toMatchObject({
      loss: 0.2,
      seed: 3,
    });
  });

  it.each(['udp', 'tcp'] as const)(
    'ends by itself when its first conversation over %s is over, with status 0',
    async (kind) => {
      await (kind === 'udp' ? udpServer() : tcpServer());
      const program = await relay(kind, '--once', '--json', '--delay-back', '20ms');
      if (kind === 'udp') expect((await askOverUdp(listen, 'one')).text).toBe('ONE');
      else expect(await askOverTcp(listen, 'one')).toBe('ONE');
      expect(await program.ended()).toEqual({ code: 0, signal: null, stderr: '' });
      expect(program.stdout).toContain('"link":"delay-back=20ms"');
      expect(program.stdout).toContain('"event":"end"');
    },
  );

  it('ends by itself after the time that it was given, with status 0', async () => {
    const program = await relay('udp', '--wait', '--for', '50ms');
    expect(await program.ended()).toEqual({ code: 0, signal: null, stderr: '' });
    expect(program.stdout).toContain('there        back');
  });

  it('says what it can do', async () => {
    const { code, stdout } = await inProcess('relay', '--help');
    expect(code).toBe(0);
    for (const word of [
      '--loss',
      '--drop',
      '--loss-back 30%',
      '--once',
      '--record',
      '--listen udp:12001',
    ]) {
      expect(stdout).toContain(word);
    }
  });
});

describe('socketlab relay refuses, in one line and with status 2,', () => {
  const misuses: [string, string[], string | RegExp][] = [
    [
      'a loss of 120%',
      ['--loss', '120%'],
      'loss is a share from 0% (none) to 100% (all), not 120%',
    ],
    ['a loss without a sign', ['--loss', '10'], "'10' is not a share such as 10% or 0.1"],
    [
      'a seed that is not a number',
      ['--seed', 'seven'],
      "seed: 'seven' is not a whole number",
    ],
    ['a delay without a unit', ['--delay', '50'], "'50' is not a duration with its unit"],
    [
      'a list that is none',
      ['--drop', '3-7'],
      "'3-7' is not packets' numbers such as 3+7",
    ],
    ['what only streams can suffer', ['--cut', '5'], 'cut is for streams (tcp)'],
    ['the same option twice', ['--loss', '1%', '--loss', '2%'], '--loss was given twice'],
    ['an option that is none', ['--los', '1%'], /los/],
    [
      'a transport that is none',
      ['--listen', 'sctp:1'],
      'say which kind, udp:12001 or tcp:12001',
    ],
    [
      'a record that cannot be written',
      ['--record', join(folder, 'no', 'f')],
      /--record: there is no folder .*ENOENT/,
    ],
    [
      'a replay that is not there',
      ['--replay', join(folder, 'none')],
      /--replay: there is no file .*ENOENT/,
    ],
    ['port 0', ['--to', '0'], 'a port is a whole number from 1 to 65535, not 0'],
    ['a port that is none', ['--to', '70000'], 'from 1 to 65535, not 70000'],
    [
      'an address that is none',
      ['--to', 'here'],
      '--to here: an address is PORT, HOST:PORT or [IPv6]:PORT',
    ],
    [
      'IPv6 without brackets',
      ['--to', '::1:12000'],
      '--to ::1:12000: an address is PORT',
    ],
    [
      'a trace that cannot be written',
      ['--trace', join(folder, 'no', 't')],
      /--trace: there is no folder .*ENOENT/,
    ],
    ['a time without a unit', ['--for', '10'], 'is not a time: write it as 10ms or 1s'],
    ['no time at all', ['--for', '0'], 'a time-out is more than 0'],
    [
      'a replay and chances',
      ['--replay', 'x', '--loss', '1%'],
      'leave out the options of a link',
    ],
  ];

  it.each(misuses)('%s', async (_, options, words) => {
    const has = (name: string): boolean => options.includes(name);
    const end = await inProcess(
      'relay',
      ...(has('--listen') ? [] : ['--listen', `udp:${listen}`]),
      ...(has('--to') ? [] : ['--to', String(to), '--wait']),
      ...options,
    );
    expect(end).toEqual({ stdout: '', ...failure(2, words) });
  });

  it('nobody at --to: udp', async () => {
    const program = programs.cli(...bare('udp'));
    const words = `nothing is listening at udp 127.0.0.1:${to}: start that program first`;
    expect(await program.ended()).toEqual(failure(2, words));
  });

  it('nobody at --to: tcp', async () => {
    const words = `nothing is listening at tcp 127.0.0.1:${to}: start that program first`;
    expect(await inProcess(...bare('tcp'))).toMatchObject(failure(2, words));
  });

  it('a replay that is not a record', async () => {
    const file = join(folder, 'bad.jsonl');
    writeFileSync(file, '{"socketlab":"fates","version":1}\n{"direction":"up","k":1}\n');
    const end = await inProcess(...bare('udp'), '--wait', '--replay', file);
    expect(end).toMatchObject(failure(2, /line 2 of .*bad\.jsonl: direction/));
  });

  it('itself as its target', async () => {
    listen = to;
    expect(await inProcess(...bare('udp'), '--wait')).toMatchObject(
      failure(2, 'the relay cannot listen at its own target'),
    );
  });
});

describe('socketlab relay fails with status 1', () => {
  it('when its own address is taken', async () => {
    const server = createServer().listen(listen, '127.0.0.1');
    opened.push(server);
    await once(server, 'listening');
    const words = new RegExp(
      `127.0.0.1:${listen} is taken: .*, or choose another --listen`,
    );
    expect(await inProcess(...bare('tcp'), '--wait')).toMatchObject(failure(1, words));
  });

  it('when a host has no address', async () => {
    const end = await inProcess(
      'relay',
      '--listen',
      `udp:${listen}`,
      '--to',
      'no.such.invalid:9',
    );
    expect(end).toMatchObject(failure(1, /'no\.such\.invalid'.*Check --to/));
  });
});

/** The command without options. */
function bare(kind: 'udp' | 'tcp'): string[] {
  return ['relay', '--listen', `${kind}:${listen}`, '--to', String(to)];
}
