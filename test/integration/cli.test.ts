/**
 * The command line as people use it: in real processes where signals, terminals and exit statuses
 * matter, in this process where a command only reads its arguments and prints.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { socketFolder } from '../../src/common/index.ts';
import { chooseLesson, findLessons } from '../../src/lessons/index.ts';
import { typed } from '../support/command-line.ts';
import { needIPv6, needPython, python } from '../support/peers.ts';
import { processes } from '../support/processes.ts';
import { eventually } from '../support/eventually.ts';
import { holdingBack } from '../support/held-back.ts';
import { failure, IN_PEACE, PATIENCE, Programs } from '../support/programs.ts';
import { checkFree, ownPort } from '../support/sockets.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

const LESSONS = findLessons();
const INTERRUPTED = { code: 130, signal: null, stderr: '' };

/** What a command printed that did its job. */
async function outputOf(...args: string[]): Promise<string> {
  const { end, stdout } = await typed(args);
  expect(end).toEqual(IN_PEACE);
  return stdout;
}

/** As `outputOf`, on a port of its own. */
async function run(...args: string[]): Promise<string> {
  return outputOf('run', ...args, '--port', String(await ownPort()));
}

describe('socketlab list', () => {
  it('shows every lesson with its title and its roles', async () => {
    const text = await outputOf('list');
    for (const { id } of LESSONS) expect(text).toContain(`${id}  `);
    const words = text.replaceAll(/\s+/g, ' '); // a long title takes two lines
    for (const { title } of LESSONS) expect(words).toContain(title);
    expect(text).toMatch(/ server, client, text-is-bytes, robust-server,? /);
    expect(text).not.toContain('\x1b');
  });

  it('tells programs the same as JSON', async () => {
    const lessons = LESSONS.map(({ id, title, scenes }) => {
      const names = scenes.flatMap(({ roles }) => roles.map(({ name }) => name));
      return { id, title, roles: [...new Set(names)] };
    });
    expect(JSON.parse(await outputOf('list', '--json'))).toEqual({ version: 1, lessons });
  });
});

describe('socketlab run', () => {
  it('knows a lesson by its number, its name and its folder', async () => {
    const outputs = [await run('1'), await run('01-udp-uppercase')];
    expect(outputs[0]).toMatch(/^01-udp-uppercase: UDP uppercase\n/);
    expect(new Set(outputs).size).toBe(1);
    for (const name of ['01', 'udp-uppercase']) {
      expect(chooseLesson(LESSONS, name).id).toBe('01-udp-uppercase');
    }
  });

  it('shows without a terminal who says what, line by line, in plain text', async () => {
    const output = await run('02');
    const lines = output.split('\n').filter((line) => / \| /.test(line));
    expect(lines).toEqual([
      'server | The server is ready to receive',
      'client | Input lowercase sentence:My name is Ståle',
      'client | From Server: MY NAME IS STÅLE',
      'server    | The server is ready to receive',
      expect.stringMatching(/^addresses \| first: {2}127\.0\.0\.1:\d+ to /),
      expect.stringMatching(/^addresses \| second: 127\.0\.0\.1:\d+ to /),
      'addresses | same server: yes, same client: no',
      // Who of the next two clients is first, nobody knows.
      'robust-server | The server is ready to receive',
      'rude-client   | The first client resets its connection',
      ...Array.from({ length: 3 }, () => expect.stringMatching(/^r\w+-client +\| /)),
    ]);
    expect(lines).toContain('robust-client | From Server: MY NAME IS STÅLE');
    expect(output).not.toContain('\x1b');
  });

  it('shows each exercise once, after its scene, and goes on where nobody can press Enter', async () => {
    const args = [
      'run',
      '02',
      '--exercises',
      '--pause',
      '--port',
      String(await ownPort()),
    ];
    const { end, stdout } = await typed(args);
    expect(end).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^socketlab: --pause needs a terminal[^\n]*\n$/),
    });
    const names = [...stdout.matchAll(/^Exercise, (\S+): \S/gm)].map(([, name]) => name);
    const programs = [
      'server',
      'client',
      'addresses',
      'robust-server',
      'rude-client',
      'robust-client',
    ];
    expect(names).toEqual(programs.map((name) => `${name}.ts`));
    expect(stdout.indexOf('Exercise, client.ts')).toBeLessThan(
      stdout.indexOf('addresses |'),
    );
  });

  it('types your sentence in place of the default one', async () => {
    const output = await run('01', '--say', 'a word of my own: straße');
    expect(output).toContain(
      'client | Input lowercase sentence:a word of my own: straße\n',
    );
    expect(output).toContain('client | A WORD OF MY OWN: STRASSE\n');
  });

  it.each([
    ['01', 'UDP', 'TWO TERMINALS'],
    ['02', 'TCP', 'From Server: TWO TERMINALS'],
  ] as const)(
    'plays one role of %s for a partner elsewhere',
    async (id, over, answer) => {
      const port = String(await ownPort());
      const server = programs.cli('run', id, '--only', 'server', '--port', port);
      await server.printed('The server is ready to receive\n');

      const client = programs.cli('run', id, '--only', 'client', '--port', port);
      await client.printed('Input lowercase sentence:');
      client.type('two terminals');
      expect(await client.ended()).toEqual(IN_PEACE);
      expect(client.stdout).toBe(`Input lowercase sentence:${answer}\n`);

      server.signal('SIGINT');
      expect(await server.ended()).toEqual(IN_PEACE);
      expect(server.stdout).toBe('The server is ready to receive\n');
      await checkFree(over, Number(port));
    },
  );
});

