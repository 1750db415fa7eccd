/** `auction serve --resume`: the same command as before the crash, with one more word. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serveAuction, type ServeOptions } from '../../../src/auction/index.ts';

let folder: string;
let journal: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auction-'));
  journal = join(folder, 'game.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What it prints while it waits for bidders; it is left when `meanwhile` has ended. */
async function opening(
  options: Partial<ServeOptions>,
  meanwhile = (): Promise<void> => Promise.resolve(),
): Promise<string> {
  const controller = new AbortController();
  const { signal } = controller;
  let opened: () => void = () => {};
  const open = new Promise<void>((resolve) => (opened = resolve));
  let shown = '';
  const write = (text: string): void => {
    shown += text;
    opened();
  };
  const output = { write, width: undefined, colours: pc.createColors(false) };
  const served = serveAuction({ port: 0, bidCommand: 'bid', ...options, signal }, output);
  await Promise.race([open, served]);
  await meanwhile();
  controller.abort();
  await served;
  return shown;
}

it('takes the rules again that the game has, and no others', async () => {
  const game = { bidders: 2, kinds: ['Monet', 'Munch'], values: { Munch: 3 } };
  const first = await opening({ journal, game: { ...game, seed: 'one' } });
  expect(first).toContain('after a crash, add --resume');
  const resume = { journal, resume: true };
  expect(await opening({ ...resume, game })).toContain('for 2 bidders');
  const other = opening({ ...resume, game: { ...game, bidders: 5 } });
  await expect(other).rejects.toMatchObject({
    code: 'ERR_BAD_ARGUMENT',
    message: `the game in ${journal} has bidders 2, not 5: leave that option out`,
  });
  expect(await opening(resume)).toContain('for 2 bidders');
});

it('has its board at the usual port, and elsewhere when that is taken', async () => {
  const portOf = (text: string): number => Number(/board: +\S+:(\d+)\//.exec(text)![1]);
  let second = 0;
  const first = await opening({ board: true }, async () => {
    second = portOf(await opening({ board: true }));
  });
  expect(second).toBeGreaterThan(0);
  // Somebody else on this machine may have the usual one, also for a part of the time.
  expect(portOf(first)).not.toBe(second);
});
