/** `socketlab completion`, loaded by the shells that it is for. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { inProcess, typed } from '../support/command-line.ts';
import { failure, IN_PEACE, Programs, ROOT } from '../support/programs.ts';

const programs = new Programs();
const folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
const script = (shell: string): string => join(folder, `completion.${shell}`);
/** Where `socketlab` is a program, as after npm install --global. */
const installed = `${folder}${delimiter}${process.env['PATH']}`;

beforeAll(async () => {
  for (const shell of ['bash', 'zsh']) {
    writeFileSync(script(shell), (await inProcess('completion', shell)).stdout);
  }
  const words = [process.execPath, '--import', import.meta.resolve('tsx')];
  const program = [...words, join(ROOT, 'src/cli/main.ts')].map((word) => `'${word}'`);
  writeFileSync(join(folder, 'socketlab'), `#!/bin/sh\nexec ${program.join(' ')} "$@"\n`);
  chmodSync(join(folder, 'socketlab'), 0o755);
});

afterAll(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

function need(shell: string, context: TestContext): void {
  const is = process.platform !== 'win32' && spawnSync(shell, ['-c', ':']).status === 0;
  if (!is) context.skip(`there is no ${shell}`);
}

describe('the script of socketlab completion', () => {
  it('completes commands, options and choices in bash', async (context) => {
    need('bash', context);
    const complete = (...words: string[]): string =>
      `COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}; _socketlab; echo "\${COMPREPLY[@]}";`;
    const bash = programs.start(
      'bash',
      [
        '--norc',
        '-c',
        `source '${script('bash')}'; complete -p socketlab;` +
          complete('socketlab', 'beha') +
          complete('socketlab', 'auction', 'b') +
          complete('socketlab', 'zmq', 'proxy', '--f') +
          complete('socketlab', 'diagram', 'nothing-of-ours'),
      ],
      // Whoever's login shell is another one.
      { cwd: folder, env: { PATH: installed, SHELL: '/bin/zsh' } },
    );
    expect(await bash.ended()).toEqual(IN_PEACE);
    expect(bash.stdout.split('\n')).toEqual([
      'complete -o bashdefault -o default -F _socketlab socketlab',
      'behaviours',
      'bid board',
      '--front',
      '',
      '',
    ]);
  });

  it('completes commands, and says what they do, in zsh', async (context) => {
    need('zsh', context);
    // A zsh within zsh, at a terminal: what is typed there ends with the tabulator.
    const zsh = programs.start(
      'zsh',
      [
        '-f',
        '-c',
        `zmodload zsh/zpty
        zpty inner zsh -f -i
        zpty -w inner "PS1=; source '${script('zsh')}'"
        zpty -w -n inner $'socketlab beha\\t'
        zpty -r -m inner seen '*behaviours*' && echo completed
        zpty -w -n inner $'\\C-usocketlab auction \\t'
        zpty -r -m inner seen '*watch *' && print -r -- "$seen"`,
      ],
      { cwd: folder, env: { PATH: installed, SHELL: '/bin/bash', TERM: 'xterm' } },
    );
    expect(await zsh.ended()).toEqual(IN_PEACE);
    expect(zsh.stdout).toMatch(/^completed\n/);
    expect(zsh.stdout).toMatch(/new-bot +-- write a first bot for you to change/);
  });

  it.for(['bash', 'zsh'])(
    'makes a word of socketlab where it is installed in a folder: %s',
    async (name, context) => {
      need(name, context);
      const source = `source '${script(name)}'; type socketlab`;
      const options = name === 'bash' ? ['--norc'] : ['-f'];
      const program = programs.start(name, [...options, '-c', source], { cwd: folder });
      expect((await program.ended()).code).toBe(0);
      expect(program.stdout).toMatch(/^socketlab is a (?:shell )?function/);
    },
  );

  it('is that of the shell of whoever asks, and there are two', async () => {
    const by = async (path: string): Promise<Awaited<ReturnType<typeof typed>>> =>
      await typed(['completion'], { columns: 80, env: { SHELL: path } });
    expect((await by('/usr/bin/zsh')).stdout).toContain('compdef _socketlab socketlab');
    expect((await by('/bin/bash')).stdout).toContain('complete -o bashdefault');
    const { end, stdout } = await by('/usr/bin/fish');
    expect(end).toEqual(
      failure(2, 'bash and zsh, but your shell is fish: npx socketlab'),
    );
    expect(stdout).toBe('');
  });
});