describe('a lesson through a bad link', () => {
  it('takes longer over a slow one, and tells what happened', async () => {
    const output = await outputOf('run', '02', '--through', 'delay=20ms');
    expect(output).toContain('Between server and client: delay=20ms\n');
    expect(output).toContain('client | From Server: MY NAME IS STÅLE');
    expect(output).toMatch(/^TCP: [1-9]\d* segments?, 0 sent again/m);
  });

  it('fails over one that loses everything, and says who was lost', async () => {
    const { end, stdout } = await typed(['run', '03', '--through', 'drop=1']);
    expect(end.code).toBe(1);
    expect(stdout).toMatch(/udp-client \| udp-client: no answer from/);
    expect(stdout).toContain('UDP: 1 datagram, 1 lost');
  });
});

describe('the tour', () => {
  it('shows both lectures and what to type next', async () => {
    const program = programs.cli();
    expect(await program.ended()).toEqual(IN_PEACE);
    const output = program.stdout;
    const parts = [
      '01-udp-uppercase: ',
      'client | MY NAME IS STÅLE\n',
      '02-tcp-uppercase: ',
      'client | From Server: MY NAME IS STÅLE\n',
      'What next:\n  npx socketlab list',
    ];
    const places = parts.map((part) => output.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(output).not.toContain('\x1b');
  });

  it('is a command of its own, too', async () => {
    expect(await outputOf('tour', '--help')).toContain('the tour: UDP, then TCP');
  });
});

describe('bad input to the command line', () => {
  it.each<[string, string[], string | RegExp]>([
    ['an unknown command', ['frobnicate'], 'frobnicate'],
    ['an unknown option', ['list', '--nope'], 'nope'],
    ['an unknown lesson', ['run', '99'], /'99'.*01-udp-uppercase, 02-/],
    ['no lesson', ['run'], /name a lesson\..*01-udp-uppercase, 02-/],
    ['one argument too many', ['run', '01', '02'], '02'],
    ['an unknown role', ['run', '01', '--only', 'x'], /'x'.*server, client, text/],
    ['nothing to say', ['run', '01', '--say'], 'say'],
    [
      'two hands on one keyboard',
      ['run', '01', '--only', 'client', '--say', 'x'],
      'choose one',
    ],
    [
      'scenes where there is one role',
      ['run', '01', '--only', 'client', '--pause'],
      'choose one',
    ],
    ['an empty sentence', ['run', '01', '--say', ''], 'at least one character'],
    ['port abc', ['run', '01', '--port', 'abc'], '1 to 65535, not abc'],
    ['port -1', ['run', '01', '--port', '-1'], '1 to 65535, not -1'],
    ['port 0', ['run', '01', '--port', '0'], '1 to 65535, not 0'],
    ['port 70000', ['run', '01', '--port', '70000'], '1 to 65535, not 70000'],
    ['bidders where there are none', ['run', '01', '--bidders', '3'], 'no bidders'],
    ['too many bidders', ['run', '09', '--bidders', '99'], 'from 1 to 8, not 99'],
    [
      'an engine where there is no choice',
      ['run', '02', '--engine', 'native'],
      'does not use ZeroMQ',
    ],
    ['an engine that there is not', ['run', '10', '--engine', 'x'], 'or native, not x'],
    [
      'a picture of an engine that cannot be watched',
      ['run', '10', '--engine', 'native', '--diagram', 'x.svg'],
      'choose one',
    ],
    ['a link that is none', ['run', '01', '--through', 'rain'], 'key=value'],
    [
      'a link with one end',
      ['run', '01', '--only', 'client', '--through', 'loss=1%'],
      'choose one',
    ],
    ['half a bidder', ['run', '09', '--bidders', '1.5'], 'from 1 to 8, not 1.5'],
  ])('is one line and exit status 2: %s', async (_, args, help) => {
    const { end, stdout } = await typed(args);
    expect(end).toEqual(failure(2, help));
    expect(stdout).toBe('');
    expect(existsSync('x.svg'), 'a file of what is not done').toBe(false);
  });

  it('is one line of the role, and exit status 1: a port in use', async () => {
    const port = await takenPort();
    const { end, stdout } = await typed(['run', '01', '--port', String(port)]);
    expect(end).toEqual({ code: 1, signal: null, stderr: '' });
    expect(stdout).toMatch(
      /\n\nserver \| server: 127.0.0.1:\d+ is taken: [^\n]*EADDRINUSE\)\nserver ended [^\n]* 1\n$/,
    );
  });

  it('is one line of the role: more than a datagram holds', async () => {
    const sentence = 'a'.repeat(65_508);
    const args = ['--say', sentence, '--port', String(await ownPort())];
    const { end, stdout } = await typed(['run', '03', ...args]);
    expect(end).toEqual({ code: 1, signal: null, stderr: '' });
    const [complaint, verdict, ...rest] = stdout.trimEnd().split('\n').slice(-2);
    expect(complaint).toMatch(/^udp-client \| udp-client: /);
    expect(complaint).toContain('too long for one datagram');
    expect(verdict).toBe('udp-client ended with exit status 1');
    expect(rest).toEqual([]);
  });
});

