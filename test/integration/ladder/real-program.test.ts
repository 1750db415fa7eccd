/** `socketlab ladder check --program`: programs with sockets of their own, good and faulty. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkProgram } from '../../../src/network/reliable/index.ts';
import { inProcess } from '../../support/command-line.ts';
import { needPython } from '../../support/peers.ts';
import { compiledFrom, ROOT } from '../../support/places.ts';
import { IN_PEACE } from '../../support/programs.ts';

const GOOD = readFileSync(join(ROOT, 'test/fixtures/ladder/stop_and_wait.py'), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab programs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a program does wrong, the change that makes it do so, and what is said of it. */
type Row = readonly [string, readonly [string, string], string | RegExp];

/** The command that starts the good program with these changes. */
function changed(python: string, ...changes: (readonly [string, string])[]): string {
  let source = GOOD;
  for (const [from, to] of changes) {
    expect(source).toContain(from);
    source = source.replace(from, to);
  }
  const path = join(folder, 'program.py');
  writeFileSync(path, source);
  return `${python} '${path}'`;
}

async function check(program: string, ...more: string[]) {
  const args = ['--program', program, '--rung', 'stop-and-wait', ...more];
  return await inProcess('ladder', 'check', ...args);
}

const STRANGERS = [' or session != SESSION', ''] as const;
const DELIVER = '            print(payload.decode(), flush=True)\n';

describe("lesson 23's programs", () => {
  const lesson = 'examples/23-check-your-own';
  const node = (file: string): string => `"${process.execPath}" "${file}"`;

  it.each(['sender', 'receiver'] as const)('pass: the %s', async (role) => {
    const program = node(compiledFrom(`${lesson}/${role}.ts`));
    const { stdout, ...end } = await check(program, '--role', role, '--seeds', '2');
    expect(stdout).toBe(`stop-and-wait, ${role}: 2 runs, and nothing wrong.\n`);
    expect(end).toEqual(IN_PEACE);
  });

  it('do not, if the sender does not wait for the last timer', async () => {
    const compiled = compiledFrom(`${lesson}/sender.ts`);
    const waits = 'driver.timers.size > 0';
    const source = readFileSync(compiled, 'utf8');
    expect(source).toContain(waits);
    // From another folder.
    const hasty = source
      .replace(waits, 'false')
      .replaceAll(/from (["'])(\.[^"']+)\1/g, (_, quote, path: string) => {
        return `from ${quote}${new URL(path, pathToFileURL(compiled)).href}${quote}`;
      });
    const file = join(folder, 'hasty.mjs');
    writeFileSync(file, hasty);
    const { code, stdout } = await check(node(file), '--role', 'sender', '--seeds', '1');
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'The sender ended with exit status 1 (hasty: Not running) when 7 of 8 messages had arrived.',
    );
  });
});

