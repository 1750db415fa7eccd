/** `socketlab ladder check`, `new` and `replay`: other people's cores, in files and in programs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../../../src/network/reliable/check/host.ts';
import { inProcess } from '../../support/command-line.ts';
import { needPython, python } from '../../support/peers.ts';
import { compiledModule, ROOT } from '../../support/places.ts';
import { failure, IN_PEACE, PATIENCE } from '../../support/programs.ts';

// Compiled: each core is put to the test in a process.
const { runCheck } = await compiledModule<
  typeof import('../../../src/network/reliable/index.ts')
>('src/network/reliable/index.ts');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab cores-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

async function begun(name: string): Promise<string> {
  const path = join(folder, name);
  const { stdout, ...end } = await inProcess('ladder', 'new', path);
  expect(end).toEqual(IN_PEACE);
  expect(stdout).toContain(`Wrote ${path}. It stops and waits.`);
  return path;
}

async function check(core: readonly string[], rung: string, ...more: string[]) {
  return await inProcess('ladder', 'check', ...core, '--rung', rung, ...more);
}

describe('a new core in TypeScript', () => {
  it('stops and waits without a fault', async () => {
    const { stdout, ...end } = await check([await begun('my core.ts')], 'stop-and-wait');
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toBe(
      'stop-and-wait, sender: 2,000 runs, and nothing wrong.\n\n' +
        'stop-and-wait, receiver: 2,000 runs, and nothing wrong.\n',
    );
  });

  it('is not go-back-n, and the line that is printed plays that run again', async () => {
    const path = await begun('core.ts');
    const { code, stdout } = await check([path], 'go-back-n', '--role', 'sender');
    expect(code).toBe(1);
    const sentence =
      'The sender refused the last message with 1 of 2 packets in flight: its window\nhas room.';
    expect(stdout).toContain(`go-back-n, sender: wrong under seed 1.\n\n${sentence}\n`);
    expect(stdout).toContain('0  data0 ─────');
    const [, rest = ''] = / ladder (replay .*)\n$/.exec(stdout) ?? [];
    expect(rest).toContain(`${path}" --rung go-back-n --role sender`);
    const words = rest.replace(`"${path}"`, 'FILE').split(' ');
    const again = await inProcess(
      'ladder',
      ...words.map((word) => (word === 'FILE' ? path : word)),
    );
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(/0 {2}data0 ─+►/);
    expect(again.stdout.trimEnd().endsWith(sentence)).toBe(true);
  });

  it('becomes go-back-n by the three steps that it names', async () => {
    const path = await begun('core.ts');
    const source = readFileSync(path, 'utf8')
      .replace('flying: Sent | undefined;', 'flying: Sent[] = [];')
      .replace(
        'if (this.flying) return',
        `if (this.flying.length === this.options.window) return`,
      )
      .replace(/this\.flying = (\{ kind: .* \});/, 'const packet: Sent = $1;')
      .replace(
        "return this.transmit(this.flying, now);\n    }\n    if (event.type === 'timer')",
        `this.flying.push(packet);
      const isOldest = this.flying.length === 1;
      return [{ type: 'transmit', packet }, ...(isOldest ? this.arm(now) : [])];
    }
    if (event.type === 'timer')`,
      )
      .replace(
        /this\.flying = \{ \.\.\.this\.flying!.*\n.*return this\.transmit\(this\.flying, now\);/,
        `for (const packet of this.flying) packet.attempt! += 1;
      return [
        ...this.flying.map((packet): Action => ({ type: 'transmit', packet: { ...packet } })),
        ...this.arm(now),
      ];`,
      )
      .replace(
        /if \(!this\.flying \|\| ack !== this\.next\) return \[\];\n.*\n.*return .*;/,
        `const rest = (this.next - ack + space) % space;
    if (rest >= this.flying.length) return [];
    this.flying = this.flying.slice(this.flying.length - rest);
    return rest > 0 ? this.arm(now) : [{ type: 'cancel', timer: 0 }];`,
      )
      .replace(
        /transmit\(packet: Sent, now: number\)[^]*?\n {2}\}/,
        `arm(now: number): Action[] {
    return [{ type: 'arm', timer: 0, at: now + this.options.timeout }];
  }`,
      );
    writeFileSync(path, source);
    const { stdout, ...end } = await check([path], 'go-back-n', '--seeds', '500');
    expect(stdout).toBe(
      'go-back-n, sender: 500 runs, and nothing wrong.\n\n' +
        'go-back-n, receiver: 500 runs, and nothing wrong.\n',
    );
    expect(end).toEqual(IN_PEACE);
  });
});

describe("the answer to lesson 23's exercise", () => {
  const answer = readFileSync(
    join(ROOT, 'book/answers/23-check-your-own/check.ts'),
    'utf8',
  );
  const [core = ''] = /^class Sender[^]*?\n\}\n/m.exec(answer) ?? [];
  const own = `const packetOf = (packet: object): any => ({ attempt: 0, ...packet });
type Action = any; type CoreEvent = any; type Packet = any; type RungOptions = any;
export ${core}`;

  it.each([
    ['this.flying.length === window', 'this.flying.length > 0'],
    ['return [...again,', 'return [...again.slice(0, 1),'],
    ['this.flying.length > 0 ? this.arm(now)', 'this.flying.length > 0 ? []'],
    [": [{ type: 'cancel', timer: 0 }]", ': []'],
  ])('lacks nothing: without %s the check says what it quotes', async (from, to) => {
    expect(own).toContain(from);
    const path = written('own.ts', own.replace(from, to));
    const { code, stdout } = await check([path], 'go-back-n', '--seeds', '50');
    expect(code).toBe(1);
    const said = stdout.replaceAll(/\s+/g, ' ');
    const [prose = ''] = /Answer:[^]*See:/.exec(answer) ?? [];
    const quoted = [...prose.replaceAll(/\n \*\s+/g, ' ').matchAll(/"([^"]+)"/g)];
    expect(quoted).toHaveLength(4);
    expect(quoted.filter(([, words]) => said.includes(words!))).toHaveLength(1);
  });
});

describe('a new core in Python', () => {
  it('passes and fails as that in TypeScript does', async (context) => {
    const command = needPython(context);
    const py = await begun('core.py');
    const ts = await begun('core.ts');
    const program = ['--core', `${command} '${py}'`];
    for (const rung of ['stop-and-wait', 'go-back-n', 'selective-repeat']) {
      const seeds = ['--seeds', '40', '--json'];
      const theirs = await check(program, rung, ...seeds);
      const ours = await check([ts], rung, ...seeds);
      expect(theirs.code).toBe(ours.code);
      const [one, other] = [theirs, ours].map(({ stdout }) =>
        stdout.replaceAll(/ladder replay .* --rung/g, 'ladder replay CORE --rung'),
      );
      expect(JSON.parse(one!)).toEqual(JSON.parse(other!));
      expect(JSON.parse(one!)).toMatchObject({
        version: 1,
        rung,
        roles: [{ role: 'sender' }, { role: 'receiver' }],
      });
    }
  });
});

const ORDER: Order = { rung: 'stop-and-wait', roles: [], seeds: 20 };

describe('a core that does not behave', () => {
  const inFile = (source: string, silence = PATIENCE) =>
    runCheck({ file: written('core.mjs', source) }, ORDER, { silence });

  it('is ended when it does not come back', async () => {
    await expect(
      inFile('export class Sender { on() { for (;;); } }', 2000),
    ).rejects.toThrow(/core\.mjs did not return from a call within 2 s/);
  });

  it('is told that it ended itself', async () => {
    await expect(
      inFile('export class Sender { on() { process.exit(3); } }'),
    ).rejects.toThrow(/core\.mjs ended with exit status 3$/);
  });

  it('is told that it fills the memory', async () => {
    const source = `const all = [];
      export class Sender { on() { for (;;) all.push(new Array(1000).fill(1.5)); } }`;
    await expect(inFile(source)).rejects.toThrow(
      /core\.mjs used more than 256 MiB of memory$/,
    );
  });

  it.each([
    ['export const a = 1;', /exports a, but no class Sender or Receiver$/],
    [
      'export const Sender = () => ({});',
      /exports Sender, but no class Sender or Receiver$/,
    ],
    ['process.send({ type: "finished" });', /process\.send is not a function/],
    [
      'export class Sender {',
      /cannot be loaded: SyntaxError: .*node --check shows where$/,
    ],
    ['throw new Error("no");', /cannot be loaded: Error: no \(core\.mjs:1\)$/],
  ])('is refused where there is nothing to check: %s', async (source, words) => {
    await expect(inFile(source)).rejects.toThrow(words);
  });

  it('prints for its author, and goes on', async () => {
    let printed = '';
    const file = written(
      'core.mjs',
      'export class Sender { on() { console.log("here I am"); return 7; } }',
    );
    const onPrint = (text: string): void => void (printed += text);
    const { verdicts } = await runCheck({ file }, ORDER, { onPrint });
    expect(printed).toContain('here I am\n');
    expect(verdicts[0]!.failure!.sentence).toBe(
      'The sender answered 7 instead of a list of actions.',
    );
  });
});

it('leaves no process behind when a program cannot even be started', async () => {
  const running = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
  const before = running();
  await expect(runCheck({ command: 'a\0b' }, ORDER)).rejects.toThrow(/null bytes/);
  expect(running()).toBe(before);
});

describe.skipIf(python === undefined)('a program that does not behave', () => {
  const program = (source: string, silence = PATIENCE) => {
    const command = `${python} '${written('core.py', source)}'`;
    return runCheck({ command }, ORDER, { silence });
  };

  it('is ended when it says nothing', async () => {
    const source = 'import sys, time\nsys.stdin.readline()\ntime.sleep(1000)\n';
    await expect(program(source, 2000)).rejects.toThrow(
      /did not answer within 2 s.*: it has to end each answer with a newline, and flush it$/,
    );
  });

  it('is ended when it prints without end', async () => {
    await expect(program('while True: print("[]")\n')).rejects.toThrow(
      /printed "\[\]" unasked: print one line for each event, and everything else on stderr$/,
    );
    const endless = 'import sys\nwhile True: sys.stdout.write("x" * 10000)\n';
    await expect(program(endless)).rejects.toThrow(
      /a line of more than 1000000 characters$/,
    );
  });

  it('is told how it died', async () => {
    const source =
      'import sys\nsys.stdin.readline()\nraise ValueError("no such thing")\n';
    await expect(program(source)).rejects.toThrow(
      /core\.py' ended with exit status 1: ValueError: no such thing$/,
    );
  });

  it('is told that what it prints is not JSON', async () => {
    const source = 'import sys\nfor line in sys.stdin: print("hello", flush=True)\n';
    const { verdicts } = await program(source);
    expect(verdicts.map(({ failure }) => failure!.sentence)).toEqual(
      ['sender', 'receiver'].map(
        (role) =>
          `The ${role} printed "hello", which is not JSON: ` +
          'print whatever is not an answer on stderr.',
      ),
    );
  });
});

describe('the command line', () => {
  it.each([
    [['chek', 'a.ts'], "there is no command 'ladder chek'. Did you mean ladder check?"],
    [['tcp'], '"tcp" is not a rung.'],
    [['a.ts'], 'To test a core: ladder check a.ts --rung …'],
    [['check'], 'ladder check needs --rung'],
    [
      ['check', '--rung', 'go-back-n'],
      'needs a core: a file, or --core "python3 core.py"',
    ],
    [
      ['check', 'a.ts', '--core', 'b', '--rung', 'go-back-n'],
      'a file or --core, not both',
    ],
    [['check', 'none.ts', '--rung', 'go-back-n'], 'there is no file none.ts'],
    [['check', 'README.md', '--rung', 'go-back-n'], 'is not a .ts, .js or .mjs file'],
    [['check', '--core', 'no-such-program', '--rung', 'go-back-n'], 'no such program'],
    [['check', '--core', '""', '--rung', 'go-back-n'], '--core takes a program'],
    [['check', '--core', 'python3 "x', '--rung', 'go-back-n'], 'is not closed'],
    [['check', 'a.ts', '--rung', 'go-back'], 'Did you mean go-back-n?'],
    [['replay', 'a.ts', '--rung', 'go-back-n'], 'needs --role sender or --role receiver'],
    [
      ['replay', 'a.ts', '--rung', 'go-back-n', '--role', 'sender', '--fates', 'x'],
      '"x" does not say what happens to a packet',
    ],
    [['check', 'a.ts', '--rung', 'go-back-n', '--seeds', '0'], '--seeds: a whole number'],
    // Options of `ladder` itself, of which these three would know nothing.
    [['check', 'a.ts', '--rung', 'go-back-n', '--loss', '9%'], 'Unknown argument: loss'],
    [['replay', 'a.ts', '--rung', 'go-back-n', '--json'], 'Unknown argument: json'],
    [['new', 'core.ts', '--window', '4'], 'Unknown argument: window'],
    [['new', 'core.rs'], 'should end in .ts, .mts or .py'],
    [['new', 'package.json.ts/core.ts'], 'package.json.ts'],
  ])('is told what to type instead of %j', async (words, help) => {
    const { stdout, ...end } = await inProcess('ladder', ...words);
    expect(end).toEqual(failure(2, help));
    expect(stdout).toBe('');
  });

  it('does not overwrite a core, unless it is told to', async () => {
    const path = await begun('core.ts');
    const { code, stderr } = await inProcess('ladder', 'new', path);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain('already exists; --force overwrites it');
    expect((await inProcess('ladder', 'new', path, '--force')).code).toBe(0);
  });

  it('plays one of our own rungs, in which nothing is wrong', async () => {
    const source = join(ROOT, 'src/network/reliable/rungs/go-back-n/sender.ts');
    const words = ['--rung', 'go-back-n', '--role', 'sender', '--fates', 'data1:lost'];
    const { code, stdout } = await inProcess('ladder', 'replay', source, ...words);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing is wrong in this run.');
    expect(stdout).toContain('data1.1 ─');
    expect(stdout).not.toContain('nobody sends');
  });

  it('says which packets of --fates there were not', async () => {
    const source = join(ROOT, 'src/network/reliable/rungs/go-back-n/sender.ts');
    const fates = 'data1:lost,data99:lost,ack1.7:damaged';
    const words = ['--rung', 'go-back-n', '--role', 'sender', '--fates', fates];
    const { stdout, ...end } = await inProcess('ladder', 'replay', source, ...words);
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain(
      'In this run nobody sends data99 or ack1.7.\n\nNothing is wrong in this run.',
    );
  });
});