describe('bad input to a program of the lessons', () => {
  const started = new Programs();
  afterAll(() => started.stopAll());

  const PROGRAMS = [
    '01-udp-uppercase/server',
    '01-udp-uppercase/client',
    '02-tcp-uppercase/server',
    '02-tcp-uppercase/client',
    '03-blocking-calls/udp-server',
    '03-blocking-calls/tcp-client',
  ];

  // One helper reads every program's command line: each slip once, and one by every program.
  it.each<[string, string[], string | RegExp]>([
    [PROGRAMS[0]!, ['--port', 'abc'], '0 to 65535, not abc'],
    [PROGRAMS[1]!, ['--port', '-1'], '0 to 65535, not -1'],
    [PROGRAMS[2]!, ['--port', '70000'], '0 to 65535, not 70000'],
    [PROGRAMS[3]!, ['--nope'], /--nope.*--help, --host, --port/],
    [PROGRAMS[4]!, ['--port', '1.5'], '0 to 65535, not 1.5'],
    [PROGRAMS[5]!, ['--port', ''], '0 to 65535'],
  ])('is one line and exit status 2: %s %s', async (program, args, help) => {
    expect(await started.lesson(program, ...args).ended()).toEqual(failure(2, help));
  });

  it.each(PROGRAMS.slice(1, 4))(
    'is one line and exit status 1: a host that does not resolve, %s',
    async (program) => {
      const client = started.lesson(program, '--host', 'nosuch.invalid');
      client.type('hello');
      expect(await client.ended()).toEqual(
        // Without a network nobody knows whether there is such a host.
        failure(1, /'nosuch\.invalid'.*\. Check --host/),
      );
    },
  );

  it.each(PROGRAMS.filter((program) => program.endsWith('server')))(
    'is one line and exit status 1: a port in use, %s',
    async (program) => {
      const port = await takenPort();
      const end = await started.lesson(program, '--port', String(port)).ended();
      expect(end).toEqual(failure(1, /is taken: .*choose another --port/));
    },
  );

  it.each(['01-udp-uppercase/robust-client', '03-blocking-calls/udp-client'])(
    'is one line and exit status 1: more than a datagram holds, %s',
    async (program) => {
      const client = started.lesson(program, '--port', String(await ownPort()));
      client.type('a'.repeat(65_508));
      expect(await client.ended()).toEqual(failure(1, 'use TCP'));
    },
  );
});

