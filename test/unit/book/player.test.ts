/** The player's script and tables, as the book is built with them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { automatonOf } from '../../../book/player/automaton.ts';
import { browserScript, playerScripts } from '../../../book/player/bundle.ts';
import { ENDS } from '../../../book/player/section.ts';
import { readSource, ROOT } from '../../../book/sources.ts';
import { rungOptions } from '../../../src/network/reliable/options.ts';
import { RUNGS } from '../../../src/network/reliable/rungs/rungs.ts';

type Rows = Record<string, Record<string, [{ name: string }, ...string[]]>>;
type Module = Record<string, unknown>;

describe('the script of a player', () => {
  it('is small, and there for each rung', async () => {
    const scripts = await playerScripts();
    expect([...scripts.keys()]).toEqual(RUNGS.map(({ name }) => name));
    for (const [name, script] of scripts) {
      expect(Buffer.byteLength(script)).toBeLessThan(40_000);
      expect(script).toContain(`"${name}"`);
      expect(script).not.toMatch(/\bnode:|\brequire\(|\bimport\b/);
    }
  });

  /** A script that would need what a browser lacks. */
  function entry(source: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'socketlab-player-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'below.ts'), source);
    writeFileSync(
      join(folder, 'entry.ts'),
      "import { it } from './below.ts';\ndocument.title = String(it);\n",
    );
    return join(folder, 'entry.ts');
  }

  it.each([
    ["import { connect } from 'node:net';\nexport const it = connect;\n", 'node:net'],
    ["import pc from 'picocolors';\nexport const it = pc.red('x');\n", 'picocolors'],
    ["export const it = Buffer.from('x');\n", 'Buffer or process'],
    ['export const it = process.pid;\n', 'Buffer or process'],
  ])('is refused when it has %j', async (source, what) => {
    const script = browserScript('go-back-n', entry(source));
    await expect(script).rejects.toThrow(/a browser lacks what .*below\.ts/);
    await expect(script).rejects.toThrow(what);
  });

  it('leaves out what is only passed on', async () => {
    const common = JSON.stringify(join(ROOT, 'src/common/index.ts'));
    const source = `import { some } from ${common};\nexport const it = some(1, 'x');\n`;
    expect(await browserScript('go-back-n', entry(source))).toContain('document.title');
  });
});

describe.each(RUNGS)('the tables of $name', (rung) => {
  it.each(['sender', 'receiver'] as const)('are those of its %s', async (side) => {
    const file = ENDS[rung.name]![side];
    const module = (await import(join(ROOT, file))) as Module;
    const [kind, own] =
      side === 'sender'
        ? (['Sender', rung.sender(rungOptions())] as const)
        : (['Receiver', rung.receiver(rungOptions())] as const);
    expect(own.constructor).toBe(module[kind]);
    const table = module[kind.toUpperCase()] as Rows;
    const core = readSource('src/network/reliable/core.ts');
    const { cells, rules } = automatonOf(readSource(file), core);
    const inSource = cells.map(({ column, leads, rule, state }) => ({
      at: `${state} × ${column}`,
      cell: [rule].concat(leads),
    }));
    const real = Object.entries(table).flatMap(([state, row]) =>
      Object.entries(row).map(([column, [rule, ...leads]]) => ({
        at: `${state} × ${column}`,
        cell: [rule.name].concat(leads),
      })),
    );
    expect(inSource).toEqual(real);
    for (const [name, { code, line }] of rules) {
      expect(code).toContain(`function ${name}(`);
      if (line === 0) continue;
      expect(readSource(file).split('\n')[line - 1]).toBe(code.split('\n')[0]);
    }
  });
});
