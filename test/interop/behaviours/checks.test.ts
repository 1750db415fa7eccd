/** Each experiment's answer once more, from Python: is it the kernel's, or Node's, or ours? */
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { EXPERIMENTS } from '../../../src/network/behaviours/index.ts';
import { needPython } from '../../support/peers.ts';
import { Programs } from '../../support/programs.ts';

const CHECKS = 'test/interop/behaviours/checks.py';

const programs = new Programs();
afterAll(() => programs.stopAll());

it.for(EXPERIMENTS.map(({ name, expected }) => [name, expected] as const))(
  '%s: Python sees the same answer, %s',
  async ([name, expected], context) => {
    const command = needPython(context);
    if (process.platform !== 'linux') context.skip('the answers are those of Linux');
    const program = programs.start(command, [CHECKS, name], {
      env: { NODE: process.execPath, PYTHONUTF8: '1' },
    });
    const { code, stderr } = await program.ended();
    if (code === 3) context.skip(stderr.trim());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(program.stdout)).toMatchObject({ answer: expected });
  },
);

it('docs/behaviours.md says of each how it was checked, and as whom', async (context) => {
  needPython(context);
  const program = programs.python(CHECKS, '--list');
  await program.ended();
  const checks = JSON.parse(program.stdout) as [string, string, boolean][];
  const order = EXPERIMENTS.map(({ name }) => name);
  const rows = checks
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(
      ([name, how, asRoot]) =>
        `| \`${name}\` | ${how} | ${asRoot ? 'root' : 'any user'} |`,
    );
  expect(rows).toHaveLength(EXPERIMENTS.length);
  const page = readFileSync('docs/behaviours.md', 'utf8');
  expect(page).toContain(`\n${rows.join('\n').replaceAll('_', '\\_')}\n`);
});