describe('a run that is ended in its middle', () => {
  const AT_03 = ['03', 'udp-server | The server is ready', 'udp-client'] as const;
  const AT_07 = ['07', 'server | The server is ready', '-and-paths/client'] as const;
  const sockOf = (port: number): string => join(socketFolder(), `socketlab-${port}.sock`);

  /** Waits until nothing of the run is there: no process, no port, no file. */
  const nothingIsLeft = async (port: number): Promise<void> => {
    await expect.poll(() => processesAt(port), { timeout: PATIENCE }).toEqual([]);
    await Promise.all([checkFree('UDP', port), checkFree('TCP', port)]);
    expect(existsSync(sockOf(port))).toBe(false);
  };

  it('by Ctrl-C leaves nothing behind, while its server is too busy to listen', async () => {
    const { port, program } = await startRun(
      '03',
      'busy for 3 seconds',
      'impatient-clients',
    );
    program.signal('SIGINT');
    expect(await program.ended()).toEqual(INTERRUPTED);
    await nothingIsLeft(port);
  });

  it('by Ctrl-C in a terminal, which signals all its processes', async () => {
    const { port, program } = await startRun(...AT_03);
    process.kill(-program.pid, 'SIGINT');
    expect(await program.ended()).toEqual(INTERRUPTED);
    await nothingIsLeft(port);
  });

  it('by Ctrl-C removes the file that a server listened at', async (context) => {
    needIPv6(context);
    const { port, program } = await startRun(...AT_07);
    expect(existsSync(sockOf(port))).toBe(true);
    program.signal('SIGINT');
    expect(await program.ended()).toEqual(INTERRUPTED);
    await nothingIsLeft(port);
  });

  it.for([AT_03, AT_07])(
    'by kill -9 leaves no child behind: %s, %s',
    async (at, context) => {
      if (at[0] === '07') needIPv6(context);
      const [lesson, moment, partner] = at;
      const { port, program } = await startRun(lesson, moment, partner);
      program.signal('SIGKILL');
      await nothingIsLeft(port);
      expect(await program.ended()).toEqual({
        code: null,
        signal: 'SIGKILL',
        stderr: '',
      });
    },
  );

  it.each([
    ['Ctrl-C', 'SIGINT', INTERRUPTED],
    ['kill -9', 'SIGKILL', { code: null, signal: 'SIGKILL', stderr: '' }],
  ] as const)(
    'by %s takes a child along that is only starting',
    async (_, signal, end) => {
      const port = await ownPort();
      const args = ['run', '03', '--port', String(port)];
      const env = holdingBack('03-blocking-calls/');
      const program = programs.compiled('src/cli/main.ts', args, { env });
      await expect
        .poll(() => processesAt(port).length, { timeout: PATIENCE, interval: 10 })
        .toBeGreaterThanOrEqual(2);
      program.signal(signal);
      expect(await program.ended()).toEqual(end);
      await nothingIsLeft(port);
    },
  );

  /** @param partner is held back: so the scene is not over before the test goes on */
  async function startRun(lesson: string, moment: string, partner: string) {
    const port = await ownPort();
    const args = ['run', lesson, '--port', String(port)];
    const env = holdingBack(partner);
    const program = programs.compiled('src/cli/main.ts', args, { detached: true, env });
    await program.printed(moment);
    // The command itself and a child at least: so the search for them finds what is there.
    // Between two scenes there is none: what has come late waits for the next.
    await eventually(() => expect(processesAt(port).length).toBeGreaterThanOrEqual(2));
    return { port, program };
  }
});

