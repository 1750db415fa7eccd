/** How much each rung adds to the one below it, as docs/ladder.md says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RUNGS } from '../../../../src/network/reliable/rungs/rungs.ts';
import { ROOT } from '../../../support/places.ts';

const FILES = ['sender.ts', 'receiver.ts'];

/** The lines of code: no comments, no imports, nothing empty. */
function codeOf(rung: string, file: string): string[] | undefined {
  const path = join(ROOT, 'src/network/reliable/rungs', rung, file);
  if (!existsSync(path)) return undefined;
  return readFileSync(path, 'utf8')
    .replaceAll(/^import [^;]*;$/gm, '')
    .replaceAll(/^ *\/\*\*[^]*?\*\/$/gm, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
}

/** How many lines are not among those that both have in the same order. */
function added(before: readonly string[], after: readonly string[]): number {
  let row = Array.from({ length: before.length + 1 }, () => 0);
  for (const line of after) {
    const next = [0];
    for (const [i, other] of before.entries()) {
      const longer = Math.max(row[i + 1]!, next[i]!);
      next.push(line === other ? Math.max(longer, row[i]! + 1) : longer);
    }
    row = next;
  }
  return after.length - row.at(-1)!;
}

it('each rung adds as many lines to the one below, as docs/ladder.md says', () => {
  const latest = new Map<string, string[]>();
  const counts: string[] = [];
  for (const { name } of RUNGS) {
    let sum = 0;
    for (const file of FILES) {
      const code = codeOf(name, file);
      if (!code) continue; // it uses the file of the rung below
      sum += added(latest.get(file) ?? [], code);
      latest.set(file, code);
    }
    counts.push(`\`${name}\` ${sum}`);
  }
  const docs = readFileSync(join(ROOT, 'docs/ladder.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const [, told] = /the additions are: (.*?)\./.exec(docs) ?? [];
  expect(told).toBe(`${counts.slice(1, -1).join(', ')} and ${counts.at(-1)}`);
});