describe('a program that stops and waits', () => {
  it('passes as the sender and as the receiver', async (context) => {
    const { stdout, ...end } = await check(changed(needPython(context)), '--seeds', '2');
    expect(stdout).toBe(
      'stop-and-wait, sender: 2 runs, and nothing wrong.\n\n' +
        'stop-and-wait, receiver: 2 runs, and nothing wrong.\n',
    );
    expect(end).toEqual(IN_PEACE);
  });

  it.for<Row>([
    [
      'ends with its last packet',
      [
        '            attempt += 1\n',
        '            attempt += 1\n            if last:\n                return\n',
      ],
      'The sender ended with exit status 0 when 7 of 8 messages had arrived.',
    ],
    [
      'believes acknowledgements of another session',
      STRANGERS,
      'The sender ended with exit status 0 when 7 of 8 messages had arrived.',
    ],
    [
      'sends beyond its window',
      [
        '            attempt += 1\n',
        '            attempt += 1\n            sock.sendto(packed(DATA, seq + 3, 0, 0), to)\n',
      ],
      'The sender sent message 4, though message 2 had not been acknowledged: the window is 1.',
    ],
    [
      'sends another message',
      ['message {seq + 1}', 'message {seq}'],
      'The sender sent "message 0" where "message 1" was due.',
    ],
    [
      'crashes',
      ['    for seq in range(MESSAGES):\n', '    for seq in range(nothing):\n'],
      "The sender ended with exit status 1 (NameError: name 'nothing' is not defined) when 0 of 8 messages had arrived.",
    ],
  ])('and %s, fails as the sender', async ([, change, sentence], context) => {
    const program = changed(needPython(context), change);
    const { code, stdout } = await check(program, '--role', 'sender', '--json');
    const { roles } = JSON.parse(stdout) as {
      roles: [{ failure: { seed: number; sentence: string } }];
    };
    expect(roles[0].failure.sentence).toMatch(sentence);
    expect(roles[0].failure.seed).toBe(1);
    expect(code).toBe(1);
  });

  it.for<Row>([
    [
      'delivers what comes again',
      [`        if seq == expected:\n${DELIVER}`, `        if True:\n${DELIVER}`],
      // Message 3 certainly does; on a slow machine others do before it.
      /^The receiver delivered "message \d" where "message \d" was due\.$/,
    ],
    [
      'takes messages of another session',
      STRANGERS,
      'The receiver delivered "a message of another session" where "message 2" was due.',
    ],
    [
      'ends with its last acknowledgement',
      [
        '        sock.sendto(packed(ACK, seq, expected, attempt), sender)\n',
        '        sock.sendto(packed(ACK, seq, expected, attempt), sender)\n' +
          '        if expected == MESSAGES:\n            return\n',
      ],
      'The receiver ended with exit status 0 when it had printed 8 of 8 messages, ' +
        'and the sender was waiting for an acknowledgement.',
    ],
    [
      'acknowledges what was not sent',
      ['packed(ACK, seq, expected, attempt)', 'packed(ACK, seq, expected + 1, attempt)'],
      'The receiver acknowledged message 2, which had not been sent.',
    ],
    [
      'names a port that cannot be',
      ['sock.getsockname()[1]', '99999'],
      'The receiver printed "port 99999" before "port 12345".',
    ],
    [
      'ends before the first message',
      ['    expected = 0\n', '    return\n'],
      /^The receiver ended with exit status 0 when it had printed 0 of 8 messages\.$/,
    ],
    [
      'does not say its port',
      ['"port", ', '"My port is", '],
      /^The receiver printed "My port is \d+" before "port 12345"\.$/,
    ],
  ])('and %s, fails as the receiver', async ([, change, sentence], context) => {
    const program = changed(needPython(context), change);
    const { code, stdout } = await check(program, '--role', 'receiver', '--json');
    const { roles } = JSON.parse(stdout) as {
      roles: [{ failure: { sentence: string } }];
    };
    expect(roles[0].failure.sentence).toMatch(sentence);
    expect(code).toBe(1);
  });

  it('and echoes no time, fails where round trips are measured', async (context) => {
    const program = changed(needPython(context));
    const roles = ['receiver'] as const;
    const order = { program, rung: 'round-trip-time', roles, seeds: 1 };
    const [verdict] = await checkProgram(order);
    expect(verdict!.failure!.sentence).toBe(
      'The receiver sent ack 1 with echo 0: the echo is the time of the packet that is answered.',
    );
  });

  it('and does not answer, is not waited for for ever', async (context) => {
    const program = changed(needPython(context), [
      'expected, attempt), sender',
      'expected, attempt), ("127.0.0.1", 9)',
    ]);
    const order = {
      program,
      rung: 'stop-and-wait',
      roles: ['receiver'],
      seeds: 1,
    } as const;
    const [verdict] = await checkProgram(order, { patience: 500 });
    expect(verdict!.failure!.sentence).toMatch(
      /^The receiver got only [01] of 8 messages through within 0\.5 s\.$/,
    );
  });
});

describe('ladder check --program', () => {
  it('says that there is no such program', async () => {
    const { code, stderr } = await check('no-such-program-anywhere');
    expect(stderr).toMatch(
      /no-such-program-anywhere cannot be started: there is no such program/,
    );
    expect(code).toBe(2);
  });

  it('is not for a file too', async () => {
    const { code, stderr } = await check('python3 send.py', 'core.ts');
    expect(stderr).toContain('--program, and neither a file nor --core');
    expect(code).toBe(2);
  });
});