describe('a terminal', () => {
  const COLOURS = { TERM: 'xterm-256color', NO_COLOR: undefined };
  /** What the command writes where stdout says that it is a terminal of this many columns. */
  async function linesIn(columns: number, env: Record<string, string> = {}) {
    const args = ['run', '01', '--port', String(await ownPort())];
    const { end, stdout } = await typed(args, { columns, env: { ...COLOURS, ...env } });
    expect(end).toEqual(IN_PEACE);
    return stdout.split('\n');
  }

  it('of its own is found by the command: programs side by side, in colour', async (context) => {
    needPython(context);
    const port = String(await ownPort());
    const cli = [process.execPath, '--import', 'tsx', 'src/cli/main.ts'];
    const program = programs.start(
      python!,
      ['test/support/terminal.py', '80', ...cli, 'run', '01', '--port', port],
      { env: COLOURS },
    );
    expect(await program.ended()).toEqual(IN_PEACE);
    const seen = stripVTControlCharacters(program.stdout).split('\r\n');
    const head = seen.findIndex((line) => line.startsWith('server'));
    expect(seen[head]!.trimEnd()).toBe(`${'server'.padEnd(33)} │ client`);
    expect(program.stdout).toContain('\x1b[36m');
    expect(seen.join('\n')).toContain('│ MY NAME IS STÅLE');
  });

  it.each([
    [200, 64, 64, ['Input lowercase sentence:My name is Ståle']],
    [80, 33, 44, ['Input lowercase sentence:My name is Ståle']],
    [70, 33, 33, ['Input lowercase sentence:My name', 'is Ståle']],
  ] as const)(
    'of %i columns shows programs side by side, in lanes of %i and %i',
    async (columns, lane, other, prompt) => {
      const coloured = await linesIn(columns);
      const lines = coloured.map((line) => stripVTControlCharacters(line).trimEnd());
      const head = lines.findIndex((line) => line.startsWith('server'));
      const rows = [...prompt, 'MY NAME IS STÅLE'];
      expect(lines.slice(head, lines.indexOf('', head))).toEqual([
        `${'server'.padEnd(lane)} │ client`,
        `${'─'.repeat(lane)}─┼─${'─'.repeat(other)}`,
        `${'The server is ready to receive'.padEnd(lane)} │`,
        ...rows.map((row) => `${' '.repeat(lane)} │ ${row}`),
      ]);
      const widths = coloured.map((line) => stringWidth(line));
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      expect(coloured.join('')).toContain('\x1b[36m');
    },
  );

  it.each([
    ['that is narrow', 60, {}],
    ['that wants no colour', 200, { NO_COLOR: '1' }],
    ['that can do nothing', 200, { TERM: 'dumb' }],
  ] as const)('%s shows who says what, line by line', async (name, columns, env) => {
    const coloured = await linesIn(columns, env);
    const lines = coloured.map((line) => stripVTControlCharacters(line));
    expect(lines).toContain('server | The server is ready to receive');
    expect(lines).toContain('client | MY NAME IS STÅLE');
    const plain = coloured.join('') === lines.join('');
    expect(plain).toBe(name !== 'that is narrow');
  });
});

/** What runs with this port on its command line: the command, and every role. */
function processesAt(port: number): string[] {
  return processes()
    .map(({ command }) => command)
    .filter((command) => command.includes(`--port ${port}`));
}

const holders: { close: () => unknown }[] = [];
afterAll(() => {
  for (const holder of holders.splice(0)) holder.close();
});

/** A port on which this test listens, over UDP and TCP. */
async function takenPort(): Promise<number> {
  const port = await ownPort();
  const datagrams = createSocket('udp4').bind(port, '127.0.0.1');
  const connections = createServer().listen(port, '127.0.0.1');
  await Promise.all([once(datagrams, 'listening'), once(connections, 'listening')]);
  holders.push(datagrams, connections);
  return port;
}
